// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/uploadresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/byterange.h"
#include "localregistry/api/uploadreceiver.h"
#include "oci/hasher.h"

namespace quayside {

namespace {

/// The Content-Range of a chunk, `<first>-<last>`.
struct ChunkRange
{
    std::int64_t first = 0;
    std::int64_t length = 0;

    static std::optional<ChunkRange> parse(std::string_view header)
    {
        const std::size_t dash = header.find('-');
        if (dash == std::string_view::npos)
            return std::nullopt;
        const std::int64_t first = parseOffset(header.substr(0, dash));
        const std::int64_t last = parseOffset(header.substr(dash + 1));
        if (first < 0 || last < first)
            return std::nullopt;
        return ChunkRange{first, last - first + 1};
    }
};

HttpResponse outOfOrder(const RepositoryName &repository, const UploadStatus &status)
{
    return uploadAnswer(
        errorAnswer(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the session ends"),
        repository, status.id, status.offset, true);
}

/// Becomes the session's writer for the body of `request`. A Content-Range must fit both session and body.
HttpAction receiveChunk(Store &store, const HttpRequest &request, const Route &route,
                        std::optional<Digest> commit)
{
    const RepositoryName &repository = *route.repository;
    const auto status = store.uploadStatus(repository, route.reference);
    if (!status)
        return errorAnswer(status.error());
    UploadReceiver::Target target{store, repository, route.reference, std::move(commit), std::nullopt, false};
    if (const std::string_view header = request.header("content-range"); !header.empty()) {
        const auto range = ChunkRange::parse(header);
        if (!range)
            return errorAnswer(400, "BLOB_UPLOAD_INVALID", "Content-Range must be <first>-<last>");
        if (range->first != status->offset)
            return outOfOrder(repository, *status);
        if (request.contentLength && *request.contentLength != static_cast<std::uint64_t>(range->length))
            return errorAnswer(400, "SIZE_INVALID", "the body is not as long as Content-Range says");
        target.chunkLength = range->length;
    }
    auto writer = store.openUpload(repository, route.reference);
    if (!writer)
        return uploadError(store, repository, route.reference, writer.error());
    return std::make_unique<UploadReceiver>(std::move(target), std::move(*writer));
}

HttpAction startSession(Store &store, const RepositoryName &repository, DigestAlgorithm algorithm)
{
    const auto status = store.startUpload(repository, algorithm);
    if (!status)
        return errorAnswer(status.error());
    return uploadAnswer(HttpResponse(202), repository, status->id, 0, false);
}

/// A blob in one request: the session is made first, then takes the body.
HttpAction startMonolithic(Store &store, const RepositoryName &repository, const Digest &digest)
{
    const auto status = store.startUpload(repository, digest.algorithm());
    if (!status)
        return errorAnswer(status.error());
    auto writer = store.openUpload(repository, status->id);
    if (!writer) {
        store.dropUpload(repository, status->id);
        return errorAnswer(writer.error());
    }
    UploadReceiver::Target target{store, repository, status->id, digest, std::nullopt, true};
    return std::make_unique<UploadReceiver>(std::move(target), std::move(*writer));
}

/// A request without a body uploads an empty blob, if that is what the digest says.
bool isOfNothing(const Digest &digest)
{
    return digest == Hasher::hash(std::string_view(), digest.algorithm());
}

HttpResponse badDigest(const Error &error)
{
    return errorAnswer(400, "DIGEST_INVALID", error.message);
}

} // namespace

HttpAction UploadResource::handle(const HttpRequest &request, const Route &route, const Query &query) const
{
    if (route.resource == Resource::Uploads)
        return start(request, *route.repository, query);
    if (!isUploadId(route.reference))
        return errorAnswer(404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload session");
    if (request.method() == "PATCH")
        return append(request, route);
    if (request.method() == "PUT")
        return commit(request, route, query);
    return request.method() == "DELETE" ? cancel(route) : status(route);
}

HttpAction UploadResource::start(const HttpRequest &request, const RepositoryName &repository,
                                 const Query &query) const
{
    if (const auto text = query.value("mount"))
        return mount(repository, *text, query);
    if (const auto text = query.value("digest")) {
        const auto digest = Digest::parse(*text);
        if (!digest)
            return badDigest(digest.error());
        if (request.hasBody() || isOfNothing(*digest)) {
            return HttpJob([&store = m_context.store, repository, digest = *digest] {
                return startMonolithic(store, repository, digest);
            });
        }
    }
    const std::string_view algorithm = query.value("digest-algorithm").value_or("sha256");
    if (algorithm != "sha256" && algorithm != "sha512")
        return errorAnswer(400, "DIGEST_INVALID", "the digest algorithm must be sha256 or sha512");
    const auto chosen = algorithm == "sha512" ? DigestAlgorithm::Sha512 : DigestAlgorithm::Sha256;
    return HttpJob(
        [&store = m_context.store, repository, chosen] { return startSession(store, repository, chosen); });
}

HttpAction UploadResource::mount(const RepositoryName &repository, std::string_view digestText,
                                 const Query &query) const
{
    const auto digest = Digest::parse(digestText);
    if (!digest)
        return badDigest(digest.error());
    std::optional<RepositoryName> from;
    bool fromIsValid = true;
    if (const auto text = query.value("from"); text && !text->empty()) {
        const auto name = RepositoryName::parse(*text);
        fromIsValid = name.has_value();
        if (name)
            from = *name;
    }
    return HttpJob(
        [&store = m_context.store, repository, digest = *digest, from, fromIsValid]() -> HttpAction {
            if (fromIsValid) {
                const auto blob = store.mountBlob(repository, digest, from);
                if (blob)
                    return createdAnswer(repository, "blobs", digest);
                if (blob.error().kind != ErrorKind::NotFound)
                    return errorAnswer(blob.error());
            }
            return startSession(store, repository, digest.algorithm()); // the client sends the bytes then
        });
}

HttpAction UploadResource::append(const HttpRequest &request, const Route &route) const
{
    return receiveChunk(m_context.store, request, route, std::nullopt);
}

HttpAction UploadResource::commit(const HttpRequest &request, const Route &route, const Query &query) const
{
    const auto text = query.value("digest");
    if (!text)
        return errorAnswer(400, "DIGEST_INVALID", "the query must have the digest of the blob");
    const auto digest = Digest::parse(*text);
    if (!digest)
        return badDigest(digest.error());
    if (request.hasBody())
        return receiveChunk(m_context.store, request, route, *digest);
    return commitUpload(m_context.store, *route.repository, route.reference, *digest);
}

HttpAction UploadResource::status(const Route &route) const
{
    const auto status = m_context.store.uploadStatus(*route.repository, route.reference);
    if (!status)
        return errorAnswer(status.error());
    return uploadAnswer(HttpResponse(204), *route.repository, status->id, status->offset, true);
}

HttpAction UploadResource::cancel(const Route &route) const
{
    return HttpJob(
        [&store = m_context.store, repository = *route.repository, id = route.reference]() -> HttpAction {
            const auto result = store.cancelUpload(repository, id);
            if (!result)
                return uploadError(store, repository, id, result.error());
            return HttpResponse(204);
        });
}

} // namespace quayside
