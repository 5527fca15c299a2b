// SPDX-License-Identifier: Apache-2.0
#include "cli/suggestion.h"

#include "oci/qtconversions.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

namespace quayside {

namespace {

constexpr std::size_t mostMistakes = 2;

/// How many letters were added, left out, replaced or swapped with their neighbour.
std::size_t mistakes(std::string_view typed, std::string_view meant)
{
    std::vector<std::size_t> before(meant.size() + 1); // the row of two letters ago
    std::vector<std::size_t> above(meant.size() + 1);
    std::vector<std::size_t> row(meant.size() + 1);
    std::iota(above.begin(), above.end(), 0U);
    for (std::size_t i = 1; i <= typed.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= meant.size(); ++j) {
            const bool same = typed[i - 1] == meant[j - 1];
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above.back();
}

} // namespace

std::optional<RepositoryName> suggestion(const RepositoryName &typed,
                                         const std::vector<RepositoryName> &known)
{
    const std::string &text = typed.toString();
    std::size_t nearest = std::min(mostMistakes, text.size() / 3) + 1;
    std::optional<RepositoryName> found;
    for (const RepositoryName &name : known) {
        const std::string &other = name.toString();
        const auto longer = std::max(text.size(), other.size());
        if (longer - std::min(text.size(), other.size()) >= nearest)
            continue; // so many letters are missing already
        const std::size_t count = mistakes(text, other);
        if (count < nearest) {
            nearest = count;
            found = name;
        }
    }
    return found;
}

QString noRepositoryText(const QString &host, const QString &typed, const std::vector<RepositoryName> &known)
{
    const QString message = QStringLiteral("no repository %1 on %2").arg(typed, host);
    const auto name = RepositoryName::parse(toStdString(typed));
    const auto meant = name ? suggestion(*name, known) : std::nullopt;
    return meant ? message + QStringLiteral(". Did you mean %1?").arg(toQString(meant->toString())) : message;
}

} // namespace quayside
