// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/query.h"

#include "localregistry/api/percentcoding.h"

#include <algorithm>

namespace quayside {

std::optional<Query> Query::parse(std::string_view text)
{
    Query query;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view item = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (item.empty())
            continue;
        const std::size_t equals = std::min(item.find('='), item.size());
        auto name = percentDecode(item.substr(0, equals));
        auto value = percentDecode(item.substr(std::min(equals + 1, item.size())));
        if (!name || !value)
            return std::nullopt;
        query.m_items.emplace_back(std::move(*name), std::move(*value));
    }
    return query;
}

std::optional<std::string_view> Query::value(std::string_view name) const
{
    for (const auto &[key, value] : m_items) {
        if (key == name)
            return value;
    }
    return std::nullopt;
}

std::vector<std::string_view> Query::values(std::string_view name) const
{
    std::vector<std::string_view> result;
    for (const auto &[key, value] : m_items) {
        if (key == name)
            result.push_back(value);
    }
    return result;
}

bool Query::isTrue(std::string_view name) const
{
    const auto text = value(name);
    return text == "true" || text == "1";
}

} // namespace quayside
