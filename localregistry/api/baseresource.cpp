// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/baseresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/jsonvalues.h"
#include "localregistry/storage/store.h"

namespace quayside {

HttpAction BaseResource::handle(const HttpRequest &, const Route &route, const Query &) const
{
    if (route.resource == Resource::Discover)
        return discover(route);
    return jsonAnswer(200, "{}");
}

/// The form of the distribution specification's "Extensions". Of a repository, only what exists there is
/// listed.
HttpResponse BaseResource::discover(const Route &route) const
{
    const std::string root = "/v2/" + (route.repository ? route.repository->toString() + "/" : std::string());
    Json endpoints = Json::array({root + "_quayside/trash/list"});
    if (route.repository) {
        endpoints.push_back(root + "_quayside/trash/restore");
        endpoints.push_back(root + "_quayside/trash/entry");
        endpoints.push_back(root + "_quayside/content/list");
        endpoints.push_back(root + "_quayside/tags/history");
    } else {
        endpoints.push_back("/v2/<name>/_quayside/trash/list");
        endpoints.push_back("/v2/<name>/_quayside/trash/restore");
        endpoints.push_back("/v2/<name>/_quayside/trash/entry");
        endpoints.push_back("/v2/<name>/_quayside/content/list");
        endpoints.push_back("/v2/<name>/_quayside/tags/history");
        endpoints.push_back(root + "_quayside/store/stats");
        endpoints.push_back(root + "_quayside/store/events");
    }
    const Json json{
        {"extensions",
         Json::array({Json{
             {"name", "_quayside"},
             {"url", root + "_quayside"},
             {"description", "Deleted content, lists of content, history, figures and events of Quayside"},
             {"endpoints", std::move(endpoints)},
             {"trashRetentionSeconds", m_context.store.options().trashRetention.count()}}})}};
    return jsonAnswer(200, dumpJson(json));
}

} // namespace quayside
