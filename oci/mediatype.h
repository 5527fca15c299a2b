// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <compare>
#include <string>
#include <string_view>

namespace quayside {

/// A media type without parameters, e.g. "application/vnd.oci.image.manifest.v1+json"
/// (RFC 6838, section 4.2; at most 127 characters on each side of the "/").
class MediaType
{
public:
    /// Errors: InvalidInput.
    static Result<MediaType> parse(std::string_view text);
    /// The same for a Content-Type header: parameters after ";" and white space are dropped.
    static Result<MediaType> fromContentType(std::string_view header);

    const std::string &toString() const { return m_text; }
    /// The four types that a registry accepts as manifests.
    bool isManifestType() const { return isImageManifest() || isIndex(); }
    /// An OCI image manifest or a Docker schema 2 manifest.
    bool isImageManifest() const;
    /// An OCI image index or a Docker manifest list.
    bool isIndex() const;
    /// Docker schema 1: old, read-only, served as it is.
    bool isSchema1() const;
    /// A layer whose content may stay elsewhere ("nondistributable" or Docker's "foreign").
    bool isNondistributableLayer() const;

    auto operator<=>(const MediaType &) const = default;

private:
    explicit MediaType(std::string_view text)
        : m_text(text)
    {}
    std::string m_text;
};

namespace mediatype {
inline constexpr std::string_view ociManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view ociIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view ociConfig = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view ociLayerTar = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view ociLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view ociEmpty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view dockerManifestList =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view dockerConfig = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view dockerSchema1 = "application/vnd.docker.distribution.manifest.v1+json";
inline constexpr std::string_view dockerSchema1Signed =
    "application/vnd.docker.distribution.manifest.v1+prettyjws";
} // namespace mediatype

} // namespace quayside
