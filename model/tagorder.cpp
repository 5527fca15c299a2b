// SPDX-License-Identifier: Apache-2.0
#include "model/tagorder.h"

#include "model/taglistmodel.h"
#include "model/wildcard.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <numeric>

namespace quayside {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

int sign(auto order)
{
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::string_view takeDigits(std::string_view &text)
{
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto digits = text.substr(0, end);
    text.remove_prefix(end);
    return digits;
}

/// By value, however long.
int compareNumbers(std::string_view a, std::string_view b)
{
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    return a.size() != b.size() ? sign(a.size() <=> b.size()) : sign(a.compare(b));
}

/// Runs of digits by value, everything else by character without case.
int compareRuns(std::string_view a, std::string_view b)
{
    while (!a.empty() && !b.empty()) {
        if (isDigit(a.front()) && isDigit(b.front())) {
            if (const int order = compareNumbers(takeDigits(a), takeDigits(b)))
                return order;
            continue;
        }
        if (lower(a.front()) != lower(b.front()))
            return sign(lower(a.front()) <=> lower(b.front()));
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return sign(a.size() <=> b.size());
}

std::string_view withoutV(std::string_view text)
{
    const bool prefixed = text.size() > 1 && lower(text[0]) == 'v' && isDigit(text[1]);
    return prefixed ? text.substr(1) : text;
}

/// Where what follows the numbers of a version stands: before, at or after the plain version.
int suffixRank(std::string_view suffix)
{
    if (suffix.empty())
        return 1;
    return suffix.front() == '-' ? 0 : 2;
}

int compareVersions(std::string_view a, std::string_view b)
{
    while (!a.empty() && !b.empty() && isDigit(a.front()) && isDigit(b.front())) {
        if (const int order = compareNumbers(takeDigits(a), takeDigits(b)))
            return order;
        const auto goesOn = [](std::string_view rest) {
            return rest.size() > 1 && rest.front() == '.' && isDigit(rest[1]);
        };
        if (goesOn(a) != goesOn(b))
            return goesOn(a) ? 1 : -1;
        if (!goesOn(a))
            break;
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    if (suffixRank(a) != suffixRank(b))
        return sign(suffixRank(a) <=> suffixRank(b));
    return compareRuns(a, b);
}

template <typename T>
struct Keyed
{
    int position;
    std::optional<T> key;
};

/// Sorts positions by a key of their entries; missing ones last in both directions, ties by the tag.
template <typename Key>
QList<int> sortedBy(const QList<TagEntry> &entries, const QList<int> &shown, Qt::SortOrder order, Key key)
{
    using T = typename std::invoke_result_t<Key, const TagEntry &>::value_type;
    std::vector<Keyed<T>> rows;
    rows.reserve(std::size_t(shown.size()));
    for (const int position : shown)
        rows.push_back({position, key(entries[position])});
    const auto before = [&](const Keyed<T> &a, const Keyed<T> &b) {
        if (a.key.has_value() != b.key.has_value())
            return a.key.has_value();
        if (a.key && *a.key != *b.key)
            return order == Qt::AscendingOrder ? *a.key < *b.key : *b.key < *a.key;
        return compareNaturally(entries[a.position].tag.toString(), entries[b.position].tag.toString()) > 0;
    };
    std::sort(rows.begin(), rows.end(), before);
    QList<int> positions;
    positions.reserve(qsizetype(rows.size()));
    for (const auto &row : rows)
        positions.append(row.position);
    return positions;
}

QList<int> sortedByTag(const QList<TagEntry> &entries, QList<int> shown, Qt::SortOrder order)
{
    std::sort(shown.begin(), shown.end(), [&](int a, int b) {
        const int natural = compareNaturally(entries[a].tag.toString(), entries[b].tag.toString());
        return order == Qt::AscendingOrder ? natural < 0 : natural > 0;
    });
    return shown;
}

std::optional<QStringList> platformsOf(const TagEntry &entry)
{
    if (!entry.facts || entry.facts->platforms.isEmpty())
        return {};
    // Few platforms before many: the count goes first, as a text of fixed width.
    QStringList key{QString::number(entry.facts->platforms.size()).rightJustified(6, u'0')};
    return key + entry.facts->platforms;
}

std::optional<QDateTime> dateOf(const TagEntry &entry)
{
    if (!entry.facts)
        return {};
    return entry.facts->pushed ? entry.facts->pushed : entry.facts->built;
}

} // namespace

int compareNaturally(std::string_view a, std::string_view b)
{
    const auto versionA = withoutV(a);
    const auto versionB = withoutV(b);
    const bool isVersionA = !versionA.empty() && isDigit(versionA.front());
    const bool isVersionB = !versionB.empty() && isDigit(versionB.front());
    if (isVersionA != isVersionB)
        return isVersionA ? -1 : 1;
    const int order = isVersionA ? compareVersions(versionA, versionB) : compareRuns(a, b);
    return order != 0 ? order : sign(a.compare(b));
}

TagFilter::TagFilter(const QString &text)
    : m_text(text)
{
    if (text.size() > 2 && text.startsWith(u'/') && text.endsWith(u'/')) {
        m_kind = Kind::Expression;
        m_expression = QRegularExpression(text.mid(1, text.size() - 2));
        return;
    }
    m_kind = text.contains(u'*') || text.contains(u'?') ? Kind::Glob : Kind::Substring;
    m_folded = toStdString(text.toLower());
}

bool TagFilter::matches(std::string_view tag) const
{
    if (m_text.isEmpty())
        return true;
    if (m_kind == Kind::Expression)
        return m_expression.isValid() && m_expression.match(toQString(tag)).hasMatch();
    std::string folded(tag);
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    return m_kind == Kind::Glob ? matchesWildcard(m_folded, folded)
                                : folded.find(m_folded) != std::string::npos;
}

QList<int> arrangeTags(const QList<TagEntry> &entries, const TagArrangement &arrangement)
{
    QList<int> shown;
    for (int i = 0; i < entries.size(); ++i) {
        const TagEntry &entry = entries[i];
        if ((arrangement.showSignatures || !entry.isSignature) &&
            arrangement.filter.matches(entry.tag.toString()))
            shown.append(i);
    }
    switch (arrangement.column) {
    case TagListModel::ImageColumn:
        return sortedBy(entries, shown, arrangement.order,
                        [](const TagEntry &entry) { return entry.digest; });
    case TagListModel::PlatformsColumn:
        return sortedBy(entries, shown, arrangement.order, platformsOf);
    case TagListModel::SizeColumn:
        return sortedBy(entries, shown, arrangement.order, [](const TagEntry &entry) {
            return entry.facts ? entry.facts->size : std::optional<qint64>();
        });
    case TagListModel::PushedColumn:
        return sortedBy(entries, shown, arrangement.order, dateOf);
    default:
        return sortedByTag(entries, std::move(shown), arrangement.order);
    }
}

} // namespace quayside
