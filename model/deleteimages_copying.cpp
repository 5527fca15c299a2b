// SPDX-License-Identifier: Apache-2.0
// The full copy that is put into Local between the journal and the first DELETE.
#include "model/deleteimages_run.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <utility>

namespace quayside {

namespace {

Error notCopied(Error error)
{
    if (error.kind != ErrorKind::Cancelled)
        error.code = copyFailed;
    return error;
}

} // namespace

/// Decides what the copy has, and notes it with the items: every image that goes, and what is below it.
Result<void> DeleteImages::planCopy(Run &run, std::vector<JournalItem> &items) const
{
    std::set<Digest> going;
    for (const JournalItem &item : items) {
        if (item.role == JournalItem::Role::Image || item.role == JournalItem::Role::Also)
            going.insert(item.digest);
    }
    if (going.empty())
        return {};
    auto content = copyContentOf(run.kept, going);
    if (!content)
        return tl::unexpected(notCopied(content.error()));
    for (JournalItem &item : items) {
        const auto isIt = [&](const ManifestCopy &manifest) { return manifest.digest == item.digest; };
        if (std::any_of(content->manifests.begin(), content->manifests.end(), isIt))
            item.copyBytes = copyContentOf(run.kept, {item.digest})->bytes();
    }
    run.copy = keptCopyName(run.id, m_address, toQString(run.repository.toString()));
    if (!run.copy)
        return fail(ErrorKind::InvalidInput, "there is no name for its copy");
    run.content = std::move(*content);
    return {};
}

/// Nothing is deleted unless all of it is there. What was copied of less is removed again.
QCoro::Task<Result<void>> DeleteImages::keepCopy(std::shared_ptr<Run> run)
{
    auto copying = copyAll(run);
    auto copied = co_await copying;
    if (run->gone.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped"); // the next start removes what is there
    if (copied) {
        const auto settled = std::count(run->settled.begin(), run->settled.end(), true);
        setProgress(settled, qint64(run->steps.size()));
        co_return copied;
    }
    const auto removed = co_await removeCopy(run->local, *run->copy, std::stop_token());
    if (removed && run->journal)
        co_await run->journal->dropCopy(run->id);
    co_return tl::unexpected(notCopied(copied.error()));
}

QCoro::Task<Result<void>> DeleteImages::copyAll(std::shared_ptr<Run> run)
{
    const CopyPlace target{run->local, *run->copy};
    BlobCopy blobs{
        {run->client, run->repository}, target, run->content.blobs, run->journal->directory(), true};
    blobs.progress = [this, run](qint64 done, qint64 total) {
        if (!run->gone.stop_requested())
            setProgress(done, total, Unit::Bytes);
    };
    auto copying = copyBlobs(std::move(blobs), run->stop);
    auto done = co_await copying;
    if (done) {
        auto putting = putManifests(target, run->content.manifests, run->stop);
        done = co_await putting;
    }
    if (!done || run->gone.stop_requested() || !run->journal)
        co_return done;
    const QDateTime until = QDateTime::currentDateTimeUtc().addDays(keptCopyDays);
    done = co_await run->journal->setCopyUntil(run->id, until);
    co_return done;
}

} // namespace quayside
