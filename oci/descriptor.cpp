// SPDX-License-Identifier: Apache-2.0
#include "oci/descriptor.h"

#include "oci/json.h"

namespace quayside {

namespace {

std::optional<Platform> readPlatform(const nlohmann::json &json)
{
    const auto found = json.find("platform");
    if (found == json.end() || !found->is_object())
        return std::nullopt;
    return Platform{stringAt(*found, "os").value_or(""), stringAt(*found, "architecture").value_or(""),
                    stringAt(*found, "variant").value_or("")};
}

} // namespace

std::string Platform::toString() const
{
    std::string text = os.empty() ? "unknown" : os;
    text += '/';
    text += architecture.empty() ? "unknown" : architecture;
    if (!variant.empty())
        text += '/' + variant;
    return text;
}

Result<Descriptor> Descriptor::fromJson(const nlohmann::json &json)
{
    if (!json.is_object())
        return fail(ErrorKind::InvalidInput, "a descriptor is not an object");
    auto mediaType = MediaType::parse(stringAt(json, "mediaType").value_or(""));
    if (!mediaType)
        return fail(ErrorKind::InvalidInput, "a descriptor has no valid mediaType");
    auto digest = Digest::parse(stringAt(json, "digest").value_or(""));
    if (!digest)
        return fail(digest.error().kind, "a descriptor's digest is not valid: " + digest.error().message);
    const auto size = integerAt(json, "size");
    if (!size || *size < 0 || *size > maxDescriptorSize)
        return fail(ErrorKind::InvalidInput, "a descriptor has no valid size");

    Descriptor descriptor{std::move(*mediaType), *digest, *size, stringAt(json, "artifactType").value_or(""),
                          readPlatform(json),    {},      {}};
    if (const auto found = json.find("annotations"); found != json.end() && found->is_object()) {
        for (const auto &[key, value] : found->items()) {
            if (value.is_string())
                descriptor.annotations.emplace(key, value.get<std::string>());
        }
    }
    if (const auto found = json.find("urls"); found != json.end() && found->is_array()) {
        for (const auto &url : *found) {
            if (url.is_string())
                descriptor.urls.push_back(url.get<std::string>());
        }
    }
    return descriptor;
}

} // namespace quayside
