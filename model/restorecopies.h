// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/copycontent.h"
#include "model/journalrecord.h"
#include "model/restoregraph.h"

#include <QPointer>

#include <set>
#include <vector>

namespace quayside {

class UndoJournal;

/// A full copy in Local, as the source of what a registry has lost.
struct CopySource
{
    RepositoryName copy;            ///< In Local.
    RepositoryName repository;      ///< In the registry that it was copied from.
    std::map<Digest, qint64> blobs; ///< What it has, with their sizes in bytes.
};

/// The whole copies of these operations. Errors: those of UndoJournal.
QCoro::Task<Result<std::vector<CopySource>>> findCopies(QPointer<UndoJournal> journal,
                                                        std::set<QString> operationIds);

/// What uploads from copies.
struct CopySupply
{
    std::vector<CopySource> sources;
    std::shared_ptr<RegistryClient> local; ///< Null: Local does not run.
    std::shared_ptr<RegistryClient> registry;
    QString directory; ///< BlobCopy::directory
    ByteProgress progress;
};

/// Uploads what is missing and a copy has. Always: what the registry says of it is not asked, since its cache
/// may promise what its garbage collection has removed. Errors: NotFound (Local does not run), those of
/// copyBlobs().
QCoro::Task<Result<void>> supplyFromCopies(CopySupply supply, std::set<ContentName> missing,
                                           std::stop_token stop);

} // namespace quayside
