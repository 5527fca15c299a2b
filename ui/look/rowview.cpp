// SPDX-License-Identifier: Apache-2.0
#include "ui/look/rowview.h"

#include "ui/look/controlpainting.h"
#include "ui/look/icons.h"
#include "ui/look/palette.h"
#include "ui/look/typography.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

namespace quayside {

namespace {

QColor rowColour(const QPalette &palette, const RowLook &state)
{
    const Colours c(palette);
    if (state.selected) {
        if (state.sidebar)
            return state.viewFocused ? c.sidebarFocused : c.sidebarSelected;
        return state.viewFocused ? c.selected : c.selectedQuiet;
    }
    if (!state.hovered)
        return {};
    return state.sidebar ? c.sidebarHover : c.hover;
}

/// Rounded only where the selection ends.
QPainterPath rowShape(const QRectF &rect, bool roundTop, bool roundBottom)
{
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    path.addRoundedRect(rect, cornerRadius, cornerRadius);
    if (!roundTop)
        path.addRect(QRectF(rect.x(), rect.y(), rect.width(), cornerRadius));
    if (!roundBottom)
        path.addRect(QRectF(rect.x(), rect.bottom() - cornerRadius, rect.width(), cornerRadius));
    return path;
}

} // namespace

void paintRowBackground(QPainter &painter, const QRect &row, const QPalette &palette, const RowLook &state)
{
    const QColor colour = rowColour(palette, state);
    if (!colour.isValid())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(rowShape(row, !state.joinedAbove, !state.joinedBelow), colour);
    painter.restore();
}

void paintRowRing(QPainter &painter, const QRect &row, const QPalette &palette, const RowLook &state)
{
    if (state.current && state.viewFocused)
        strokeRounded(painter, row, cornerRadius, Colours(palette).accent, 1.5);
}

RowHeader::RowHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setTextStyle(this, TextStyle::Small);
    setSectionsClickable(true);
    setHighlightSections(false);
    setStretchLastSection(false);
    setFrameShape(QFrame::NoFrame);
    setMinimumSectionSize(24);
}

QSize RowHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), rowHeight(QFontMetrics(QApplication::font()))};
}

void RowHeader::alignAtEnd(std::initializer_list<int> sections)
{
    m_endAligned = sections;
    viewport()->update();
}

void RowHeader::setScrolled(bool scrolled)
{
    if (m_scrolled == scrolled)
        return;
    m_scrolled = scrolled;
    viewport()->update();
}

void RowHeader::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const Colours c(palette());
    painter.fillRect(viewport()->rect(), c.base);
    if (m_scrolled)
        painter.fillRect(0, height() - 1, width(), 1, c.hairline);
    painter.end();
    QHeaderView::paintEvent(event);
}

void RowHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    const Colours c(palette());
    const QString text = model()->headerData(logicalIndex, Qt::Horizontal).toString();
    const bool right = m_endAligned.contains(logicalIndex);
    const bool first = visualIndex(logicalIndex) == 0;
    const bool last = visualIndex(logicalIndex) == count() - 1;
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == logicalIndex;
    painter->save();
    painter->setFont(styledFont(QApplication::font(), sorted ? TextStyle::SmallStrong : TextStyle::Small));
    painter->setPen(sorted ? c.text : c.muted);
    const QRect box = rect.adjusted(first ? RowView::textInset : 0, 0, last ? -RowView::endInset : 0, 0);
    const int baseline = rect.y() + rowBaseline(QFontMetrics(QApplication::font()), rect.height());
    const int width = painter->fontMetrics().horizontalAdvance(text);
    const int x = right ? box.right() + 1 - width : box.x();
    painter->drawText(x, baseline, text);
    if (sorted) {
        const int at = right ? x - 18 : x + width + 4;
        const Symbol chevron =
            sortIndicatorOrder() == Qt::DescendingOrder ? Symbol::ChevronDown : Symbol::ChevronUp;
        drawSymbol(*painter, QRect(at, rect.y(), 14, rect.height()), chevron, 14, c.text);
    }
    painter->restore();
}

