// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/contentresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/jsonvalues.h"
#include "localregistry/api/paging.h"
#include "localregistry/storage/store.h"

namespace quayside {

namespace {

constexpr std::size_t maxManifests = 1'000;

Json toJson(const ManifestInfo &info)
{
    Json json{{"digest", info.digest.toString()}};
    addText(json, "mediaType", info.mediaType);
    addText(json, "artifactType", info.artifactType);
    json["size"] = info.size;
    json["downloadSize"] = info.downloadSize;
    json["platforms"] = info.platforms;
    json["tags"] = toJson(info.tags);
    json["children"] = toJson(info.children);
    if (info.subject)
        json["subject"] = info.subject->toString();
    addTime(json, "built", info.built);
    addTime(json, "pushed", info.pushed);
    return json;
}

} // namespace

HttpAction ContentResource::handle(const HttpRequest &, const Route &route, const Query &query) const
{
    const auto page = PageRequest::parse(query, maxManifests);
    if (!page)
        return badPageSize();
    auto content = m_context.store.content(*route.repository, page->last, page->limit);
    if (!content)
        return errorAnswer(content.error());
    if (page->limit == 0)
        *content = {};
    const std::string &name = route.repository->toString();
    Json json{{"name", name}, {"manifests", Json::array()}};
    for (const ManifestInfo &info : content->manifests)
        json["manifests"].push_back(toJson(info));
    HttpResponse response = jsonAnswer(200, dumpJson(json));
    if (content->more && !content->manifests.empty())
        addNextLink(response, "/v2/" + name + "/_quayside/content/list", *page,
                    content->manifests.back().digest.toString());
    return response;
}

} // namespace quayside
