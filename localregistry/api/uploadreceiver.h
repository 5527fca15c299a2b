// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httphandler.h"
#include "localregistry/storage/store.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace quayside {

/// An answer about a session: `Location`, `Docker-Upload-UUID` and `Range`. An empty session is "0-0" to
/// clients that go on, "0--1" to those that ask where it stands (regctl repeats the wrong chunk on "0-0").
HttpResponse uploadAnswer(HttpResponse response, const RepositoryName &repository, const UploadId &id,
                          std::int64_t offset, bool asked);

/// The answer to an error of a session. While another request writes to it, that is 416 with where it stands:
/// the client looks again and goes on from there.
HttpResponse uploadError(const Store &store, const RepositoryName &repository, const UploadId &id,
                         const Error &error);

/// Writes a body into an upload session, on the connection's thread.
class UploadReceiver final : public BodyReceiver
{
public:
    struct Target
    {
        Store &store;
        RepositoryName repository;
        UploadId id;
        std::optional<Digest> commit;            ///< The session is finished with this digest.
        std::optional<std::int64_t> chunkLength; ///< What Content-Range says that the body has.
        bool isMonolithic = false;               ///< Nobody else knows the session: it ends with the request.
    };
    UploadReceiver(Target target, std::unique_ptr<UploadWriter> writer);
    ~UploadReceiver() override;

    std::optional<HttpResponse> receive(std::string_view bytes) override;
    HttpAction finish() override;

private:
    Target m_target;
    std::unique_ptr<UploadWriter> m_writer;
    std::int64_t m_received = 0;
    bool m_isComplete = false;
};

/// Finishes a session with `digest`: a job.
HttpJob commitUpload(Store &store, RepositoryName repository, UploadId id, Digest digest);

} // namespace quayside
