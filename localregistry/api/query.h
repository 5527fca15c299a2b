// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quayside {

/// The parameters of a request's query, decoded.
class Query
{
public:
    /// Nothing if the text is not percent-encoded correctly.
    static std::optional<Query> parse(std::string_view text);

    /// The first value of that name; nothing if it is absent.
    std::optional<std::string_view> value(std::string_view name) const;
    /// All values of that name.
    std::vector<std::string_view> values(std::string_view name) const;
    /// Present and "true" or "1".
    bool isTrue(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> m_items;
};

} // namespace quayside
