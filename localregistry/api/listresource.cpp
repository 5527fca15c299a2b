// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/listresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/paging.h"
#include "localregistry/api/percentcoding.h"
#include "localregistry/storage/store.h"

#include <nlohmann/json.hpp>

namespace quayside {

namespace {

constexpr std::size_t maxRepositories = 1'000;
constexpr std::size_t maxTags = 10'000;

/// Names and tags are ASCII without anything that JSON escapes.
std::string namesToJson(const std::vector<std::string> &names)
{
    std::string json = "[";
    for (const std::string &name : names) {
        if (json.size() > 1)
            json += ',';
        json.append("\"").append(name).append("\"");
    }
    return json += ']';
}

nlohmann::ordered_json toDescriptor(const ManifestInfo &info)
{
    nlohmann::ordered_json json{
        {"mediaType", info.mediaType}, {"digest", info.digest.toString()}, {"size", info.size}};
    if (!info.artifactType.empty())
        json["artifactType"] = info.artifactType;
    if (!info.annotations.empty())
        json["annotations"] = info.annotations;
    return json;
}

} // namespace

HttpAction ListResource::handle(const HttpRequest &, const Route &route, const Query &query) const
{
    if (route.resource == Resource::Catalog)
        return catalog(query);
    if (route.resource == Resource::Tags)
        return tags(*route.repository, query);
    return referrers(route, query);
}

HttpResponse ListResource::catalog(const Query &query) const
{
    const auto page = PageRequest::parse(query, maxRepositories);
    if (!page)
        return badPageSize();
    NamePage names;
    if (page->limit > 0)
        names = m_context.store.repositories(page->last, page->limit);
    HttpResponse response = jsonAnswer(200, "{\"repositories\":" + namesToJson(names.names) + "}");
    if (names.more && !names.names.empty())
        addNextLink(response, "/v2/_catalog", *page, names.names.back());
    return response;
}

HttpResponse ListResource::tags(const RepositoryName &repository, const Query &query) const
{
    const auto page = PageRequest::parse(query, maxTags);
    if (!page)
        return badPageSize();
    auto names = m_context.store.tags(repository, page->last, page->limit);
    if (!names)
        return errorAnswer(names.error());
    if (page->limit == 0)
        *names = {};
    const std::string &name = repository.toString();
    HttpResponse response =
        jsonAnswer(200, "{\"name\":\"" + name + "\",\"tags\":" + namesToJson(names->names) + "}");
    if (names->more && !names->names.empty())
        addNextLink(response, "/v2/" + name + "/tags/list", *page, names->names.back());
    return response;
}

HttpResponse ListResource::referrers(const Route &route, const Query &query) const
{
    const auto subject = Digest::parse(route.reference);
    if (!subject && subject.error().kind != ErrorKind::Unsupported)
        return errorAnswer(400, "DIGEST_INVALID", subject.error().message);
    const std::string_view filter = query.value("artifactType").value_or("");
    nlohmann::ordered_json manifests = nlohmann::ordered_json::array();
    if (subject) {
        for (const ManifestInfo &info : m_context.store.referrers(*route.repository, *subject)) {
            if (filter.empty() || filter == info.artifactType)
                manifests.push_back(toDescriptor(info));
        }
    }
    const nlohmann::ordered_json index{
        {"schemaVersion", 2}, {"mediaType", mediatype::ociIndex}, {"manifests", std::move(manifests)}};
    HttpResponse response(200, index.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    response.addHeader("Content-Type", mediatype::ociIndex);
    if (!filter.empty())
        response.addHeader("OCI-Filters-Applied", "artifactType");
    return response;
}

} // namespace quayside
