// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace quayside {

/// The bytes of the manifests that were read last, so that a warm GET touches no file. Bounded by bytes; what
/// a digest names never changes, so nothing has to be dropped on a delete: liveness is the index's business.
/// Thread-safe.
class ManifestCache
{
public:
    explicit ManifestCache(std::size_t maxBytes)
        : m_maxBytes(maxBytes)
    {}

    std::shared_ptr<const std::string> find(const Digest &digest);
    void insert(const Digest &digest, std::shared_ptr<const std::string> bytes);

private:
    struct Entry
    {
        Digest digest;
        std::shared_ptr<const std::string> bytes;
    };

    const std::size_t m_maxBytes;
    std::mutex m_mutex;
    std::size_t m_size = 0;
    std::list<Entry> m_entries; // the one used last comes first
    std::unordered_map<Digest, std::list<Entry>::iterator> m_byDigest;
};

} // namespace quayside
