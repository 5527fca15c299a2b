// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/uploadreceiver.h"

#include "localregistry/api/answers.h"

#include <span>

namespace quayside {

HttpResponse uploadAnswer(HttpResponse response, const RepositoryName &repository, const UploadId &id,
                          std::int64_t offset, bool asked)
{
    response.addHeader("Location", "/v2/" + repository.toString() + "/blobs/uploads/" + id);
    response.addHeader("Docker-Upload-UUID", id);
    const std::int64_t last = offset > 0 || asked ? offset - 1 : 0;
    response.addHeader("Range", "0-" + std::to_string(last));
    return response;
}

HttpResponse uploadError(const Store &store, const RepositoryName &repository, const UploadId &id,
                         const Error &error)
{
    if (error.code != "BLOB_UPLOAD_INVALID")
        return errorAnswer(error);
    const auto status = store.uploadStatus(repository, id);
    if (!status)
        return errorAnswer(status.error());
    return uploadAnswer(errorAnswer(416, error.code, error.message), repository, id, status->offset, true);
}

namespace {

HttpJob commitMonolithic(Store &store, const RepositoryName &repository, const UploadId &id,
                         const Digest &digest)
{
    return [&store, repository, id, commit = commitUpload(store, repository, id, digest)]() -> HttpAction {
        HttpAction answer = commit();
        store.dropUpload(repository, id); // what failed
        return answer;
    };
}

} // namespace

UploadReceiver::UploadReceiver(Target target, std::unique_ptr<UploadWriter> writer)
    : m_target(std::move(target))
    , m_writer(std::move(writer))
{}

UploadReceiver::~UploadReceiver()
{
    m_writer.reset();
    if (m_target.isMonolithic && !m_isComplete)
        m_target.store.dropUpload(m_target.repository, m_target.id);
}

std::optional<HttpResponse> UploadReceiver::receive(std::string_view bytes)
{
    const auto written = m_writer->write(std::as_bytes(std::span(bytes)));
    if (!written)
        return uploadError(m_target.store, m_target.repository, m_target.id, written.error());
    m_received += static_cast<std::int64_t>(bytes.size());
    return std::nullopt;
}

HttpAction UploadReceiver::finish()
{
    const std::int64_t offset = m_writer->offset();
    m_writer.reset(); // the session is free for the commit
    if (m_target.isMonolithic) {
        m_isComplete = true;
        return commitMonolithic(m_target.store, m_target.repository, m_target.id, *m_target.commit);
    }
    if (m_target.chunkLength && *m_target.chunkLength != m_received)
        return errorAnswer(400, "SIZE_INVALID", "the body is not as long as Content-Range says");
    if (m_target.commit)
        return commitUpload(m_target.store, m_target.repository, m_target.id, *m_target.commit);
    return uploadAnswer(HttpResponse(202), m_target.repository, m_target.id, offset, false);
}

HttpJob commitUpload(Store &store, RepositoryName repository, UploadId id, Digest digest)
{
    return [&store, repository = std::move(repository), id = std::move(id), digest]() -> HttpAction {
        const auto blob = store.finishUpload(repository, id, digest);
        if (!blob)
            return uploadError(store, repository, id, blob.error());
        return createdAnswer(repository, "blobs", digest);
    };
}

} // namespace quayside
