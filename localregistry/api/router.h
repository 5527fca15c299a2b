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
    TagHistory,
    Statistics,
    Events,
    Health,
    Unknown,
};

/// What a registry was started to take.
struct Permissions
{
    bool writes = true;
    bool deletes = true; ///< Of manifests, tags and blobs; an upload can always be cancelled.
    bool purges = true;  ///< Of what is in the trash, for good.
};

struct Route
{
    Resource resource = Resource::Unknown;
    std::optional<RepositoryName> repository;
    std::string reference; ///< The last segment where that is a value: a reference, a digest, a session's id.

    /// The methods of the resource, as in an Allow header.
    std::string_view allow(const Permissions &permissions = {}) const;
    bool allows(std::string_view method, const Permissions &permissions = {}) const;
};

/// Matches a request's raw path; each segment is decoded once. Errors: InvalidInput for a path with bad hex,
/// "." or "..", an encoded "/" or NUL, or a repository name that does not follow the grammar.
Result<Route> routePath(std::string_view path);

} // namespace quayside
