// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/manifestcache.h"

namespace quayside {

std::shared_ptr<const std::string> ManifestCache::find(const Digest &digest)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_byDigest.find(digest);
    if (found == m_byDigest.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return found->second->bytes;
}

void ManifestCache::insert(const Digest &digest, std::shared_ptr<const std::string> bytes)
{
    const std::lock_guard lock(m_mutex);
    if (m_byDigest.contains(digest))
        return;
    m_size += bytes->size();
    m_entries.push_front({digest, std::move(bytes)});
    m_byDigest.emplace(digest, m_entries.begin());
    while (m_size > m_maxBytes) {
        m_size -= m_entries.back().bytes->size();
        m_byDigest.erase(m_entries.back().digest);
        m_entries.pop_back();
    }
}

} // namespace quayside
