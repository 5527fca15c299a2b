// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/icons.h"
#include "ui/look/palette.h"
#include "ui/look/typography.h"

#include <QStyledItemDelegate>

namespace quayside {

/// Draws the contents of one cell: from the left, from the right, all on the baseline of the row's body text.
/// What does not fit is elided. Text is given as it may be shown: untrusted strings go through visibleText()
/// before.
class CellPainter
{
public:
    CellPainter(QPainter &painter, const QRect &cell, const QPalette &palette, const QFont &body);

    const Colours &colours() const { return m_colours; }
    QRect rest() const { return m_rest; }
    /// Leaves room on the left or the right.
    void skip(int width) { m_rest.setLeft(m_rest.left() + width); }
    void skipEnd(int width) { m_rest.setRight(m_rest.right() - width); }

    /// Next from the left. Returns whether the whole text fitted.
    bool text(const QString &text, TextStyle style, const QColor &colour, bool struckOut = false);
    void symbol(Symbol symbol, int size, const QColor &colour);
    /// Next from the right.
    void endText(const QString &text, TextStyle style, const QColor &colour);
    void endSymbol(Symbol symbol, int size, const QColor &colour);
    /// A number whose digits stand below those of other rows, ending at the right.
    void endNumber(const QString &number, const QColor &colour);
    /// The same in a slot of `width` from the left.
    void number(const QString &number, int width, const QColor &colour);

    const QFont &body() const { return m_body; }
    int widthOf(const QString &text, TextStyle style) const;

private:
    QPainter &m_painter;
    QRect m_rest;
    int m_baseline;
    QFont m_body;
    Colours m_colours;
};

/// The base of all delegates: a row is as high as the font wants, its background is drawn by RowView.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    virtual void paintCell(CellPainter &cell, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const = 0;
};

} // namespace quayside
