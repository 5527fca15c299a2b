// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace quayside {

/// Mutual exclusion of the mutations of one tag or one digest of a repository.
/// A mutation locks its tags first, then its digest, and holds both from its first check until it is durable
/// and published: two orders would deadlock, a gap would let a check go stale.
class KeyLocks
{
public:
    /// Holds its keys until it is destroyed, on the thread that took them.
    class Guard
    {
    public:
        ~Guard();
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;

    private:
        friend class KeyLocks;
        Guard(KeyLocks &locks, std::vector<std::string> keys);
        KeyLocks &m_locks;
        std::vector<std::string> m_keys; // in the order in which they were locked
    };

    [[nodiscard]] Guard lockTags(const RepositoryName &repository, const std::vector<Tag> &tags);
    [[nodiscard]] Guard lockDigest(const RepositoryName &repository, const Digest &digest);

private:
    struct Key
    {
        std::mutex mutex;
        int users = 0; // holders and waiters; the entry goes with the last one
    };

    void lock(const std::string &key);
    void unlock(const std::string &key);

    std::mutex m_mutex; // guards the map, never held while a key is waited for
    std::map<std::string, Key> m_keys;
};

/// The store-wide lock of a blob's data. Who relies on data being there (a commit, a mount, a manifest push)
/// shares it from "does the data exist?" until the link is durable and published; who removes data takes it
/// exclusively and looks again. Digests share a few mutexes, so nobody may hold two.
class DataLocks
{
public:
    [[nodiscard]] std::shared_lock<std::shared_mutex> share(const Digest &digest);
    [[nodiscard]] std::unique_lock<std::shared_mutex> exclude(const Digest &digest);
    /// Holds nothing if somebody has the lock.
    [[nodiscard]] std::unique_lock<std::shared_mutex> tryExclude(const Digest &digest);

private:
    std::shared_mutex &mutexOf(const Digest &digest);
    std::array<std::shared_mutex, 256> m_mutexes;
};

} // namespace quayside
