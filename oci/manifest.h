// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/descriptor.h"
#include "oci/json.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quayside {

/// A parsed view of a manifest that keeps the exact bytes: what is served, hashed and pushed again is always
/// `bytes()`, never a re-serialised form. Copies share the bytes.
class Manifest
{
public:
    enum class Kind { Image, Index };

    /// Parses an OCI or Docker schema 2 manifest or index.
    /// `contentType` is what the sender called it; it must not contradict the body's own `mediaType`. Without
    /// it the body decides; OCI documents without `mediaType` are told by `manifests` or `layers`/`config`.
    /// Errors: InvalidInput (shape, contradiction), Unsupported (Docker schema 1 or an unknown type).
    static Result<Manifest> parse(std::string bytes, const std::optional<MediaType> &contentType,
                                  JsonRules rules);

    const std::string &bytes() const { return *m_bytes; }
    std::shared_ptr<const std::string> sharedBytes() const { return m_bytes; }
    const MediaType &mediaType() const { return m_mediaType; }
    Kind kind() const { return m_kind; }
    bool isIndex() const { return m_kind == Kind::Index; }

    /// The image's config; nothing for an index.
    const std::optional<Descriptor> &config() const { return m_config; }
    const std::vector<Descriptor> &layers() const { return m_layers; }
    /// The children of an index.
    const std::vector<Descriptor> &manifests() const { return m_manifests; }
    /// The manifest that this one is attached to.
    const std::optional<Descriptor> &subject() const { return m_subject; }
    /// The artifact type for lists of referrers: `artifactType`, else the config's media type, else "".
    std::string artifactType() const;
    const std::map<std::string, std::string> &annotations() const { return m_annotations; }
    /// The size of the config and the layers, each digest counted once: what a pull of one platform
    /// downloads.
    std::int64_t downloadSize() const;

private:
    Manifest(std::shared_ptr<const std::string> bytes, MediaType mediaType, Kind kind);
    Result<void> readFields(const nlohmann::json &json);

    std::shared_ptr<const std::string> m_bytes;
    MediaType m_mediaType;
    Kind m_kind;
    std::string m_artifactType;
    std::optional<Descriptor> m_config;
    std::vector<Descriptor> m_layers;
    std::vector<Descriptor> m_manifests;
    std::optional<Descriptor> m_subject;
    std::map<std::string, std::string> m_annotations;
};

} // namespace quayside
