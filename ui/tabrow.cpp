// SPDX-License-Identifier: Apache-2.0
#include "ui/tabrow.h"

#include "ui/look/controlpainting.h"
#include "ui/look/palette.h"
#include "ui/look/typography.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QLocale>
#include <QPainter>

namespace quayside {

namespace {

constexpr int tabGap = 24;   // between the words of two tabs
constexpr int countGap = 6;  // between a word and its count
constexpr int underline = 3; // high

void setUpTabs(QTabBar *bar)
{
    bar->setDrawBase(false);
    bar->setExpanding(false);
    bar->setUsesScrollButtons(false);
    bar->setElideMode(Qt::ElideNone);
    bar->setFocusPolicy(Qt::TabFocus);
}

} // namespace

TabRow::TabRow(QWidget *parent)
    : QTabBar(parent)
{
    setUpTabs(this);
}

void TabRow::setCount(int index, int count)
{
    setTabData(index, count);
    updateGeometry();
    update();
}

QString TabRow::countText(int index) const
{
    const QVariant count = tabData(index);
    return count.isValid() && count.toInt() >= 0 ? QLocale().toString(count.toInt()) : QString();
}

QSize TabRow::tabSizeHint(int index) const
{
    const QFont body = QApplication::font();
    int width = QFontMetrics(styledFont(body, TextStyle::Strong)).horizontalAdvance(tabText(index));
    const QString count = countText(index);
    if (!count.isEmpty())
        width += countGap + QFontMetrics(body).horizontalAdvance(count);
    return {width + tabGap, tabRowHeight(QFontMetrics(body))};
}

QSize TabRow::sizeHint() const
{
    int width = 0;
    for (int i = 0; i < count(); ++i)
        width += tabSizeHint(i).width();
    return {width, tabRowHeight(QFontMetrics(QApplication::font()))};
}

QSize TabRow::minimumSizeHint() const
{
    return sizeHint();
}

void TabRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours c(palette());
    const QFont body = QApplication::font();
    const int baseline = rowBaseline(QFontMetrics(body), height());
    for (int i = 0; i < count(); ++i) {
        const QRect rect = tabRect(i);
        const bool current = i == currentIndex();
        const QFont font = styledFont(body, current ? TextStyle::Strong : TextStyle::Body);
        painter.setFont(font);
        painter.setPen(current ? c.text : c.muted);
        painter.drawText(rect.x(), baseline, tabText(i));
        painter.setFont(body);
        painter.setPen(c.muted);
        painter.drawText(rect.x() + QFontMetrics(font).horizontalAdvance(tabText(i)) + countGap, baseline,
                         countText(i));
        if (!current)
            continue;
        const QRectF line(rect.x() - 1, height() - underline, rect.width() - tabGap + 2, underline);
        fillRounded(painter, line, 1.5, c.accent);
        if (hasFocus())
            strokeRounded(painter, QRectF(rect.x() - 6, 8, rect.width() - tabGap + 12, height() - 16),
                          cornerRadius, c.accent, 2);
    }
}

SegmentSwitch::SegmentSwitch(QWidget *parent)
    : QTabBar(parent)
{
    setUpTabs(this);
}

void SegmentSwitch::setSegments(const QStringList &segments)
{
    const QSignalBlocker blocker(this);
    while (count() > 0)
        removeTab(count() - 1);
    for (const QString &segment : segments)
        addTab(visibleText(segment));
    updateGeometry();
    update();
}

void SegmentSwitch::setFillsWidth(bool fills)
{
    m_fills = fills;
    setSizePolicy(fills ? QSizePolicy::Expanding : QSizePolicy::Fixed, QSizePolicy::Fixed);
    updateGeometry();
}

QSize SegmentSwitch::tabSizeHint(int index) const
{
    const QFontMetrics strong(styledFont(QApplication::font(), TextStyle::Strong));
    const int height = controlHeight(QFontMetrics(QApplication::font()));
    if (m_fills && count() > 0)
        return {std::max(width() / count(), 40), height};
    return {strong.horizontalAdvance(tabText(index)) + 48, height};
}

QSize SegmentSwitch::minimumTabSizeHint(int) const
{
    return {40, controlHeight(QFontMetrics(QApplication::font()))};
}

QSize SegmentSwitch::sizeHint() const
{
    const int height = controlHeight(QFontMetrics(QApplication::font()));
    if (m_fills)
        return {200, height};
    int width = 0;
    for (int i = 0; i < count(); ++i)
        width += tabSizeHint(i).width();
    return {width, height};
}

QSize SegmentSwitch::minimumSizeHint() const
{
    return {m_fills ? 80 : sizeHint().width(), controlHeight(QFontMetrics(QApplication::font()))};
}

void SegmentSwitch::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours c(palette());
    const QFont body = QApplication::font();
    fillRounded(painter, rect(), cornerRadius, c.switchWell);
    const int baseline = rowBaseline(QFontMetrics(body), height());
    for (int i = 0; i < count(); ++i) {
        const QRect segment = tabRect(i).adjusted(3, 3, -3, -3);
        const bool current = i == currentIndex();
        if (current) {
            fillRounded(painter, segment, cornerRadius - 1, c.switchSegment);
            if (hasFocus())
                strokeRounded(painter, segment, cornerRadius - 1, c.accent, 2);
            else if (!c.dark)
                strokeRounded(painter, segment, cornerRadius - 1, c.hairline, 1);
        }
        const QFont font = styledFont(body, current ? TextStyle::Strong : TextStyle::Body);
        const QFontMetrics metrics(font);
        const QString text = metrics.elidedText(tabText(i), Qt::ElideMiddle, segment.width() - 8);
        painter.setFont(font);
        painter.setPen(current ? c.text : c.muted);
        painter.drawText(segment.center().x() - metrics.horizontalAdvance(text) / 2, baseline, text);
    }
}

} // namespace quayside
