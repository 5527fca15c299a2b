// SPDX-License-Identifier: Apache-2.0
#include "ui/pullwell.h"

#include "ui/codewell.h"
#include "ui/smallwidgets.h"
#include "ui/toollines.h"

#include <QActionGroup>
#include <QApplication>
#include <QBoxLayout>
#include <QMenu>

namespace quayside {

PullWell::PullWell(QWidget *parent)
    : QWidget(parent)
    , m_tool(new QToolButton(this))
    , m_well(new CodeWell(this))
{
    auto *caption = new TextLine(TextStyle::Small, Tone::Muted, this);
    caption->setText(tr("Pull with"));
    caption->setShrinks(false);
    setTextStyle(m_tool, TextStyle::SmallStrong);
    m_tool->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_tool->setPopupMode(QToolButton::InstantPopup);
    m_tool->setFocusPolicy(Qt::TabFocus);
    auto *menu = new QMenu(m_tool);
    const QStringList tools = pullTools();
    for (int i = 0; i < tools.size(); ++i) {
        QAction *action = menu->addAction(tools[i]);
        connect(action, &QAction::triggered, this, [this, i] {
            m_chosen = i;
            update();
        });
    }
    m_tool->setMenu(menu);

    auto *line = new QHBoxLayout;
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    line->addWidget(caption);
    line->addWidget(m_tool);
    line->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 2, 16, 12);
    layout->setSpacing(0);
    layout->addLayout(line);
    layout->addWidget(m_well);
    hide();
}

void PullWell::setReference(const QString &reference, bool plainHttp)
{
    m_reference = reference;
    m_plainHttp = plainHttp;
    setVisible(!reference.isEmpty());
    update();
}

void PullWell::update()
{
    m_tool->setText(pullTools().at(m_chosen));
    m_tool->setAccessibleName(tr("Pull with %1").arg(m_tool->text()));
    const QStringList words = pullCommand(static_cast<Tool>(m_chosen), m_reference, m_plainHttp);
    const QString line = shellLine(words);
    // The verb on the first line, what it acts on below, where it does not fit on one.
    const qsizetype at = line.indexOf(m_reference);
    const QString verb = line.left(at).trimmed();
    const bool isLast = words.last() == m_reference;
    if (isLast)
        m_well->setLines({verb, QStringLiteral("  ") + line.mid(at)}, line);
    else
        m_well->setLines({verb.left(verb.lastIndexOf(u' ')),
                          QStringLiteral("  ") + words.at(words.size() - 2),
                          QStringLiteral("  ") + words.last()},
                         line);
}

} // namespace quayside
