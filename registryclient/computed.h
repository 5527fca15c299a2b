// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/wakeup.h"

#include <QThreadPool>

#include <optional>
#include <type_traits>
#include <utility>

namespace quayside {

/// More bytes than this are worth a thread: reading them would be felt in the window.
inline constexpr qsizetype worthAThread = 256 * 1024;

/// The value of `work()`, computed on the thread pool if it is about many bytes, else at once. `work` must be
/// pure: it sees only immutable values that it owns.
template <typename Work>
QCoro::Task<std::invoke_result_t<Work>> computed(Work work, qsizetype bytes)
{
    if (bytes < worthAThread)
        co_return work();
    Wakeup finished;
    std::optional<std::invoke_result_t<Work>> value;
    const auto job = [&] {
        value.emplace(work());
        QMetaObject::invokeMethod(&finished, &Wakeup::wake, Qt::QueuedConnection);
    };
    QThreadPool::globalInstance()->start(job);
    co_await finished;
    co_return std::move(*value);
}

} // namespace quayside
