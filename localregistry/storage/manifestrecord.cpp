// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/manifestrecord.h"

#include "oci/imageconfig.h"

#include <algorithm>
#include <set>

namespace quayside {

namespace {

// Bound of a walk through nested indexes, which an attacker may have made wide.
constexpr std::size_t maxNodes = 10'000;

// BuildKit puts provenance and SBOM into an index as children that no machine runs.
bool isAttestation(const Descriptor &child)
{
    const auto type = child.annotations.find("vnd.docker.reference.type");
    if (type != child.annotations.end() && type->second == "attestation-manifest")
        return true;
    return child.platform && child.platform->os == "unknown" && child.platform->architecture == "unknown";
}

std::optional<Manifest> readManifest(const Digest &digest, const ContentReader &read)
{
    auto bytes = read(digest);
    if (!bytes)
        return std::nullopt;
    auto manifest = Manifest::parse(std::move(*bytes), std::nullopt, JsonRules::Lenient);
    return manifest ? std::optional(std::move(*manifest)) : std::nullopt;
}

std::optional<ImageConfig> readConfig(const Manifest &manifest, const ContentReader &read)
{
    if (!manifest.config())
        return std::nullopt;
    const auto &type = manifest.config()->mediaType.toString();
    if (type != mediatype::ociConfig && type != mediatype::dockerConfig)
        return std::nullopt;
    const auto bytes = read(manifest.config()->digest);
    const auto config = bytes ? ImageConfig::parse(*bytes) : fail(ErrorKind::NotFound, {});
    return config ? std::optional(*config) : std::nullopt;
}

class Summary
{
public:
    Summary(StringPool &strings, const ContentReader &read)
        : m_strings(strings)
        , m_read(read)
    {}

    void add(const Manifest &manifest, const std::optional<Platform> &stated, int depth)
    {
        if (manifest.isIndex()) {
            addChildren(manifest, depth);
            return;
        }
        addSize(*manifest.config());
        for (const auto &layer : manifest.layers())
            addSize(layer);
        addPlatform(manifest, stated);
    }

    void moveInto(ManifestRecord &record)
    {
        record.downloadSize = m_size;
        record.platforms = m_strings.intern(m_platforms);
        record.built = m_built;
    }

private:
    void addChildren(const Manifest &index, int depth)
    {
        for (const auto &child : index.manifests()) {
            if (depth == maxIndexDepth || m_seen.size() > maxNodes)
                return;
            if (isAttestation(child) || !m_seen.insert(child.digest).second)
                continue;
            if (const auto manifest = readManifest(child.digest, m_read))
                add(*manifest, child.platform, depth + 1);
            else if (child.platform)
                addPlatformName(*child.platform);
        }
    }

    void addSize(const Descriptor &descriptor)
    {
        if (m_seen.insert(descriptor.digest).second && m_size <= maxDescriptorSize)
            m_size += descriptor.size;
    }

    void addPlatform(const Manifest &manifest, const std::optional<Platform> &stated)
    {
        std::optional<ImageConfig> config;
        if (!stated || !m_built)
            config = readConfig(manifest, m_read);
        if (config && !m_built)
            m_built = config->created;
        if (stated)
            addPlatformName(*stated);
        else if (config && !(config->platform == Platform()))
            addPlatformName(config->platform);
    }

    void addPlatformName(const Platform &platform)
    {
        auto name = platform.toString();
        if (std::find(m_platforms.begin(), m_platforms.end(), name) == m_platforms.end())
            m_platforms.push_back(std::move(name));
    }

    StringPool &m_strings;
    const ContentReader &m_read;
    std::set<Digest> m_seen;
    std::int64_t m_size = 0;
    std::vector<std::string> m_platforms;
    std::optional<Timestamp> m_built;
};

} // namespace

ManifestInfo ManifestRecord::toInfo(const Digest &digest) const
{
    ManifestInfo info{digest,       *mediaType,   *artifactType, size,
                      downloadSize, std::nullopt, children,      *platforms,
                      {},           {},           pushed,        built};
    if (subject)
        info.subject = *subject;
    if (annotations)
        info.annotations = *annotations;
    return info;
}

std::shared_ptr<const ManifestRecord> makeManifestRecord(const Manifest &manifest, Timestamp pushed,
                                                         StringPool &strings, const ContentReader &read)
{
    auto record = std::make_shared<ManifestRecord>();
    record->mediaType = strings.intern(manifest.mediaType().toString());
    record->artifactType = strings.intern(manifest.artifactType());
    record->size = static_cast<std::int64_t>(manifest.bytes().size());
    record->pushed = pushed;
    record->children.reserve(manifest.manifests().size());
    for (const auto &child : manifest.manifests())
        record->children.push_back(child.digest);
    if (manifest.subject())
        record->subject = std::make_unique<const Digest>(manifest.subject()->digest);
    if (!manifest.annotations().empty())
        record->annotations =
            std::make_unique<const std::map<std::string, std::string>>(manifest.annotations());
    Summary summary(strings, read);
    summary.add(manifest, std::nullopt, 0);
    summary.moveInto(*record);
    return record;
}

std::shared_ptr<const ManifestRecord> makeOpaqueRecord(const std::string &bytes, Timestamp pushed,
                                                       StringPool &strings)
{
    std::string type = "application/octet-stream";
    const auto json = parseJson(bytes, JsonRules::Lenient);
    if (json && json->is_object() && integerAt(*json, "schemaVersion") == 1)
        type = json->contains("signatures") ? mediatype::dockerSchema1Signed : mediatype::dockerSchema1;
    auto record = std::make_shared<ManifestRecord>();
    record->mediaType = strings.intern(type);
    record->artifactType = strings.intern(std::string());
    record->platforms = strings.intern(std::vector<std::string>());
    record->size = record->downloadSize = static_cast<std::int64_t>(bytes.size());
    record->pushed = pushed;
    return record;
}

} // namespace quayside
