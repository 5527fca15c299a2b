// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/byterange.h"

#include "localregistry/http/httprequest.h"

#include <algorithm>
#include <limits>

namespace quayside {

namespace {

bool isNumber(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A number of any length; one that is beyond every blob is the largest there is.
std::int64_t positionOf(std::string_view text)
{
    if (!isNumber(text))
        return -1;
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    const std::int64_t value = parseOffset(text);
    return value < 0 ? std::numeric_limits<std::int64_t>::max() : value;
}

} // namespace

std::int64_t parseOffset(std::string_view text)
{
    if (!isNumber(text) || text.size() > 18)
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
    if (!equalsIgnoringCase(header.substr(0, unit.size()), unit) || dash == std::string_view::npos)
        return {};
    const std::string_view from = header.substr(unit.size(), dash - unit.size());
    const std::string_view to = header.substr(dash + 1);
    const std::int64_t first = positionOf(from);
    const std::int64_t last = positionOf(to);
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
