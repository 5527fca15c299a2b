// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/rowranges.h"

#include <QAbstractTableModel>

#include <algorithm>
#include <set>
#include <type_traits>
#include <vector>

namespace quayside {

/// A table whose rows come as whole lists, each newer than the last: rows that stay keep their index, their
/// selection and their place on the screen. `Row` has a `key()` that tells which rows are the same one, and
/// `==` that tells whether something about it has changed.
template <typename Row>
class RowsModel : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_rows.size());
    }
    const Row &rowAt(int row) const { return m_rows.at(std::size_t(row)); }
    const std::vector<Row> &rows() const { return m_rows; }

protected:
    void synchronise(std::vector<Row> rows)
    {
        removeMissing(rows);
        if (!keepsOrder(rows)) {
            this->beginResetModel();
            m_rows = std::move(rows);
            this->endResetModel();
            return;
        }
        std::size_t row = 0;
        while (row < rows.size()) {
            const std::size_t next =
                row < m_rows.size() ? placeOf(rows, m_rows[row].key(), row) : rows.size();
            if (next > row)
                insertRun(row, rows.begin() + int(row), rows.begin() + int(next));
            for (row = next; row < rows.size() && row < m_rows.size() && m_rows[row].key() == rows[row].key();
                 ++row)
                update(row, rows[row]);
        }
    }

private:
    void removeMissing(const std::vector<Row> &rows)
    {
        std::set<std::decay_t<decltype(rows.front().key())>> keys;
        for (const Row &row : rows)
            keys.insert(row.key());
        QList<int> gone;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            if (!keys.contains(m_rows[i].key()))
                gone.append(int(i));
        }
        for (const RowRange &range : rangesFromBack(gone)) {
            this->beginRemoveRows({}, range.first, range.last);
            m_rows.erase(m_rows.begin() + range.first, m_rows.begin() + range.last + 1);
            this->endRemoveRows();
        }
    }

    /// Whether the rows at hand come in the same order in `rows`.
    bool keepsOrder(const std::vector<Row> &rows) const
    {
        std::size_t place = 0;
        for (const Row &row : m_rows) {
            place = placeOf(rows, row.key(), place);
            if (place++ == rows.size())
                return false;
        }
        return true;
    }

    template <typename Key>
    static std::size_t placeOf(const std::vector<Row> &rows, const Key &key, std::size_t from)
    {
        const auto found = std::find_if(rows.begin() + std::ptrdiff_t(from), rows.end(),
                                        [&](const Row &row) { return row.key() == key; });
        return std::size_t(found - rows.begin());
    }

    template <typename Iterator>
    void insertRun(std::size_t at, Iterator first, Iterator last)
    {
        this->beginInsertRows({}, int(at), int(at) + int(last - first) - 1);
        m_rows.insert(m_rows.begin() + std::ptrdiff_t(at), first, last);
        this->endInsertRows();
    }

    void update(std::size_t row, const Row &fresh)
    {
        if (m_rows[row] == fresh)
            return;
        m_rows[row] = fresh;
        emit this->dataChanged(this->index(int(row), 0), this->index(int(row), this->columnCount() - 1));
    }

    std::vector<Row> m_rows;
};

} // namespace quayside
