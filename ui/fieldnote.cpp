// SPDX-License-Identifier: Apache-2.0
#include "ui/fieldnote.h"

#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QPainter>

namespace quayside {

namespace {

constexpr int symbolSize = 14;

} // namespace

FieldNote::FieldNote(QWidget *parent)
    : QWidget(parent)
    , m_label(paragraph({}, TextStyle::Small, Tone::Muted, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_label);
}

void FieldNote::showNote(const QString &text)
{
    show(text, false);
}

void FieldNote::showProblem(const QString &text)
{
    show(text, true);
}

QString FieldNote::text() const
{
    return m_label->text();
}

void FieldNote::show(const QString &text, bool isProblem)
{
    m_isProblem = isProblem;
    setUntrustedText(m_label, text);
    m_label->setForegroundRole(isProblem ? QPalette::Text : QPalette::PlaceholderText);
    layout()->setContentsMargins(isProblem ? symbolSize + 6 : 0, 0, 0, 0);
    update();
}

void FieldNote::paintEvent(QPaintEvent *)
{
    if (!m_isProblem)
        return;
    QPainter painter(this);
    const int line = QFontMetrics(m_label->font()).height();
    drawSymbol(painter, QRect(0, 0, symbolSize, line), Symbol::Warning, symbolSize,
               Colours(palette()).caution);
}

} // namespace quayside
