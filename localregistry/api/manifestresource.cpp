// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/manifestresource.h"

#include "localregistry/api/actor.h"
#include "localregistry/api/answers.h"
#include "localregistry/storage/store.h"

namespace quayside {

namespace {

constexpr std::size_t maxManifest = 4 * 1024 * 1024; // bytes
constexpr std::size_t maxTags = 64;

HttpResponse tooLarge()
{
    return errorAnswer(413, "MANIFEST_INVALID", "a manifest may have at most 4 MiB");
}

/// Everything a push needs once its body is complete.
struct Push
{
    RepositoryName repository;
    TagOrDigest reference;
    std::vector<Tag> tags;
    std::optional<MediaType> contentType;
    Actor actor;
};

/// What the sender calls the body; nothing when it leaves that to the body itself.
Result<std::optional<MediaType>> contentTypeOf(const HttpRequest &request)
{
    const std::string_view header = request.header("content-type");
    if (header.empty())
        return std::nullopt;
    auto type = MediaType::fromContentType(header);
    if (!type)
        return tl::unexpected(type.error());
    if (type->toString() == "application/json" || type->toString() == "application/octet-stream")
        return std::nullopt;
    return std::optional(std::move(*type));
}

HttpResponse store(Store &store, Push push, std::string body)
{
    auto manifest = Manifest::parse(std::move(body), push.contentType, JsonRules::Strict);
    if (!manifest)
        return errorAnswer(manifest.error().kind == ErrorKind::TooLarge ? 413 : 400, "MANIFEST_INVALID",
                           manifest.error().message);
    auto result =
        store.putManifest(push.repository, push.reference, push.tags, std::move(*manifest), push.actor);
    if (!result) {
        if (result.error().kind == ErrorKind::InvalidInput && result.error().code.empty())
            return errorAnswer(400, "MANIFEST_INVALID", result.error().message);
        return errorAnswer(result.error());
    }
    HttpResponse response = createdAnswer(push.repository, "manifests", result->digest);
    if (result->subject)
        response.addHeader("OCI-Subject", result->subject->toString());
    for (const Tag &tag : push.tags)
        response.addHeader("OCI-Tag", tag.toString());
    return response;
}

/// Collects the bytes of a manifest; parsing and storing them is a job.
class ManifestReceiver final : public BodyReceiver
{
public:
    ManifestReceiver(Store &store, Push push, std::size_t expected)
        : m_store(store)
        , m_push(std::move(push))
    {
        m_body.reserve(expected);
    }

    std::optional<HttpResponse> receive(std::string_view bytes) override
    {
        if (m_body.size() + bytes.size() > maxManifest)
            return tooLarge();
        m_body.append(bytes);
        return std::nullopt;
    }

    HttpAction finish() override
    {
        return HttpJob([&target = m_store, push = std::move(m_push), body = std::move(m_body)]() mutable {
            return HttpAction(store(target, std::move(push), std::move(body)));
        });
    }

private:
    Store &m_store;
    Push m_push;
    std::string m_body;
};

/// A reference of a path as a writer must give it: exact.
HttpResponse badReference(const Route &route, const Error &error, bool forPush)
{
    if (route.reference.find(':') != std::string::npos)
        return errorAnswer(400, "DIGEST_INVALID", error.message);
    if (forPush)
        return errorAnswer(400, "MANIFEST_INVALID", error.message);
    return errorAnswer(404, "MANIFEST_UNKNOWN", error.message);
}

} // namespace

HttpAction ManifestResource::handle(const HttpRequest &request, const Route &route, const Query &query) const
{
    if (request.method() == "PUT")
        return put(request, route, query);
    if (request.method() == "DELETE")
        return remove(request, route);
    return read(request, route);
}

HttpAction ManifestResource::read(const HttpRequest &request, const Route &route) const
{
    const auto reference = parseTagOrDigest(route.reference);
    if (!reference && reference.error().kind == ErrorKind::Unsupported)
        return errorAnswer(404, "MANIFEST_UNKNOWN", reference.error().message);
    if (!reference)
        return badReference(route, reference.error(), false);
    const auto info = m_context.store.manifestHead(*route.repository, *reference);
    if (!info)
        return errorAnswer(info.error(), route.reference);
    const std::string digest = info->digest.toString();
    const bool unchanged = matchesDigest(request, digest);
    HttpResponse response(unchanged ? 304 : 200);
    if (!unchanged && request.method() == "GET") {
        auto bytes = m_context.store.manifestBytes(*route.repository, info->digest);
        if (!bytes)
            return errorAnswer(bytes.error(), route.reference);
        response = HttpResponse(200, std::move(*bytes));
    } else if (!unchanged) {
        response.setContentLength(info->size);
    }
    response.addHeader("Content-Type", info->mediaType);
    addDigestHeaders(response, digest);
    return response;
}

HttpAction ManifestResource::put(const HttpRequest &request, const Route &route, const Query &query) const
{
    auto reference = parseTagOrDigest(route.reference);
    if (!reference)
        return badReference(route, reference.error(), true);
    auto contentType = contentTypeOf(request);
    if (!contentType)
        return errorAnswer(400, "MANIFEST_INVALID", contentType.error().message);
    Push push{*route.repository, std::move(*reference), {}, std::move(*contentType), actorOf(request)};
    if (std::holds_alternative<Digest>(push.reference)) {
        const auto texts = query.values("tag");
        if (texts.size() > maxTags)
            return errorAnswer(414, "MANIFEST_INVALID", "a push may name at most 64 tags");
        for (const std::string_view text : texts) {
            auto tag = Tag::parse(text);
            if (!tag)
                return errorAnswer(400, "MANIFEST_INVALID", tag.error().message);
            push.tags.push_back(std::move(*tag));
        }
    }
    const std::uint64_t expected = request.contentLength.value_or(0);
    if (expected > maxManifest)
        return tooLarge();
    return std::make_unique<ManifestReceiver>(m_context.store, std::move(push),
                                              static_cast<std::size_t>(expected));
}

HttpAction ManifestResource::remove(const HttpRequest &request, const Route &route) const
{
    auto reference = parseTagOrDigest(route.reference);
    if (!reference)
        return badReference(route, reference.error(), false);
    return HttpJob([&store = m_context.store, repository = *route.repository, target = std::move(*reference),
                    actor = actorOf(request)]() -> HttpAction {
        const auto *digest = std::get_if<Digest>(&target);
        const auto result = digest ? store.deleteManifest(repository, *digest, actor)
                                   : store.deleteTag(repository, std::get<Tag>(target), actor);
        if (!result)
            return errorAnswer(result.error());
        return HttpResponse(202);
    });
}

} // namespace quayside
