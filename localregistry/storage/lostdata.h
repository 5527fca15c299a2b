// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"

#include <mutex>
#include <set>

namespace quayside {

/// The data that links name and that was found missing or damaged, until it is pushed again: so a push knows
/// without looking at every repository that some of them wait for it. Thread-safe.
class LostData
{
public:
    void insert(const Digest &data)
    {
        const std::lock_guard lock(m_mutex);
        m_lost.insert(data);
    }
    void erase(const Digest &data)
    {
        const std::lock_guard lock(m_mutex);
        m_lost.erase(data);
    }
    bool contains(const Digest &data) const
    {
        const std::lock_guard lock(m_mutex);
        return m_lost.contains(data);
    }

private:
    mutable std::mutex m_mutex;
    std::set<Digest> m_lost;
};

} // namespace quayside
