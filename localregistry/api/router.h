// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"

#include <optional>
#include <string>
#include <string_view>

namespace quayside {

/// What a path names.
enum class Resource {
    Base,
    Catalog,
    Manifest,
    Blob,
    Uploads, ///< Where sessions are made.
    Upload,  ///< One session.
    Tags,
    Referrers,
    Discover,
    TrashList,
    TrashRestore,
    TrashEntry,
    ContentList,
    Events,
    Health,
    Unknown,
};

struct Route
{
    Resource resource = Resource::Unknown;
    std::optional<RepositoryName> repository;
    std::string reference; ///< The last segment where that is a value: a reference, a digest, a session's id.

    /// The methods of the resource, as in an Allow header.
    std::string_view allow() const;
    bool allows(std::string_view method) const;
};

/// Matches a request's raw path; each segment is decoded once. Errors: InvalidInput for a path with bad hex,
/// "." or
/// "..", an encoded "/" or NUL, or a repository name that does not follow the grammar.
Result<Route> routePath(std::string_view path);

} // namespace quayside
