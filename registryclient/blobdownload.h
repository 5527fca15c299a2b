// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/hasher.h"
#include "registryclient/http.h"

#include <QIODevice>

#include <memory>

namespace quayside {

/// One blob on its way into a device, over as many answers as it takes: each goes on where the last one broke
/// off. Hashes everything on the way.
class BlobDownload : public std::enable_shared_from_this<BlobDownload>
{
public:
    /// `target` is open for writing, at the blob's beginning.
    BlobDownload(std::shared_ptr<QIODevice> target, const Digest &digest, qint64 size, ByteProgress progress);

    /// Asks for what is missing.
    ClientRequest request(const QUrl &url);
    /// Bytes in the target.
    qint64 received() const { return m_received; }
    /// Whether more came than the blob has; nothing of that was written.
    bool isTooLarge() const { return m_isTooLarge; }
    /// Of those bytes.
    Digest digest() const { return m_hasher.digest(); }

private:
    class Sink;
    bool acceptsHead(const ClientReply &head);
    bool take(const char *bytes, qint64 count);

    std::shared_ptr<QIODevice> m_target;
    Hasher m_hasher;
    qint64 m_size;
    ByteProgress m_progress;
    qint64 m_received = 0;
    bool m_isTooLarge = false;
    qint64 m_known = 0; ///< Bytes that the answer repeats: it began at the start although not asked to.
};

} // namespace quayside
