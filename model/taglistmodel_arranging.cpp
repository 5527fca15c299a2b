// SPDX-License-Identifier: Apache-2.0
/// Order and filter of a TagListModel.
#include "model/rowranges.h"
#include "model/taglistmodel.h"
#include "registryclient/computed.h"

#include <algorithm>

namespace quayside {

namespace {

/// More entries than this are arranged on the thread pool: it would be felt in the window.
constexpr qsizetype worthThePool = 5000;

/// For each entry its place in `order`, or -1.
QList<int> placesIn(const QList<int> &order, qsizetype entries)
{
    QList<int> places(entries, -1);
    for (int row = 0; row < order.size(); ++row)
        places[order.at(row)] = row;
    return places;
}

/// The rows of `order` whose entries `places` does not know.
QList<int> rowsMissing(const QList<int> &order, const QList<int> &places)
{
    QList<int> rows;
    for (int row = 0; row < order.size(); ++row) {
        if (places.at(order.at(row)) < 0)
            rows.append(row);
    }
    return rows;
}

} // namespace

void TagListModel::sort(int column, Qt::SortOrder order)
{
    if (column >= 0 && column < ColumnCount)
        sortBy(Column(column), order);
}

void TagListModel::sortBy(Column column, Qt::SortOrder order)
{
    m_wanted.column = column;
    m_wanted.order = order;
    arrange();
}

void TagListModel::setFilter(const QString &text)
{
    if (text == m_wanted.filter.text())
        return;
    m_wanted.filter = TagFilter(text);
    arrange();
}

void TagListModel::setShowSignatureTags(bool show)
{
    if (show == m_wanted.showSignatures)
        return;
    m_wanted.showSignatures = show;
    arrange();
}

void TagListModel::arrange()
{
    ++m_generation;
    if (m_arranging)
        return; // notices by the generation that it must begin anew
    if (m_entries.size() > worthThePool) {
        arrangeOnPool();
        return;
    }
    apply(arrangeTags(m_entries, m_wanted));
    emit arranged();
}

QCoro::Task<> TagListModel::arrangeOnPool()
{
    const auto gone = m_lifetime.token();
    m_arranging = true;
    for (;;) {
        const quint64 generation = m_generation;
        const auto work = [entries = m_entries, wanted = m_wanted] { return arrangeTags(entries, wanted); };
        const auto order = co_await computed(work, worthAThread);
        if (gone.stop_requested())
            co_return;
        if (generation == m_generation) {
            apply(order);
            break;
        }
    }
    m_arranging = false;
    emit arranged();
}

void TagListModel::apply(const QList<int> &order)
{
    if (order == m_order)
        return;
    const auto places = placesIn(order, m_entries.size());
    const auto leaving = rangesFromBack(rowsMissing(m_order, places));
    const auto coming = rangesFromBack(rowsMissing(order, placesIn(m_order, m_entries.size())));
    if (leaving.size() + coming.size() > mostRanges) {
        beginResetModel();
        m_order = order;
        m_visibleOf.clear();
        endResetModel();
        return;
    }
    for (const RowRange &range : leaving) {
        beginRemoveRows({}, range.first, range.last);
        m_order.remove(range.first, range.count());
        m_visibleOf.clear();
        endRemoveRows();
    }
    reorder(places);
    for (auto range = coming.rbegin(); range != coming.rend(); ++range) { // from the front: rows are final
        beginInsertRows({}, range->first, range->last);
        for (int row = range->first; row <= range->last; ++row)
            m_order.insert(row, order.at(row));
        m_visibleOf.clear();
        endInsertRows();
    }
}

/// Sorts the rows shown by their entries' `places`, as one layout change.
void TagListModel::reorder(const QList<int> &places)
{
    const auto before = [&](int a, int b) { return places.at(a) < places.at(b); };
    if (std::is_sorted(m_order.begin(), m_order.end(), before))
        return;
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    const auto oldOrder = m_order;
    std::sort(m_order.begin(), m_order.end(), before);
    m_visibleOf.clear();
    const auto from = persistentIndexList();
    QModelIndexList to;
    to.reserve(from.size());
    for (const QModelIndex &old : from)
        to.append(index(visibleOf(oldOrder.at(old.row())), old.column()));
    changePersistentIndexList(from, to);
    emit layoutChanged({}, VerticalSortHint);
}

} // namespace quayside
