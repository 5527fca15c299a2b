// SPDX-License-Identifier: Apache-2.0
#include "ui/look/typography.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QString>
#include <QWidget>

#include <algorithm>

namespace quayside {

namespace {

void setRelativeSize(QFont &font, const QFont &body, double factor)
{
    if (body.pointSizeF() > 0)
        font.setPointSizeF(body.pointSizeF() * factor);
    else
        font.setPixelSize(qRound(body.pixelSize() * factor));
}

int widestDigit(const QFontMetrics &metrics)
{
    int widest = 0;
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QChar(digit)));
    return widest;
}

} // namespace

QFont styledFont(const QFont &body, TextStyle style)
{
    QFont font = style == TextStyle::Mono ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : body;
    double factor = 1;
    switch (style) {
    case TextStyle::Display:
        factor = 1.8;
        break;
    case TextStyle::Title:
        factor = 1.3;
        break;
    case TextStyle::Small:
    case TextStyle::SmallStrong:
        factor = 0.9;
        break;
    case TextStyle::Mono:
        factor = 0.94;
        break;
    case TextStyle::Body:
    case TextStyle::Strong:
        break;
    }
    setRelativeSize(font, body, factor);
    const bool semiBold = style == TextStyle::Display || style == TextStyle::Title ||
                          style == TextStyle::Strong || style == TextStyle::SmallStrong;
    font.setWeight(semiBold ? QFont::DemiBold : QFont::Normal);
    return font;
}

void setTextStyle(QWidget *widget, TextStyle style)
{
    widget->setFont(styledFont(QApplication::font(), style));
}

int rowHeight(const QFontMetrics &metrics)
{
    return metrics.height() + 12;
}

int controlHeight(const QFontMetrics &metrics)
{
    return metrics.height() + 14;
}

int headerHeight(const QFontMetrics &metrics)
{
    return metrics.height() + 32;
}

int tabRowHeight(const QFontMetrics &metrics)
{
    return metrics.height() + 28;
}

int resultBarHeight(const QFontMetrics &metrics)
{
    return metrics.height() + 20;
}

int footerHeight(const QFontMetrics &metrics)
{
    return metrics.height() + 12;
}

int rowBaseline(const QFontMetrics &body, int height)
{
    return (height - body.height()) / 2 + body.ascent();
}

int tabularWidth(const QFontMetrics &metrics, const QString &text)
{
    const int digitWidth = widestDigit(metrics);
    int width = 0;
    for (const QChar c : text)
        width += c.isDigit() ? digitWidth : metrics.horizontalAdvance(c);
    return width;
}

void drawTabular(QPainter &painter, int right, int baseline, const QString &text)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const int digitWidth = widestDigit(metrics);
    int x = right - tabularWidth(metrics, text);
    for (const QChar c : text) {
        const int advance = metrics.horizontalAdvance(c);
        const int slot = c.isDigit() ? digitWidth : advance;
        painter.drawText(x + (slot - advance) / 2, baseline, QString(c));
        x += slot;
    }
}

} // namespace quayside
