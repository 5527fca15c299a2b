// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace quayside {

/// What the registry API calls `<reference>` in a path: a tag or a digest.
using TagOrDigest = std::variant<Tag, Digest>;

/// Parses a `<reference>`: text with a ":" is a digest, anything else a tag.
/// Errors: those of Digest::parse and Tag::parse.
Result<TagOrDigest> parseTagOrDigest(std::string_view text);
std::string toString(const TagOrDigest &reference);

/// A registry's `host[:port]`. Host: a DNS name, an IPv4 address or a bracketed IPv6 address; ASCII only.
/// Errors: InvalidInput.
Result<std::string> parseRegistryHost(std::string_view text);

/// An image as people write it: `[host[:port]/]repository[:tag][@digest]`.
/// The first component is a host if it has a "." or ":", begins with "[" or is "localhost" (docker's rule).
/// No default host, namespace or tag is made up here.
struct Reference
{
    std::string host; ///< Empty when the text names none.
    RepositoryName repository;
    std::optional<Tag> tag;
    std::optional<Digest> digest;

    /// Errors: InvalidInput or Unsupported, naming the part that is wrong.
    static Result<Reference> parse(std::string_view text);
    std::string toString() const;

    bool operator==(const Reference &) const = default;
};

} // namespace quayside
