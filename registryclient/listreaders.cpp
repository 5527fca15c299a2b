// SPDX-License-Identifier: Apache-2.0
#include "registryclient/listreaders.h"

#include "oci/json.h"
#include "oci/mediatype.h"
#include "oci/qtconversions.h"

#include <set>
#include <string>
#include <string_view>
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

QString shownName(std::string_view text)
{
    return toQString(text.substr(0, maxShownName));
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
            page.invalid.append(shownName(text));
    }
    return page;
}

bool saysIndex(const Json &object)
{
    const auto list = object.find("manifests");
    if (list == object.end() || !(list->is_array() || list->is_null()))
        return false;
    return !object.contains("mediaType") || stringAt(object, "mediaType") == mediatype::ociIndex;
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

Result<ReferrerPage> readReferrerPage(const QByteArray &body)
{
    auto object = parseObject(body);
    if (!object)
        return tl::unexpected(object.error());
    if (!saysIndex(*object))
        return fail(ErrorKind::BadAnswer, "JSON that is no index");
    const auto list = arrayAt(*object, "manifests");
    if (!list)
        return tl::unexpected(list.error());
    ReferrerPage page;
    std::set<Digest> seen;
    for (const Json &entry : *list) {
        auto descriptor = Descriptor::fromJson(entry);
        if (!descriptor)
            page.invalid.append(shownName(entry.dump()));
        else if (seen.insert(descriptor->digest).second)
            page.rows.push_back(std::move(*descriptor));
    }
    return page;
}

} // namespace quayside
