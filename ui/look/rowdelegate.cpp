// SPDX-License-Identifier: Apache-2.0
#include "ui/look/rowdelegate.h"

#include <QApplication>
#include <QPainter>

namespace quayside {

namespace {

/// elidedText() counts fractions of pixels, and would shorten a text whose slot was made to measure.
QString fitted(const QFontMetrics &metrics, const QString &text, int width)
{
    return metrics.horizontalAdvance(text) <= width ? text : metrics.elidedText(text, Qt::ElideRight, width);
}

} // namespace

CellPainter::CellPainter(QPainter &painter, const QRect &cell, const QPalette &palette, const QFont &body)
    : m_painter(painter)
    , m_rest(cell)
    , m_baseline(cell.y() + rowBaseline(QFontMetrics(body), cell.height()))
    , m_body(body)
    , m_colours(palette)
{}

bool CellPainter::text(const QString &text, TextStyle style, const QColor &colour, bool struckOut)
{
    QFont font = styledFont(m_body, style);
    font.setStrikeOut(struckOut);
    const QFontMetrics metrics(font);
    const QString shown = fitted(metrics, text, m_rest.width());
    m_painter.setFont(font);
    m_painter.setPen(colour);
    m_painter.drawText(m_rest.x(), m_baseline, shown);
    skip(metrics.horizontalAdvance(shown));
    return shown == text;
}

void CellPainter::symbol(Symbol symbol, int size, const QColor &colour)
{
    if (m_rest.width() < size)
        return;
    drawSymbol(m_painter, QRect(m_rest.x(), m_rest.y(), size, m_rest.height()), symbol, size, colour);
    skip(size);
}

void CellPainter::endText(const QString &text, TextStyle style, const QColor &colour)
{
    const QFont font = styledFont(m_body, style);
    const QFontMetrics metrics(font);
    const QString shown = fitted(metrics, text, m_rest.width());
    const int width = metrics.horizontalAdvance(shown);
    m_painter.setFont(font);
    m_painter.setPen(colour);
    m_painter.drawText(m_rest.right() + 1 - width, m_baseline, shown);
    skipEnd(width);
}

void CellPainter::endSymbol(Symbol symbol, int size, const QColor &colour)
{
    drawSymbol(m_painter, QRect(m_rest.right() + 1 - size, m_rest.y(), size, m_rest.height()), symbol, size,
               colour);
    skipEnd(size);
}

void CellPainter::endNumber(const QString &number, const QColor &colour)
{
    m_painter.setFont(m_body);
    m_painter.setPen(colour);
    drawTabular(m_painter, m_rest.right() + 1, m_baseline, number);
    skipEnd(tabularWidth(QFontMetrics(m_body), number));
}

void CellPainter::number(const QString &number, int width, const QColor &colour)
{
    m_painter.setFont(m_body);
    m_painter.setPen(colour);
    drawTabular(m_painter, m_rest.x() + width, m_baseline, number);
    skip(width);
}

int CellPainter::widthOf(const QString &text, TextStyle style) const
{
    return QFontMetrics(styledFont(m_body, style)).horizontalAdvance(text);
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    const QPalette palette = option.widget ? option.widget->palette() : option.palette;
    CellPainter cell(*painter, option.rect, palette, QApplication::font());
    paintCell(cell, option, index);
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {0, rowHeight(QFontMetrics(QApplication::font()))};
}

} // namespace quayside
