// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/tag.h"
#include "oci/timestamp.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace quayside {

/// JSON with its members in the order in which they were added, as people read it.
using Json = nlohmann::ordered_json;

inline Json toJson(const std::vector<Tag> &tags)
{
    Json array = Json::array();
    for (const Tag &tag : tags)
        array.push_back(tag.toString());
    return array;
}

inline Json toJson(const std::vector<Digest> &digests)
{
    Json array = Json::array();
    for (const Digest &digest : digests)
        array.push_back(digest.toString());
    return array;
}

/// Leaves the member out when there is no value, or none that RFC 3339 can write: its years have four digits.
inline void addTime(Json &object, const char *name, const std::optional<Timestamp> &time)
{
    using namespace std::chrono_literals;
    if (time && *time < std::chrono::sys_days(10000y / 1 / 1))
        object[name] = formatRfc3339(*time);
}

inline void addText(Json &object, const char *name, const std::string &text)
{
    if (!text.empty())
        object[name] = text;
}

/// Text that is no UTF-8 becomes U+FFFD; nothing throws.
inline std::string dumpJson(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace quayside
