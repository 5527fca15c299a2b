// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/garbagecollector.h"
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storechecker.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"

namespace quayside {

Result<CollectionResult> Store::collectGarbage(const CollectionOptions &collection)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    const std::unique_lock pass(d->passMutex, std::try_to_lock);
    if (!pass)
        return failWithCode(ErrorKind::Conflict, "UNAVAILABLE", "the store is being swept or collected");
    auto youngest = d->now() - d->options.gcGrace;
    // After an unclean stop the leases are lost, so everything may have one.
    if (const auto from = d->state->graceFrom(); from && *from > youngest)
        youngest = Timestamp::min();
    GarbageCollector collector({*d->driver, *d->repositories, d->keys, d->data, *d->leases, d->uploads},
                               youngest, collection);
    return collector.run();
}

Result<CheckResult> Store::check(const CheckOptions &check)
{
    if (auto writable = check.repair ? d->checkWritable() : Result<void>(); !writable)
        return tl::unexpected(writable.error());
    const std::unique_lock pass(d->passMutex, std::try_to_lock);
    if (!pass)
        return failWithCode(ErrorKind::Conflict, "UNAVAILABLE", "the store is being swept or collected");
    auto result = StoreChecker({*d->driver, *d->repositories, d->keys, d->data, d->lost}, check).run();
    if (!result)
        return result;
    for (const auto &problem : problems())
        result->findings.push_back({CheckFinding::Kind::Loading, problem});
    return result;
}

namespace {

// What the repositories hold, each data once.
class Counting
{
public:
    explicit Counting(StoreStats &stats)
        : m_stats(stats)
    {}

    void add(const Digest &data, std::int64_t size, bool isBlob, bool isNeeded)
    {
        const auto [entry, isNew] = m_data.try_emplace(data, Data{size, false, false});
        if (isNew)
            m_stats.bytesStored += size;
        else
            m_stats.bytesDeduplicated += size;
        entry->second.isNeeded = entry->second.isNeeded || isNeeded;
        entry->second.isBlob = entry->second.isBlob || (isBlob && isNeeded);
    }

    void finish()
    {
        for (const auto &[digest, data] : m_data) {
            m_stats.bytesInTrash += data.isNeeded ? 0 : data.size;
            m_stats.blobs += data.isBlob ? 1 : 0;
        }
    }

private:
    struct Data
    {
        std::int64_t size;
        bool isNeeded;
        bool isBlob;
    };
    StoreStats &m_stats;
    std::unordered_map<Digest, Data> m_data;
};

} // namespace

Result<StoreStats> Store::stats() const
{
    StoreStats stats;
    stats.uptime = d->state->uptime();
    Counting counting(stats);
    auto done = d->repositories->forEach([&](Repository &repository) -> Result<void> {
        const auto live = [&](const Digest &digest) {
            return repository.isLive(digest, ContentRole::Manifest);
        };
        const auto all = [](const Digest &) { return true; };
        const auto neededByLive = d->needsOf(repository, live);
        const auto needed = neededByLive ? d->needsOf(repository, all) : neededByLive;
        if (!needed)
            return tl::unexpected(needed.error());
        stats.repositories += repository.hasLiveManifest() ? 1 : 0;
        stats.tags += repository.liveTagCount();
        for (const auto &digest : repository.linkedManifests()) {
            stats.manifests += live(digest) ? 1 : 0;
            const auto found = repository.state(digest);
            if (found.manifest)
                counting.add(repository.dataOf(digest), found.manifest->size, false, live(digest));
        }
        for (const auto &digest : repository.linkedLayers()) {
            const auto found = repository.state(digest);
            // A blob that no manifest needs is not in the trash unless it was deleted itself.
            const bool isNeeded = neededByLive->neededBy.contains(digest) ||
                                  (!needed->neededBy.contains(digest) && found.isLive(ContentRole::Blob));
            counting.add(repository.dataOf(digest), found.blobSize.value_or(0), true, isNeeded);
        }
        TrashPage trash;
        repository.trash({}, std::numeric_limits<std::size_t>::max(), d->options.trashRetention, trash);
        stats.trashEntries += trash.entries.size();
        return {};
    });
    if (!done)
        return tl::unexpected(done.error());
    counting.finish();
    return stats;
}

} // namespace quayside
