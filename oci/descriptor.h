// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/error.h"
#include "oci/mediatype.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quayside {

/// A platform of the OCI image index. Fields are untrusted text.
struct Platform
{
    std::string os;
    std::string architecture;
    std::string variant;

    /// "linux/arm64/v8"; "unknown" for an empty part.
    std::string toString() const;
    auto operator<=>(const Platform &) const = default;
};

/// Points at content (OCI Image Specification, "Content Descriptors").
struct Descriptor
{
    MediaType mediaType;
    Digest digest;
    std::int64_t size = 0; ///< Bytes, 0 to 2^53.
    std::string artifactType;
    std::optional<Platform> platform;
    std::map<std::string, std::string> annotations;
    std::vector<std::string> urls; ///< Untrusted; never fetched by itself.

    /// Errors: InvalidInput when a required field is missing or has the wrong shape.
    static Result<Descriptor> fromJson(const nlohmann::json &json);
};

/// The largest size a descriptor may state: what JSON numbers carry exactly everywhere.
inline constexpr std::int64_t maxDescriptorSize = std::int64_t(1) << 53;

} // namespace quayside
