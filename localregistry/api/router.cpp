// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/router.h"

#include "localregistry/api/percentcoding.h"

#include <array>

namespace quayside {

namespace {

constexpr std::string_view root = "/v2";

/// Takes the last segment off `path` and returns it.
std::string_view popSegment(std::string_view &path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) {
        const std::string_view segment = path;
        path = {};
        return segment;
    }
    const std::string_view segment = path.substr(slash + 1);
    path = path.substr(0, slash);
    return segment;
}

/// Decodes segment by segment, so that an encoded "/" cannot become a separator.
Result<std::string> decodePath(std::string_view path)
{
    std::string result;
    result.reserve(path.size());
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        auto segment = percentDecode(path.substr(start, end - start));
        if (!segment)
            return fail(ErrorKind::InvalidInput, "the path is not percent-encoded correctly");
        if (*segment == "." || *segment == ".." || segment->find('/') != std::string::npos ||
            segment->find('\0') != std::string::npos)
            return fail(ErrorKind::InvalidInput, "the path has a segment that names nothing");
        result += *segment;
        if (end < path.size())
            result += '/';
        start = end + 1;
    }
    return result;
}

Result<Route> routeIn(Resource resource, std::string_view repository, std::string_view reference = {})
{
    auto name = RepositoryName::parse(repository);
    if (!name)
        return tl::unexpected(name.error());
    return Route{resource, std::move(*name), std::string(reference)};
}

struct ExtensionRoute
{
    std::string_view path;
    Resource resource;
    bool inRegistry;
    bool inRepository;
};

constexpr std::array<ExtensionRoute, 9> extensionRoutes{{
    {"_catalog", Resource::Catalog, true, false},
    {"_oci/ext/discover", Resource::Discover, true, true},
    {"_quayside/trash/list", Resource::TrashList, true, true},
    {"_quayside/trash/restore", Resource::TrashRestore, false, true},
    {"_quayside/trash/entry", Resource::TrashEntry, false, true},
    {"_quayside/content/list", Resource::ContentList, false, true},
    {"_quayside/tags/history", Resource::TagHistory, false, true},
    {"_quayside/store/stats", Resource::Statistics, true, false},
    {"_quayside/store/events", Resource::Events, true, false},
}};

Result<Route> routeExtension(std::string_view repository, std::string_view extension)
{
    for (const ExtensionRoute &route : extensionRoutes) {
        if (route.path != extension)
            continue;
        if (repository.empty() && route.inRegistry)
            return Route{route.resource, std::nullopt, {}};
        if (!repository.empty() && route.inRepository)
            return routeIn(route.resource, repository);
    }
    return Route{};
}

/// `path` is what follows "/v2/".
Result<Route> routeStandard(std::string_view path)
{
    const std::string_view last = popSegment(path);
    const std::string_view kind = popSegment(path);
    if (kind == "manifests")
        return routeIn(Resource::Manifest, path, last);
    if (kind == "blobs")
        return last == "uploads" ? routeIn(Resource::Uploads, path) : routeIn(Resource::Blob, path, last);
    if (kind == "tags" && last == "list")
        return routeIn(Resource::Tags, path);
    if (kind == "referrers")
        return routeIn(Resource::Referrers, path, last);
    if (kind == "uploads" && popSegment(path) == "blobs")
        return last.empty() ? routeIn(Resource::Uploads, path) : routeIn(Resource::Upload, path, last);
    return Route{};
}

/// Where the first segment that begins with "_" starts; npos if there is none. No component of a repository's
/// name begins so, but a tag may.
std::size_t findExtension(std::string_view path)
{
    std::size_t start = path.starts_with('_') ? 0 : path.find("/_");
    if (start == std::string_view::npos)
        return start;
    if (start > 0)
        ++start;
    const bool isLast = path.find('/', start) == std::string_view::npos;
    if (isLast && start > 0) {
        std::string_view before = path.substr(0, start - 1);
        const std::string_view kind = popSegment(before);
        if (kind == "manifests" || kind == "blobs" || kind == "uploads" || kind == "referrers")
            return std::string_view::npos;
    }
    return start;
}

} // namespace

std::string_view Route::allow(const Permissions &permissions) const
{
    const auto [writes, deletes, purges] = permissions;
    switch (resource) {
    case Resource::Manifest:
        return !writes ? "GET, HEAD" : deletes ? "GET, HEAD, PUT, DELETE" : "GET, HEAD, PUT";
    case Resource::Blob:
        return writes && deletes ? "GET, HEAD, DELETE" : "GET, HEAD";
    case Resource::Uploads:
    case Resource::TrashRestore:
        return writes ? "POST" : "";
    case Resource::Upload:
        return writes ? "GET, PATCH, PUT, DELETE" : "GET";
    case Resource::TrashEntry:
        return writes && deletes && purges ? "DELETE" : "";
    default:
        return "GET, HEAD";
    }
}

bool Route::allows(std::string_view method, const Permissions &permissions) const
{
    std::string_view methods = allow(permissions);
    while (!methods.empty()) {
        const std::size_t end = std::min(methods.find(", "), methods.size());
        if (methods.substr(0, end) == method)
            return true;
        methods.remove_prefix(std::min(end + 2, methods.size()));
    }
    return false;
}

Result<Route> routePath(std::string_view path)
{
    auto decoded = decodePath(path);
    if (!decoded)
        return tl::unexpected(decoded.error());
    if (*decoded == "/healthz")
        return Route{Resource::Health, std::nullopt, {}};
    if (*decoded == "/v2" || *decoded == "/v2/")
        return Route{Resource::Base, std::nullopt, {}};
    std::string_view rest = *decoded;
    if (!rest.starts_with(root) || rest.substr(root.size(), 1) != "/")
        return Route{};
    rest.remove_prefix(root.size() + 1);
    const std::size_t extension = findExtension(rest);
    if (extension == std::string_view::npos)
        return routeStandard(rest);
    return routeExtension(rest.substr(0, extension > 0 ? extension - 1 : 0), rest.substr(extension));
}

} // namespace quayside
