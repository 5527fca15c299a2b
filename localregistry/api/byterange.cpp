// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/byterange.h"

#include <algorithm>

namespace quayside {

std::int64_t parseOffset(std::string_view text)
{
    if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string_view::npos)
        return -1;
    std::int64_t value = 0;
    for (const char c : text)
        value = value * 10 + (c - '0');
    return value;
}

ByteRange ByteRange::parse(std::string_view header, std::int64_t size)
{
    constexpr std::string_view unit = "bytes=";
    const std::size_t dash = header.find('-');
    if (!header.starts_with(unit) || dash == std::string_view::npos)
        return {};
    const std::string_view from = header.substr(unit.size(), dash - unit.size());
    const std::string_view to = header.substr(dash + 1);
    const std::int64_t first = parseOffset(from);
    const std::int64_t last = parseOffset(to);
    if ((first < 0 && !from.empty()) || (last < 0 && !to.empty()) || (from.empty() && to.empty()))
        return {};
    if (from.empty()) { // the last `last` bytes
        if (last == 0 || size == 0)
            return {Kind::Unsatisfiable, 0, 0};
        return {Kind::Part, size - std::min(last, size), size - 1};
    }
    if (!to.empty() && last < first)
        return {};
    if (first >= size)
        return {Kind::Unsatisfiable, 0, 0};
    return {Kind::Part, first, to.empty() ? size - 1 : std::min(last, size - 1)};
}

} // namespace quayside
