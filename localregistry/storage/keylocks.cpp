// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/keylocks.h"

#include <algorithm>

namespace quayside {

KeyLocks::Guard::Guard(KeyLocks &locks, std::vector<std::string> keys)
    : m_locks(locks)
    , m_keys(std::move(keys))
{
    std::sort(m_keys.begin(), m_keys.end());
    m_keys.erase(std::unique(m_keys.begin(), m_keys.end()), m_keys.end());
    for (const auto &key : m_keys)
        m_locks.lock(key);
}

KeyLocks::Guard::~Guard()
{
    for (auto key = m_keys.rbegin(); key != m_keys.rend(); ++key)
        m_locks.unlock(*key);
}

KeyLocks::Guard KeyLocks::lockTags(const RepositoryName &repository, const std::vector<Tag> &tags)
{
    std::vector<std::string> keys;
    keys.reserve(tags.size());
    for (const auto &tag : tags)
        keys.push_back(repository.toString() + ' ' + tag.toString());
    return {*this, std::move(keys)};
}

KeyLocks::Guard KeyLocks::lockDigest(const RepositoryName &repository, const Digest &digest)
{
    return {*this, {repository.toString() + ' ' + digest.toString()}};
}

void KeyLocks::lock(const std::string &key)
{
    Key *entry = nullptr;
    {
        const std::lock_guard guard(m_mutex);
        entry = &m_keys[key];
        ++entry->users;
    }
    entry->mutex.lock();
}

void KeyLocks::unlock(const std::string &key)
{
    const std::lock_guard guard(m_mutex);
    const auto found = m_keys.find(key);
    found->second.mutex.unlock();
    if (--found->second.users == 0)
        m_keys.erase(found);
}

std::shared_lock<std::shared_mutex> DataLocks::share(const Digest &digest)
{
    return std::shared_lock(mutexOf(digest));
}

std::unique_lock<std::shared_mutex> DataLocks::exclude(const Digest &digest)
{
    return std::unique_lock(mutexOf(digest));
}

std::unique_lock<std::shared_mutex> DataLocks::tryExclude(const Digest &digest)
{
    return std::unique_lock(mutexOf(digest), std::try_to_lock);
}

std::shared_mutex &DataLocks::mutexOf(const Digest &digest)
{
    return m_mutexes[std::hash<Digest>{}(digest) % m_mutexes.size()];
}

} // namespace quayside
