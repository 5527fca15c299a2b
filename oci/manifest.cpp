// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.h"

#include <set>

namespace quayside {

namespace {

// The type of a document that names none, neither in its header nor in its body (allowed for OCI only).
std::string_view typeFromShape(const nlohmann::json &json)
{
    return json.contains("manifests") ? mediatype::ociIndex : mediatype::ociManifest;
}

Result<MediaType> decideMediaType(const nlohmann::json &json, const std::optional<MediaType> &contentType)
{
    const auto field = json.find("mediaType");
    if (field != json.end() && !field->is_string())
        return fail(ErrorKind::InvalidInput, "mediaType is not a string");
    if (json.value("schemaVersion", nlohmann::json(2)) == 1)
        return fail(ErrorKind::Unsupported,
                    "Docker schema 1 manifests are not accepted; push schema 2 or OCI");

    std::optional<MediaType> inBody;
    if (field != json.end()) {
        auto parsed = MediaType::parse(field->get<std::string>());
        if (!parsed)
            return fail(ErrorKind::InvalidInput, "mediaType is not a media type");
        inBody = std::move(*parsed);
    }
    if (contentType && inBody && *contentType != *inBody)
        return fail(ErrorKind::InvalidInput, "the body says it is " + inBody->toString() +
                                                 ", but it was sent as " + contentType->toString());
    MediaType type = inBody ? *inBody : contentType ? *contentType : *MediaType::parse(typeFromShape(json));
    if (!type.isManifestType())
        return fail(ErrorKind::Unsupported, type.toString() + " is not a manifest type this program knows");
    const bool isOci = type.toString() == mediatype::ociManifest || type.toString() == mediatype::ociIndex;
    if (!inBody && !isOci)
        return fail(ErrorKind::InvalidInput, "a Docker manifest must state its mediaType");
    return type;
}

Result<std::vector<Descriptor>> readDescriptors(const nlohmann::json &json, const char *key)
{
    std::vector<Descriptor> descriptors;
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return descriptors;
    if (!found->is_array())
        return fail(ErrorKind::InvalidInput, std::string(key) + " is not an array");
    descriptors.reserve(found->size());
    for (const auto &entry : *found) {
        auto descriptor = Descriptor::fromJson(entry);
        if (!descriptor)
            return fail(descriptor.error().kind, std::string(key) + ": " + descriptor.error().message);
        descriptors.push_back(std::move(*descriptor));
    }
    return descriptors;
}

Result<std::optional<Descriptor>> readDescriptor(const nlohmann::json &json, const char *key)
{
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return std::optional<Descriptor>();
    auto descriptor = Descriptor::fromJson(*found);
    if (!descriptor)
        return fail(descriptor.error().kind, std::string(key) + ": " + descriptor.error().message);
    return std::optional<Descriptor>(std::move(*descriptor));
}

// Old stores and other registries hold manifests without; what is pushed is exact.
Result<void> checkForPush(const nlohmann::json &json)
{
    const auto version = json.find("schemaVersion");
    if (version == json.end() || !version->is_number_integer() || *version != 2)
        return fail(ErrorKind::InvalidInput, "schemaVersion must be 2");
    for (const char *key : {"layers", "manifests"}) {
        if (json.contains(key) && json[key].is_null())
            return fail(ErrorKind::InvalidInput, std::string(key) + " is not an array");
    }
    return {};
}

} // namespace

Manifest::Manifest(std::shared_ptr<const std::string> bytes, MediaType mediaType, Kind kind)
    : m_bytes(std::move(bytes))
    , m_mediaType(std::move(mediaType))
    , m_kind(kind)
{}

Result<Manifest> Manifest::parse(std::string bytes, const std::optional<MediaType> &contentType,
                                 JsonRules rules)
{
    const auto json = parseJson(bytes, rules);
    if (!json)
        return tl::unexpected(json.error());
    if (!json->is_object())
        return fail(ErrorKind::InvalidInput, "a manifest is a JSON object");
    auto mediaType = decideMediaType(*json, contentType);
    if (!mediaType)
        return tl::unexpected(mediaType.error());
    if (auto exact = rules == JsonRules::Strict ? checkForPush(*json) : Result<void>(); !exact)
        return tl::unexpected(exact.error());

    const auto kind = mediaType->isIndex() ? Kind::Index : Kind::Image;
    Manifest manifest(std::make_shared<const std::string>(std::move(bytes)), std::move(*mediaType), kind);
    if (auto read = manifest.readFields(*json); !read)
        return tl::unexpected(read.error());
    return manifest;
}

Result<void> Manifest::readFields(const nlohmann::json &json)
{
    // One document must not be readable as both (CVE-2021-41190).
    const bool hasImageFields = json.contains("config") || json.contains("layers");
    if (json.contains("manifests") && hasImageFields)
        return fail(ErrorKind::InvalidInput, "a manifest has either manifests, or config and layers");
    if (isIndex() && hasImageFields)
        return fail(ErrorKind::InvalidInput, "an index has no config and no layers");
    if (!isIndex() && json.contains("manifests"))
        return fail(ErrorKind::InvalidInput, "an image manifest has no manifests");

    auto config = readDescriptor(json, "config");
    auto subject = readDescriptor(json, "subject");
    auto layers = readDescriptors(json, "layers");
    auto manifests = readDescriptors(json, "manifests");
    if (!config)
        return tl::unexpected(config.error());
    if (!subject)
        return tl::unexpected(subject.error());
    if (!layers)
        return tl::unexpected(layers.error());
    if (!manifests)
        return tl::unexpected(manifests.error());
    if (!isIndex() && !*config)
        return fail(ErrorKind::InvalidInput, "an image manifest needs a config");

    m_config = std::move(*config);
    m_subject = std::move(*subject);
    m_layers = std::move(*layers);
    m_manifests = std::move(*manifests);
    m_artifactType = stringAt(json, "artifactType").value_or("");
    if (const auto found = json.find("annotations"); found != json.end() && found->is_object()) {
        for (const auto &[key, value] : found->items()) {
            if (value.is_string())
                m_annotations.emplace(key, value.get<std::string>());
        }
    }
    return {};
}

std::string Manifest::artifactType() const
{
    if (!m_artifactType.empty())
        return m_artifactType;
    return m_config ? m_config->mediaType.toString() : std::string();
}

std::int64_t Manifest::downloadSize() const
{
    std::set<Digest> seen;
    std::int64_t total = 0;
    const auto add = [&](const Descriptor &descriptor) {
        if (seen.insert(descriptor.digest).second && total <= maxDescriptorSize)
            total += descriptor.size;
    };
    if (m_config)
        add(*m_config);
    for (const auto &layer : m_layers)
        add(layer);
    return total;
}

} // namespace quayside
