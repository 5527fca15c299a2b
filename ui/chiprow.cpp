// SPDX-License-Identifier: Apache-2.0
#include "ui/chiprow.h"

#include "ui/look/controlpainting.h"
#include "ui/look/palette.h"
#include "ui/look/typography.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QPainter>

namespace quayside {

namespace {

constexpr int gap = 4;

} // namespace

Chip::Chip(const QString &text, bool current, QWidget *parent)
    : QAbstractButton(parent)
    , m_current(current)
{
    setText(visibleText(text));
    setAccessibleName(text);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
}

QSize Chip::sizeHint() const
{
    const QFont font = styledFont(QApplication::font(), m_current ? TextStyle::Strong : TextStyle::Body);
    const int height = QFontMetrics(QApplication::font()).height() + 6;
    return {std::min(QFontMetrics(font).horizontalAdvance(text()) + 16, 220), height};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours c(palette());
    const QFont body = QApplication::font();
    const double round = height() / 2.0;
    const QColor fill = m_current ? c.selected : c.selectedQuiet;
    fillRounded(painter, rect(), round, isDown() || underMouse() ? mixed(fill, c.text, 0.06) : fill);
    if (hasFocus())
        strokeRounded(painter, rect(), round, c.accent, 2);
    const QFont font = styledFont(body, m_current ? TextStyle::Strong : TextStyle::Body);
    painter.setFont(font);
    painter.setPen(isEnabled() ? c.text : c.disabled);
    painter.drawText(8, rowBaseline(QFontMetrics(body), height()),
                     QFontMetrics(font).elidedText(text(), Qt::ElideRight, width() - 14));
}

ChipRow::ChipRow(QWidget *parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChipRow::setTags(const QStringList &tags, const QString &current)
{
    qDeleteAll(m_chips);
    m_chips.clear();
    for (const QString &tag : tags.mid(0, maxChips)) {
        auto *chip = new Chip(tag, tag == current, this);
        connect(chip, &Chip::clicked, this, [this, tag] { Q_EMIT tagPressed(tag); });
        m_chips << chip;
    }
    if (tags.size() > maxChips) {
        auto *more = new Chip(tr("%n more", nullptr, static_cast<int>(tags.size()) - maxChips), false, this);
        more->setEnabled(false);
        m_chips << more;
    }
    for (Chip *chip : m_chips)
        chip->show();
    arrange(width(), true);
    updateGeometry();
}

int ChipRow::arrange(int width, bool apply) const
{
    int x = 0;
    int y = 0;
    int lineHeight = 0;
    for (Chip *chip : m_chips) {
        const QSize size = chip->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += lineHeight + gap;
        }
        if (apply)
            chip->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + gap;
        lineHeight = size.height();
    }
    return y + std::max(lineHeight, QFontMetrics(QApplication::font()).height() + 6);
}

int ChipRow::heightForWidth(int width) const
{
    return arrange(width, false);
}

QSize ChipRow::sizeHint() const
{
    return {200, arrange(std::max(width(), 200), false)};
}

void ChipRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange(width(), true);
}

} // namespace quayside
