// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>

#include <vector>

namespace quayside {

/// Adjacent rows of a model, both inclusive.
struct RowRange
{
    int first;
    int last;

    int count() const { return last - first + 1; }
    bool operator==(const RowRange &) const = default;
};

/// More ranges than this are slower one by one than as one reset: each costs views and proxies O(rows).
inline constexpr std::size_t mostRanges = 500;

/// Groups ascending rows into ranges, the last one first: the order in which rows are removed.
inline std::vector<RowRange> rangesFromBack(const QList<int> &ascending)
{
    std::vector<RowRange> ranges;
    for (auto row = ascending.crbegin(); row != ascending.crend(); ++row) {
        if (!ranges.empty() && ranges.back().first == *row + 1)
            ranges.back().first = *row;
        else
            ranges.push_back({*row, *row});
    }
    return ranges;
}

} // namespace quayside
