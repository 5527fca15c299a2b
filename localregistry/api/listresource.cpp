// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/listresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/paging.h"
#include "localregistry/api/percentcoding.h"
#include "localregistry/storage/store.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace quayside {

namespace {

constexpr std::size_t maxRepositories = 1'000;
constexpr std::size_t maxTags = 10'000;
/// Clients read manifests, and so an index of referrers, up to 4 MiB; the frame around the list takes a
/// little.
constexpr std::size_t maxReferrers = 4 * 1024 * 1024 - 1024; // bytes

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

struct ReferrersPage
{
    std::string descriptors; ///< Joined by commas.
    std::string last;        ///< The last one's digest if others follow, else empty.
};

/// In the order of their digests, those after `last` that fit into an index of 4 MiB; at least one.
ReferrersPage referrersAfter(std::vector<ManifestInfo> referrers, std::string_view last)
{
    std::sort(referrers.begin(), referrers.end(),
              [](const auto &a, const auto &b) { return a.digest < b.digest; });
    ReferrersPage page;
    std::string previous;
    for (const ManifestInfo &info : referrers) {
        std::string digest = info.digest.toString();
        if (digest <= last)
            continue;
        const std::string descriptor =
            toDescriptor(info).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        if (!page.descriptors.empty()) {
            if (page.descriptors.size() + descriptor.size() > maxReferrers) {
                page.last = std::move(previous);
                break;
            }
            page.descriptors += ',';
        }
        page.descriptors += descriptor;
        previous = std::move(digest);
    }
    return page;
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
    std::vector<ManifestInfo> found;
    if (subject)
        found = m_context.store.referrers(*route.repository, *subject);
    const std::string_view filter = query.value("artifactType").value_or("");
    if (!filter.empty())
        std::erase_if(found, [&](const ManifestInfo &info) { return info.artifactType != filter; });
    const ReferrersPage page = referrersAfter(std::move(found), query.value("last").value_or(""));
    HttpResponse response(200, R"({"schemaVersion":2,"mediaType":")" + std::string(mediatype::ociIndex) +
                                   R"(","manifests":[)" + page.descriptors + "]}");
    response.addHeader("Content-Type", mediatype::ociIndex);
    if (!filter.empty())
        response.addHeader("OCI-Filters-Applied", "artifactType");
    if (!page.last.empty()) {
        std::string next = "/v2/" + route.repository->toString() + "/referrers/" + subject->toString() +
                           "?last=" + percentEncode(page.last);
        if (!filter.empty())
            next += "&artifactType=" + percentEncode(filter);
        addNextLink(response, next);
    }
    return response;
}

} // namespace quayside
