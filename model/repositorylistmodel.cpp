// SPDX-License-Identifier: Apache-2.0
#include "model/repositorylistmodel.h"

#include "model/rowranges.h"
#include "model/tagorder.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

bool before(const RepositoryName &a, const RepositoryName &b)
{
    return compareNaturally(a.toString(), b.toString()) < 0;
}

} // namespace

int RepositoryListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant RepositoryListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return toQString(row.name.toString());
    case TagCountRole:
        return row.tags ? QVariant(*row.tags) : QVariant();
    case PinnedRole:
        return row.pinned;
    default:
        return {};
    }
}

QHash<int, QByteArray> RepositoryListModel::roleNames() const
{
    return {
        {Qt::DisplayRole, "display"}, {NameRole, "name"}, {TagCountRole, "tagCount"}, {PinnedRole, "pinned"}};
}

const RepositoryName &RepositoryListModel::nameAt(int row) const
{
    return m_rows[std::size_t(row)].name;
}

std::vector<RepositoryListModel::Row>::const_iterator
RepositoryListModel::find(const RepositoryName &name) const
{
    const auto found = std::lower_bound(
        m_rows.begin(), m_rows.end(), name,
        [](const Row &row, const RepositoryName &wanted) { return before(row.name, wanted); });
    return found != m_rows.end() && found->name == name ? found : m_rows.end();
}

int RepositoryListModel::rowOf(const RepositoryName &name) const
{
    const auto found = find(name);
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

void RepositoryListModel::add(std::vector<RepositoryName> names)
{
    std::vector<Row> fresh;
    for (auto &name : names) {
        const int row = rowOf(name);
        if (row >= 0)
            m_rows[std::size_t(row)].inCatalog = true;
        else
            fresh.push_back(Row{std::move(name), {}, true, false});
    }
    insert(std::move(fresh));
}

/// Inserts new rows at their places, one range per gap of the list.
void RepositoryListModel::insert(std::vector<Row> rows)
{
    const auto less = [](const Row &a, const Row &b) { return before(a.name, b.name); };
    const auto same = [](const Row &a, const Row &b) { return a.name == b.name; };
    std::sort(rows.begin(), rows.end(), less);
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    auto next = rows.begin();
    while (next != rows.end()) {
        const auto place = std::lower_bound(m_rows.begin(), m_rows.end(), *next, less);
        const auto end =
            place == m_rows.end() ? rows.end() : std::lower_bound(next, rows.end(), *place, less);
        const int first = int(place - m_rows.begin());
        beginInsertRows({}, first, first + int(end - next) - 1);
        m_rows.insert(place, std::make_move_iterator(next), std::make_move_iterator(end));
        endInsertRows();
        next = end;
    }
}

void RepositoryListModel::retain(const std::vector<RepositoryName> &names)
{
    const std::set<RepositoryName> kept(names.begin(), names.end());
    for (Row &row : m_rows)
        row.inCatalog = kept.contains(row.name);
    removeUnneeded();
}

void RepositoryListModel::setPinned(const std::vector<RepositoryName> &names)
{
    const std::set<RepositoryName> pinned(names.begin(), names.end());
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].pinned == pinned.contains(m_rows[i].name))
            continue;
        m_rows[i].pinned = !m_rows[i].pinned;
        emit dataChanged(index(int(i)), index(int(i)), {PinnedRole});
    }
    std::vector<Row> fresh;
    for (const auto &name : pinned) {
        if (rowOf(name) < 0)
            fresh.push_back(Row{name, {}, false, true});
    }
    insert(std::move(fresh));
    removeUnneeded();
}

void RepositoryListModel::removeUnneeded()
{
    QList<int> gone;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (!m_rows[i].inCatalog && !m_rows[i].pinned)
            gone.append(int(i));
    }
    for (const RowRange &range : rangesFromBack(gone)) {
        beginRemoveRows({}, range.first, range.last);
        m_rows.erase(m_rows.begin() + range.first, m_rows.begin() + range.last + 1);
        endRemoveRows();
    }
}

void RepositoryListModel::setTagCount(const RepositoryName &name, std::optional<int> count)
{
    const int row = rowOf(name);
    if (row < 0 || m_rows[std::size_t(row)].tags == count)
        return;
    m_rows[std::size_t(row)].tags = count;
    emit dataChanged(index(row), index(row), {TagCountRole});
}

void RepositoryListModel::setStatus(bool loading, bool complete, std::optional<Error> error)
{
    m_loading = loading;
    m_complete = complete;
    m_error = std::move(error);
    emit statusChanged();
}

} // namespace quayside
