// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/keylocks.h"
#include "localregistry/storage/leases.h"
#include "localregistry/storage/repositoryindex.h"
#include "localregistry/storage/uploadsession.h"

#include <unordered_set>

namespace quayside {

/// One collection: removes links of layers that no manifest of their repository needs, and data that no link
/// needs any more, while the store is served.
///
/// Only what was there before it began and is older than the grace period can go. Every manifest that has a
/// link is a root, deleted or not; so is every deleted blob: they can be restored until they are swept.
/// Anything that cannot be read while the needs are found out ends the collection with nothing removed.
class GarbageCollector
{
public:
    struct Parts
    {
        StorageDriver &driver;
        RepositoryIndex &repositories;
        KeyLocks &keys;
        DataLocks &data;
        Leases &leases;
        const UploadSessions &uploads;
    };
    /// What changed at or before `youngest` is older than the grace period.
    GarbageCollector(Parts parts, Timestamp youngest, const CollectionOptions &options);

    /// Errors: Storage, BadAnswer for content that no root can be told from, Cancelled.
    Result<CollectionResult> run();

private:
    struct DeadLink
    {
        Repository *repository;
        Digest digest;
        Digest data;
    };

    Result<void> listData();
    Result<void> listData(DigestAlgorithm algorithm);
    Result<void> mark();
    Result<void> mark(Repository &repository);
    Result<void> markLayers(Repository &repository, const std::unordered_set<Digest> &needed);
    Result<bool> isDead(const Repository &repository, const Digest &digest, const Digest &data) const;
    void listGarbage();
    Result<void> remove();
    Result<void> removeLink(const DeadLink &link);
    Result<void> removeData(const Digest &digest);
    bool isInUse(const RepositoryName &name, const Digest &digest, const Digest &data) const;
    Result<void> goOn(CollectionProgress::Phase phase);

    const Parts m_parts;
    const Timestamp m_youngest;
    const CollectionOptions &m_options;
    const std::uint64_t m_number;
    CollectionProgress m_progress;
    CollectionResult m_result;
    std::map<Digest, std::int64_t> m_candidates; // data that is old enough, with its size
    std::unordered_set<Digest> m_needed;         // data
    std::vector<DeadLink> m_deadLinks;
};

} // namespace quayside