RowView::RowView(Surface surface, QWidget *parent)
    : QTreeView(parent)
    , m_surface(surface)
{
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setRootIsDecorated(false);
    setItemsExpandable(surface == Surface::Sidebar);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(surface == Surface::Sidebar ? QAbstractItemView::SingleSelection
                                                 : QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollBarPolicy(surface == Surface::Sidebar ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOn);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHeaderHidden(true);
    setMouseTracking(true);
    setAutoScroll(true);
    viewport()->setBackgroundRole(surface == Surface::Sidebar ? QPalette::Window : QPalette::Base);
    if (surface == Surface::Sidebar) {
        // The scroll bar's channel has the surface's colour too.
        setBackgroundRole(QPalette::Window);
        verticalScrollBar()->setBackgroundRole(QPalette::Window);
    } else {
        setBackgroundRole(QPalette::Base);
        verticalScrollBar()->setBackgroundRole(QPalette::Base);
    }
    verticalScrollBar()->setAutoFillBackground(true);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (m_header)
            m_header->setScrolled(value > 0);
        reportVisibleRange();
    });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] { reportVisibleRange(); });
}

void RowView::showHeader(std::initializer_list<int> endAligned)
{
    m_header = new RowHeader(this);
    m_header->alignAtEnd(endAligned);
    setHeader(m_header);
    setHeaderHidden(false);
}

RowLook RowView::stateOf(const QModelIndex &index) const
{
    const QItemSelectionModel *selection = selectionModel();
    const auto isSelected = [selection](const QModelIndex &other) {
        return other.isValid() && selection && selection->isRowSelected(other.row(), other.parent());
    };
    RowLook state;
    state.sidebar = m_surface == Surface::Sidebar;
    state.selected = isSelected(index);
    state.viewFocused = hasFocus();
    state.current = currentIndex().row() == index.row() && currentIndex().parent() == index.parent();
    state.hovered =
        m_hovered.isValid() && m_hovered.row() == index.row() && m_hovered.parent() == index.parent();
    if (state.selected && selectionMode() == QAbstractItemView::ExtendedSelection) {
        state.joinedAbove = isSelected(index.siblingAtRow(index.row() - 1));
        state.joinedBelow = isSelected(index.siblingAtRow(index.row() + 1));
    }
    return state;
}

QRect RowView::wholeRow(const QRect &rect) const
{
    // In lists the channel of the scroll bar is part of the distance to the right edge.
    const int right = m_surface == Surface::Sidebar ? 6 : 2;
    return {6, rect.y(), viewport()->width() - 6 - right, rect.height()};
}

void RowView::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const RowLook state = stateOf(index);
    const QRect row = wholeRow(option.rect);
    paintRowBackground(*painter, row, palette(), state);
    QTreeView::drawRow(painter, option, index);
    paintRowRing(*painter, row, palette(), state);
}

void RowView::drawBranches(QPainter *, const QRect &, const QModelIndex &) const
{
    // The sidebar's delegate draws its chevrons, flat lists have none.
}

void RowView::setHovered(const QModelIndex &index)
{
    if (m_hovered == index)
        return;
    m_hovered = index;
    viewport()->update();
}

void RowView::mouseMoveEvent(QMouseEvent *event)
{
    setHovered(indexAt(event->position().toPoint()).siblingAtColumn(0));
    QTreeView::mouseMoveEvent(event);
}

bool RowView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave)
        setHovered({});
    return QTreeView::viewportEvent(event);
}

void RowView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    reportVisibleRange();
}

void RowView::focusInEvent(QFocusEvent *event)
{
    QTreeView::focusInEvent(event);
    viewport()->update();
}

void RowView::focusOutEvent(QFocusEvent *event)
{
    QTreeView::focusOutEvent(event);
    viewport()->update();
}

void RowView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Delete && selectionModel() && selectionModel()->hasSelection()) {
        Q_EMIT deletePressed(event->modifiers() & Qt::ShiftModifier);
        return;
    }
    QTreeView::keyPressEvent(event);
}

void RowView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    viewport()->update();
}

void RowView::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    // Neighbours change their corners too.
    QTreeView::selectionChanged(selected, deselected);
    viewport()->update();
}

void RowView::reportVisibleRange()
{
    const QModelIndex top = indexAt(QPoint(0, 0));
    const QModelIndex bottom = indexAt(QPoint(0, viewport()->height() - 1));
    const int rows = model() ? model()->rowCount() : 0;
    const int first = top.isValid() ? top.row() : -1;
    const int last = bottom.isValid() ? bottom.row() : rows - 1;
    if (first == m_firstVisible && last == m_lastVisible)
        return;
    m_firstVisible = first;
    m_lastVisible = last;
    Q_EMIT visibleRangeChanged(first, last);
}

} // namespace quayside
