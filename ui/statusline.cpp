// SPDX-License-Identifier: Apache-2.0
#include "ui/statusline.h"

#include "ui/smallwidgets.h"

#include <QApplication>
#include <QBoxLayout>
#include <QProgressBar>

namespace quayside {

StatusLine::StatusLine(QWidget *parent)
    : QStatusBar(parent)
    , m_text(new TextLine(TextStyle::Small, Tone::Muted, this))
    , m_progress(new QProgressBar(this))
    , m_activity(new QToolButton(this))
{
    setSizeGripEnabled(false);
    setFixedHeight(footerHeight(QFontMetrics(QApplication::font())) + 1);
    setTextStyle(this, TextStyle::Small);
    m_text->setShrinks(false);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(120);
    m_progress->hide();
    m_activity->setText(tr("Activity"));
    m_activity->setCheckable(true);
    m_activity->setIcon(symbolIcon(Symbol::ChevronUp));
    m_activity->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_activity->setLayoutDirection(Qt::RightToLeft); // the word first, then the chevron
    m_activity->setFocusPolicy(Qt::TabFocus);
    m_activity->setToolTip(tr("What was done, and what runs now"));
    m_activity->setFixedHeight(height() - 3);
    auto *left = new QWidget(this);
    auto *layout = new QHBoxLayout(left);
    layout->setContentsMargins(12 - 2, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_text);
    layout->addWidget(m_progress);
    layout->addStretch(1);
    addWidget(left, 1);
    addPermanentWidget(m_activity);
    showIdle();
}

void StatusLine::showIdle()
{
    m_text->setText(tr("Nothing is running"));
    m_text->setTone(Tone::Muted);
    m_progress->hide();
}

void StatusLine::showRunning(const QString &title, qint64 done, qint64 total)
{
    m_text->setText(title);
    m_text->setTone(Tone::Normal);
    m_progress->setVisible(total > 0);
    // QProgressBar counts in int; a share is all that it shows.
    m_progress->setRange(0, 1000);
    m_progress->setValue(total > 0 ? static_cast<int>(done * 1000 / total) : 0);
}

} // namespace quayside
