// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/tagentry.h"

#include <QList>
#include <QRegularExpression>
#include <QString>

#include <string_view>

namespace quayside {

/// Compares names as people number them: runs of digits by value, versions as SemVer 2.0 orders them
/// ("1.0.0-rc.1" before "1.0.0"), an optional "v" in front ignored. Negative, 0 or positive.
int compareNaturally(std::string_view a, std::string_view b);

/// What a person types to find tags, compiled once.
class TagFilter
{
public:
    TagFilter() = default;
    /// Text, a glob with * or ?, or /a regular expression/.
    explicit TagFilter(const QString &text);

    const QString &text() const { return m_text; }
    bool isEmpty() const { return m_text.isEmpty(); }
    bool isValid() const { return m_kind != Kind::Expression || m_expression.isValid(); }
    bool matches(std::string_view tag) const;

    bool operator==(const TagFilter &other) const { return m_text == other.m_text; }

private:
    enum class Kind { Substring, Glob, Expression };
    QString m_text;
    Kind m_kind = Kind::Substring;
    std::string m_folded; // the pattern in lower case
    QRegularExpression m_expression;
};

/// Which entries are shown, in which order.
struct TagArrangement
{
    int column = 0; ///< A TagListModel::Column.
    Qt::SortOrder order = Qt::AscendingOrder;
    TagFilter filter;
    bool showSignatures = false;

    bool operator==(const TagArrangement &) const = default;
};

/// The positions of the entries to show, in order. Equal keys and missing values are ordered by the tag,
/// newest version first, so that the result is total. Pure: runs on any thread.
QList<int> arrangeTags(const QList<TagEntry> &entries, const TagArrangement &arrangement);

} // namespace quayside
