// SPDX-License-Identifier: Apache-2.0
#include "registryclient/listreaders.h"

#include "oci/json.h"
#include "oci/qtconversions.h"

#include <string>
#include <unordered_set>
#include <utility>

namespace quayside {

namespace {

constexpr std::size_t maxShownName = 256; // bytes kept of a name that is none

using Json = nlohmann::json;

Result<Json> parseObject(const QByteArray &body)
{
    auto json = parseJson(toStringView(body), JsonRules::Lenient);
    if (!json)
        return fail(ErrorKind::BadAnswer, json.error().message);
    if (!json->is_object())
        return fail(ErrorKind::BadAnswer, "JSON that is no object");
    return json;
}

/// The array at `key`; null and an absent member count as empty.
Result<Json> arrayAt(Json &object, const char *key)
{
    const auto member = object.find(key);
    if (member == object.end() || member->is_null())
        return Json::array();
    if (!member->is_array())
        return fail(ErrorKind::BadAnswer, std::string("a list whose \"") + key + "\" is no array");
    return std::move(*member);
}

template <typename Name>
Result<Page<Name>> readNames(const QByteArray &body, const char *key)
{
    auto object = parseObject(body);
    if (!object)
        return tl::unexpected(object.error());
    const auto names = arrayAt(*object, key);
    if (!names)
        return tl::unexpected(names.error());

    Page<Name> page;
    page.rows.reserve(names->size());
    std::unordered_set<std::string> seen;
    for (const Json &entry : *names) {
        const std::string text = entry.is_string() ? entry.get<std::string>() : entry.dump();
        if (!seen.insert(text).second)
            continue;
        auto name = entry.is_string() ? Name::parse(text) : fail(ErrorKind::BadAnswer, "not a string");
        if (name)
            page.rows.push_back(std::move(*name));
        else
            page.invalid.append(toQString(std::string_view(text).substr(0, maxShownName)));
    }
    return page;
}

} // namespace

Result<RepositoryPage> readRepositoryPage(const QByteArray &body)
{
    return readNames<RepositoryName>(body, "repositories");
}

Result<TagPage> readTagPage(const QByteArray &body)
{
    return readNames<Tag>(body, "tags");
}

} // namespace quayside
