// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHeaderView>
#include <QPersistentModelIndex>
#include <QTreeView>

namespace quayside {

/// How the background of one row is drawn.
struct RowLook
{
    bool selected = false;
    bool current = false;     ///< Gets the ring, if the view has the focus.
    bool viewFocused = false; ///< Selection is a tint of the accent with, and of the text without.
    bool hovered = false;
    bool joinedAbove = false; ///< The row above is selected too: no round corners between them.
    bool joinedBelow = false;
    bool sidebar = false;
};

void paintRowBackground(QPainter &painter, const QRect &row, const QPalette &palette, const RowLook &state);
/// After the cells, so that nothing is drawn over the ring.
void paintRowRing(QPainter &painter, const QRect &row, const QPalette &palette, const RowLook &state);

/// The header of a list: small muted text that aligns as the cells below, the sorted column semi-bold with a
/// chevron, and a hairline only while the list is scrolled.
class RowHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit RowHeader(QWidget *parent);

    QSize sizeHint() const override;
    void setScrolled(bool scrolled);
    /// Columns whose cells end at the right edge, as numbers and ages do; all others begin at the left.
    void alignAtEnd(std::initializer_list<int> sections);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_scrolled = false;
    QList<int> m_endAligned;
};

/// A list or tree whose rows are drawn as whole, rounded rows 6 px from the edge. The delegate draws only
/// contents.
class RowView : public QTreeView
{
    Q_OBJECT

public:
    enum class Surface { Content, Sidebar };

    explicit RowView(Surface surface, QWidget *parent);

    /// The left edge of text within the first cell, in viewport coordinates.
    static constexpr int textInset = 16;
    /// Between the viewport's right edge and the end of text in the last cell.
    static constexpr int endInset = 10;

    /// Shows the header; only lists with columns have one. The numbers are columns that end at the right.
    void showHeader(std::initializer_list<int> endAligned = {});

Q_SIGNALS:
    /// The rows on screen changed, by scrolling or resizing. Both are top-level row numbers, or -1.
    void visibleRangeChanged(int first, int last);
    /// Delete was pressed in the list, with or without Shift.
    void deletePressed(bool withShift);

protected:
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                 const QModelIndex &index) const override;
    void drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const override;
    void mouseMoveEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;

private:
    RowLook stateOf(const QModelIndex &index) const;
    QRect wholeRow(const QRect &rect) const;
    void setHovered(const QModelIndex &index);
    void reportVisibleRange();

    Surface m_surface;
    QPersistentModelIndex m_hovered;
    RowHeader *m_header = nullptr;
    int m_firstVisible = -1;
    int m_lastVisible = -1;
};

} // namespace quayside
