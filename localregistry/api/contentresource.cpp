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

Json toJson(const TagHistoryEntry &entry)
{
    return {{"digest", entry.digest.toString()},
            {"since", formatRfc3339(entry.time)},
            {"current", entry.isCurrent},
            {"state", entry.isLive      ? "live"
                      : entry.isInTrash ? "in trash"
                                        : "gone"}};
}

} // namespace

HttpAction ContentResource::handle(const HttpRequest &, const Route &route, const Query &query) const
{
    if (route.resource == Resource::TagHistory)
        return history(route, query);
    return list(route, query);
}

HttpAction ContentResource::history(const Route &route, const Query &query) const
{
    auto tag = Tag::parse(query.value("tag").value_or(""));
    if (!tag)
        return errorAnswer(400, "TAG_INVALID", tag.error().message);
    return HttpJob(
        [&store = m_context.store, repository = *route.repository, tag = std::move(*tag)]() -> HttpAction {
            const auto history = store.tagHistory(repository, tag);
            if (!history)
                return errorAnswer(history.error());
            Json json{{"name", repository.toString()}, {"tag", tag.toString()}, {"history", Json::array()}};
            for (const TagHistoryEntry &entry : *history)
                json["history"].push_back(toJson(entry));
            return jsonAnswer(200, dumpJson(json));
        });
}

HttpResponse ContentResource::list(const Route &route, const Query &query) const
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
