// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/trashresource.h"

#include "localregistry/api/actor.h"
#include "localregistry/api/answers.h"
#include "localregistry/api/jsonvalues.h"
#include "localregistry/api/paging.h"
#include "localregistry/storage/store.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr std::size_t maxEntries = 1'000;

std::string_view roleName(ContentRole role)
{
    return role == ContentRole::Manifest ? "manifest" : "blob";
}

std::string_view mainRole(const TrashEntry &entry)
{
    if (entry.tag)
        return "tag";
    const auto manifest = std::find(entry.roles.begin(), entry.roles.end(), ContentRole::Manifest);
    return roleName(manifest != entry.roles.end() ? ContentRole::Manifest : ContentRole::Blob);
}

Json toJson(const TrashEntry &entry)
{
    Json json{{"repository", entry.repository.toString()}, {"role", mainRole(entry)}};
    json["roles"] = Json::array();
    for (const ContentRole role : entry.roles)
        json["roles"].push_back(roleName(role));
    if (entry.tag)
        json["tag"] = entry.tag->toString();
    json["digest"] = entry.digest.toString();
    addText(json, "mediaType", entry.mediaType);
    json["size"] = entry.size;
    json["platforms"] = entry.platforms;
    json["tags"] = toJson(entry.tags);
    json["tagCount"] = entry.tagCount;
    addTime(json, "deletedAt", entry.deletedAt);
    addTime(json, "expiresAt", entry.expiresAt);
    addText(json, "by", entry.by);
    addText(json, "user", entry.user);
    addText(json, "cause", entry.cause);
    json["heldBy"] = toJson(entry.heldBy);
    return json;
}

Json toJson(const RestoreResult &result)
{
    Json json{{"digest", result.digest.toString()}, {"changed", !result.restored.empty()}};
    json["restored"] = toJson(result.restored);
    json["tags"] = toJson(result.tagsRestored);
    json["tagsLeft"] = Json::array();
    for (const Tag &tag : result.tagsMoved)
        json["tagsLeft"].push_back({{"tag", tag.toString()}, {"reason", "names another image now"}});
    json["missing"] = Json::array();
    for (const RestoreResult::Missing &missing : result.missing) {
        json["missing"].push_back(
            {{"digest", missing.digest.toString()}, {"state", missing.inTrash ? "in trash" : "gone"}});
    }
    return json;
}

/// The object of a restore, from `digest=` or `tag=`.
Result<TagOrDigest> targetOf(const Query &query)
{
    const auto digestText = query.value("digest");
    const auto tagText = query.value("tag");
    if (digestText.has_value() == tagText.has_value())
        return fail(ErrorKind::InvalidInput, "the query must have either digest or tag");
    if (digestText) {
        auto digest = Digest::parse(*digestText);
        return digest ? Result<TagOrDigest>(*digest) : tl::unexpected(digest.error());
    }
    auto tag = Tag::parse(*tagText);
    return tag ? Result<TagOrDigest>(std::move(*tag)) : tl::unexpected(tag.error());
}

Result<RestoreOptions> optionsOf(const Query &query)
{
    RestoreOptions options;
    options.deep = query.isTrue("deep");
    const std::string_view role = query.value("role").value_or("");
    if (role == "manifest")
        options.role = ContentRole::Manifest;
    else if (role == "blob")
        options.role = ContentRole::Blob;
    else if (!role.empty() && role != "tag")
        return fail(ErrorKind::InvalidInput, "the role must be manifest or blob");
    return options;
}

HttpResponse listed(const Store &store, const std::optional<RepositoryName> &repository,
                    const PageRequest &page)
{
    TrashPage found;
    if (page.limit > 0)
        found = store.trash(repository, page.last, page.limit);
    Json json{{"entries", Json::array()}};
    for (const TrashEntry &entry : found.entries)
        json["entries"].push_back(toJson(entry));
    HttpResponse response = jsonAnswer(200, dumpJson(json));
    if (found.more && !found.entries.empty()) {
        const std::string name = repository ? repository->toString() + "/" : std::string();
        addNextLink(response, "/v2/" + name + "_quayside/trash/list", page, found.entries.back().key());
    }
    return response;
}

HttpResponse badTarget(const Query &query, const Error &error)
{
    return errorAnswer(400, query.value("tag") ? "TAG_INVALID" : "DIGEST_INVALID", error.message);
}

} // namespace

HttpAction TrashResource::handle(const HttpRequest &request, const Route &route, const Query &query) const
{
    if (route.resource == Resource::TrashList)
        return list(route, query);
    return route.resource == Resource::TrashRestore ? restore(request, route, query)
                                                    : purge(request, route, query);
}

/// A job: who holds a blob is told from manifests, which are read.
HttpAction TrashResource::list(const Route &route, const Query &query) const
{
    auto page = PageRequest::parse(query, maxEntries);
    if (!page)
        return badPageSize();
    return HttpJob([&store = m_context.store, repository = route.repository, page = std::move(*page)] {
        return HttpAction(listed(store, repository, page));
    });
}

HttpAction TrashResource::purge(const HttpRequest &request, const Route &route, const Query &query) const
{
    auto target = targetOf(query);
    if (!target)
        return badTarget(query, target.error());
    return HttpJob([&store = m_context.store, repository = *route.repository, target = std::move(*target),
                    actor = actorOf(request)]() -> HttpAction {
        const auto result = store.purge(repository, target, actor);
        if (!result)
            return errorAnswer(result.error());
        return HttpResponse(204);
    });
}

HttpAction TrashResource::restore(const HttpRequest &request, const Route &route, const Query &query) const
{
    auto target = targetOf(query);
    if (!target)
        return badTarget(query, target.error());
    const auto options = optionsOf(query);
    if (!options)
        return errorAnswer(400, "UNSUPPORTED", options.error().message);
    return HttpJob([&store = m_context.store, repository = *route.repository, target = std::move(*target),
                    options = *options, actor = actorOf(request)]() -> HttpAction {
        const auto result = store.restore(repository, target, options, actor);
        if (!result)
            return errorAnswer(result.error());
        return jsonAnswer(200, dumpJson(toJson(*result)));
    });
}

} // namespace quayside
