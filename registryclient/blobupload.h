// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/error.h"
#include "oci/repositoryname.h"
#include "registryclient/http.h"

#include <QIODevice>
#include <QUrl>

#include <memory>
#include <string>

namespace quayside {

/// One blob on its way to a registry: what it is, and the requests of an upload session (OCI Distribution
/// Specification 1.1, "Pushing a blob in chunks") that bring the bytes there.
struct BlobUpload
{
    RepositoryName repository;
    Digest digest;
    /// Seekable and open for reading; `size` bytes from its start.
    std::shared_ptr<QIODevice> source;
    qint64 size = 0;
    ByteProgress progress;

    /// Everything in one PUT, which also ends the session.
    ClientRequest wholeTo(const QUrl &session) const;
    /// A PATCH with what is missing from byte `begin` on. It says so in Content-Range: a registry refuses it
    /// if it has other bytes by then.
    ClientRequest restTo(const QUrl &session, qint64 begin) const;
    /// The PUT that ends the session when all bytes are there; the registry compares the digest.
    ClientRequest endOf(const QUrl &session) const;
};

/// How many bytes an upload session has by its answer's `Range: 0-<last>`; 0 without one. "0-0" is 0 too: it
/// is what distribution says of none.
qint64 bytesInSession(const ClientReply &reply);

} // namespace quayside
