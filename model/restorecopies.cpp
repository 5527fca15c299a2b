// SPDX-License-Identifier: Apache-2.0
#include "model/restorecopies.h"

#include "model/keptcopy.h"
#include "model/neededblobs.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"

#include <utility>

namespace quayside {

namespace {

/// `items`: all of the operation.
std::optional<CopySource> copySourceOf(const JournalOperation &operation,
                                       const std::vector<JournalItem> &items)
{
    const auto copy = operation.hasWholeCopy() ? keptCopyOf(operation) : std::nullopt;
    const auto repository = RepositoryName::parse(toStdString(operation.repository));
    if (!copy || !repository)
        return {};
    CopySource source{*copy, *repository, {}};
    for (const JournalItem &item : items) {
        const auto manifest =
            Manifest::parse(item.manifest.toStdString(), item.mediaType, JsonRules::Lenient);
        if (item.copyBytes && manifest)
            source.blobs.merge(neededBlobs(*manifest));
    }
    return source;
}

} // namespace

QCoro::Task<Result<std::vector<CopySource>>> findCopies(QPointer<UndoJournal> journal,
                                                        std::set<QString> operationIds)
{
    std::vector<CopySource> sources;
    const auto operations = co_await journal->operations();
    if (!operations)
        co_return tl::unexpected(operations.error());
    for (const JournalOperation &operation : *operations) {
        if (!journal || !operation.hasWholeCopy() || !operationIds.contains(operation.id))
            continue;
        const auto items = co_await journal->items(operation.id);
        if (!items)
            co_return tl::unexpected(items.error());
        if (auto source = copySourceOf(operation, *items))
            sources.push_back(std::move(*source));
    }
    const Result<std::vector<CopySource>> all = std::move(sources);
    co_return all;
}

QCoro::Task<Result<void>> supplyFromCopies(CopySupply supply, std::set<ContentName> missing,
                                           std::stop_token stop)
{
    for (const CopySource &source : supply.sources) {
        std::map<Digest, qint64> wanted;
        for (const auto &blob : source.blobs) {
            if (missing.erase({source.repository, blob.first}) > 0)
                wanted.insert(blob);
        }
        if (wanted.empty())
            continue;
        if (!supply.local)
            co_return fail(ErrorKind::NotFound,
                           "layers are gone, and their full copy is in Local, which does "
                           "not run: start Quayside and try again");
        BlobCopy blobs{{supply.local, source.copy},
                       {supply.registry, source.repository},
                       wanted,
                       supply.directory,
                       false,
                       supply.progress};
        auto copying = copyBlobs(std::move(blobs), stop);
        auto copied = co_await copying;
        if (!copied)
            co_return copied;
    }
    co_return Result<void>();
}

} // namespace quayside
