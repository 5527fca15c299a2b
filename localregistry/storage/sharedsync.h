// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

namespace quayside {

/// Lets threads that wait for the same flush share one: while one flushes, the others gather, and the next
/// flush serves them all. Thread-safe.
class SharedSync
{
public:
    explicit SharedSync(std::function<Result<void>()> flush)
        : m_flush(std::move(flush))
    {}

    /// Returns once a flush has ended that began after the call. A flush that fails is never repeated: its
    /// error is that of all later calls too.
    Result<void> wait();

private:
    std::function<Result<void>()> m_flush;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    bool m_isFlushing = false;
    std::uint64_t m_flushes = 0; // ended
    std::optional<Error> m_failure;
};

} // namespace quayside
