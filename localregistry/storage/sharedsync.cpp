// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/sharedsync.h"

namespace quayside {

Result<void> SharedSync::wait()
{
    std::unique_lock lock(m_mutex);
    // The one that is under way may have begun before the caller's writes.
    const auto wanted = m_flushes + (m_isFlushing ? 2 : 1);
    while (m_flushes < wanted && !m_failure) {
        if (m_isFlushing) {
            m_ended.wait(lock);
            continue;
        }
        m_isFlushing = true;
        lock.unlock();
        auto flushed = m_flush();
        lock.lock();
        m_isFlushing = false;
        ++m_flushes;
        if (!flushed)
            m_failure = std::move(flushed.error());
        m_ended.notify_all();
    }
    return m_failure ? Result<void>(tl::unexpected(*m_failure)) : Result<void>();
}

} // namespace quayside
