// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/registryapi.h"

#include "localregistry/api/answers.h"
#include "localregistry/storage/store.h"

namespace quayside {

namespace {

std::string_view codeOf(int status)
{
    switch (status) {
    case 413:
        return "SIZE_INVALID";
    case 429:
    case 503:
        return "TOOMANYREQUESTS";
    default:
        return "UNSUPPORTED";
    }
}

/// Why what a resource could do is not done here.
std::string_view reasonOf(const Permissions &permissions)
{
    if (!permissions.writes)
        return "this registry is read-only";
    if (!permissions.deletes)
        return "deletes are switched off";
    return "purging is not allowed where other computers can reach this registry";
}

} // namespace

RegistryApi::RegistryApi(Store &store, EventHub &events, Options options)
    : m_context{store, events}
    , m_permissions{!store.options().readOnly, store.options().deletesEnabled, options.allowPurge}
    , m_originRules(std::move(options.allowedHosts))
    , m_base(m_context)
    , m_lists(m_context)
    , m_manifests(m_context)
    , m_blobs(m_context)
    , m_uploads(m_context)
    , m_trash(m_context)
    , m_content(m_context)
    , m_statistics(m_context)
    , m_events(m_context)
{}

HttpAction RegistryApi::handle(const HttpRequest &request)
{
    if (const std::string_view refusal = m_originRules.refusal(request); !refusal.empty())
        return errorAnswer(403, "DENIED", refusal);
    if (request.method() == "CONNECT" || request.path() == "*")
        return methodNotAllowed("GET, HEAD", "this is no proxy");
    const auto route = routePath(request.path());
    if (!route)
        return errorAnswer(400, "NAME_INVALID", route.error().message);
    if (route->resource == Resource::Unknown)
        return errorAnswer(404, "UNSUPPORTED", "there is nothing at this path");
    if (!route->allows(request.method()))
        return methodNotAllowed(route->allow(m_permissions), "this method has no meaning here");
    if (!route->allows(request.method(), m_permissions))
        return methodNotAllowed(route->allow(m_permissions), reasonOf(m_permissions));
    const auto query = Query::parse(request.query());
    if (!query)
        return errorAnswer(400, "UNSUPPORTED", "the query is not percent-encoded correctly");
    if (waitsForIndex(*route))
        return HttpJob(
            [this, request, route = *route, query = *query] { return dispatch(request, route, query); });
    return dispatch(request, *route, *query);
}

// Single objects are answered from their own files until their repository is loaded, changes are jobs anyway.
bool RegistryApi::waitsForIndex(const Route &route) const
{
    switch (route.resource) {
    case Resource::Catalog:
        return !m_context.store.isLoaded();
    case Resource::Tags:
    case Resource::Referrers:
    case Resource::ContentList:
    case Resource::Upload:
        return !m_context.store.isLoaded(*route.repository);
    default:
        return false;
    }
}

HttpAction RegistryApi::dispatch(const HttpRequest &request, const Route &route, const Query &query) const
{
    switch (route.resource) {
    case Resource::Manifest:
        return m_manifests.handle(request, route, query);
    case Resource::Blob:
        return m_blobs.handle(request, route, query);
    case Resource::Uploads:
    case Resource::Upload:
        return m_uploads.handle(request, route, query);
    case Resource::Catalog:
    case Resource::Tags:
    case Resource::Referrers:
        return m_lists.handle(request, route, query);
    case Resource::TrashList:
    case Resource::TrashRestore:
    case Resource::TrashEntry:
        return m_trash.handle(request, route, query);
    case Resource::ContentList:
    case Resource::TagHistory:
        return m_content.handle(request, route, query);
    case Resource::Statistics:
        return m_statistics.handle(request, route, query);
    case Resource::Events:
        return m_events.handle(request, route, query);
    default:
        return m_base.handle(request, route, query);
    }
}

HttpResponse RegistryApi::protocolError(int status, std::string_view message) const
{
    HttpResponse response = errorAnswer(status, codeOf(status), message);
    if (status == 503)
        response.addHeader("Retry-After", "5");
    return response;
}

std::string_view RegistryApi::commonHeaders() const
{
    return "Docker-Distribution-Api-Version: registry/2.0\r\n"
           "X-Content-Type-Options: nosniff\r\n"
           "Content-Security-Policy: sandbox; default-src 'none'\r\n"
           "Cross-Origin-Resource-Policy: same-origin\r\n";
}

} // namespace quayside
