// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/blobresource.h"

#include "localregistry/api/actor.h"
#include "localregistry/api/answers.h"
#include "localregistry/api/byterange.h"
#include "localregistry/storage/store.h"

namespace quayside {

namespace {

/// Bytes of a blob are never shown by a browser, whatever they are.
void addBlobHeaders(HttpResponse &response, const Digest &digest)
{
    response.addHeader("Content-Type", "application/octet-stream");
    response.addHeader("Content-Disposition", "attachment");
    response.addHeader("Accept-Ranges", "bytes");
    addDigestHeaders(response, digest.toString());
}

ByteRange rangeOf(const HttpRequest &request, const Digest &digest, std::int64_t size)
{
    const std::string_view condition = request.header("if-range");
    if (!condition.empty() && condition != "\"" + digest.toString() + "\"")
        return {};
    return ByteRange::parse(request.header("range"), size);
}

HttpResponse notModified(const Digest &digest)
{
    HttpResponse response(304);
    addDigestHeaders(response, digest.toString());
    return response;
}

} // namespace

HttpAction BlobResource::handle(const HttpRequest &request, const Route &route, const Query &) const
{
    const auto digest = Digest::parse(route.reference);
    const bool isDelete = request.method() == "DELETE";
    if (!digest && digest.error().kind == ErrorKind::Unsupported && !isDelete)
        return errorAnswer(404, "BLOB_UNKNOWN", digest.error().message);
    if (!digest)
        return errorAnswer(400, "DIGEST_INVALID", digest.error().message);
    if (isDelete)
        return remove(request, *route.repository, *digest);
    if (request.method() == "HEAD")
        return head(request, *route.repository, *digest);
    return get(request, *route.repository, *digest);
}

/// Answered from memory.
HttpAction BlobResource::head(const HttpRequest &request, const RepositoryName &repository,
                              const Digest &digest) const
{
    const auto info = m_context.store.blob(repository, digest);
    if (!info)
        return errorAnswer(info.error(), digest.toString());
    if (matchesDigest(request, digest.toString()))
        return notModified(digest);
    HttpResponse response(200);
    response.setContentLength(info->size);
    addBlobHeaders(response, digest);
    return response;
}

HttpAction BlobResource::get(const HttpRequest &request, const RepositoryName &repository,
                             const Digest &digest) const
{
    const auto file = m_context.store.openBlob(repository, digest);
    if (!file)
        return errorAnswer(file.error(), digest.toString());
    if (matchesDigest(request, digest.toString()))
        return notModified(digest);
    const std::int64_t size = file->info.size;
    const ByteRange range = rangeOf(request, digest, size);
    if (range.kind == ByteRange::Kind::Unsatisfiable) {
        HttpResponse response = errorAnswer(416, "SIZE_INVALID", "the blob has no such range");
        response.addHeader("Content-Range", "bytes */" + std::to_string(size));
        return response;
    }
    if (range.kind == ByteRange::Kind::Whole) {
        HttpResponse response(200, FileRange{file->descriptor, 0, size});
        addBlobHeaders(response, digest);
        return response;
    }
    HttpResponse response(206, FileRange{file->descriptor, range.first, range.last - range.first + 1});
    addBlobHeaders(response, digest);
    response.addHeader("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                            std::to_string(range.last) + "/" + std::to_string(size));
    return response;
}

HttpAction BlobResource::remove(const HttpRequest &request, const RepositoryName &repository,
                                const Digest &digest) const
{
    return HttpJob([&store = m_context.store, repository, digest, actor = actorOf(request)]() -> HttpAction {
        const auto result = store.deleteBlob(repository, digest, actor);
        if (!result)
            return errorAnswer(result.error());
        return HttpResponse(202);
    });
}

} // namespace quayside
