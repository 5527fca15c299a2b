// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/copycontent.h"
#include "model/journalrecord.h"
#include "model/keptmanifests.h"

#include <QString>

#include <optional>
#include <set>

namespace quayside {

/// A full copy of what a delete takes away, kept in Local. Only the journal knows what is one: see
/// JournalOperation::copy.

/// How many days it is kept.
inline constexpr int keptCopyDays = 30;
/// Error::code of a delete that did not begin because its copy could not be made.
inline constexpr const char *copyFailed = "COPY_FAILED";

/// Where the copy of an operation is in Local: `undo/<operation>/<host>/<repository>`, the host's port
/// written
/// `_8443`. Where that is no repository's name (too long, an IPv6 address) a hash stands for host and
/// repository. Nothing if the operation's id is none of ours.
std::optional<RepositoryName> keptCopyName(const QString &operationId, const QString &registry,
                                           const QString &repository);
/// Where the copy of an operation is; nothing if it has none. Never a repository with another name than the
/// operation's copy has, whatever the journal says.
std::optional<RepositoryName> keptCopyOf(const JournalOperation &operation);
/// Whether a repository of Local has such a name: it is not shown.
bool isKeptCopy(const RepositoryName &repository);

/// Everything that goes into a copy.
struct CopyContent
{
    std::vector<ManifestCopy>
        manifests;                  ///< Platforms before what names them. Each has a tag, which keeps it.
    std::map<Digest, qint64> blobs; ///< With their sizes in bytes.

    /// Of the blobs.
    qint64 bytes() const;
};
/// Of these manifests and everything below them. Errors: Unsupported (a manifest of which it cannot be said
/// what it needs).
Result<CopyContent> copyContentOf(const KeptManifests &kept, const std::set<Digest> &digests);

/// Deletes everything in a repository of Local for good; what it no longer has is done. Errors: those of
/// RegistryClient::deleteManifest() and purgeEntry().
QCoro::Task<Result<void>> removeCopy(std::shared_ptr<RegistryClient> local, RepositoryName copy,
                                     std::stop_token stop);

} // namespace quayside
