// SPDX-License-Identifier: Apache-2.0
#include "registryclient/wakeup.h"

#include <QMetaObject>
#include <QTimer>

#include <utility>

namespace quayside {

Wakeup::Wakeup(const std::stop_token &stop)
{
    if (stop.stop_requested()) {
        m_state = State::Stopped;
        return;
    }
    // Through the event loop: the stop may come from another thread, and whoever asks for it must not find
    // coroutines running inside request_stop().
    m_onStop.emplace(stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { finish(State::Stopped); }, Qt::QueuedConnection);
    });
}

void Wakeup::finish(State state)
{
    if (m_state != State::Waiting)
        return;
    m_state = state;
    if (const auto waiter = std::exchange(m_waiter, {}))
        waiter.resume();
}

QCoro::Task<bool> sleepFor(std::chrono::milliseconds time, std::stop_token stop)
{
    Wakeup wakeup(stop);
    QTimer::singleShot(time, &wakeup, &Wakeup::wake);
    co_return co_await wakeup;
}

} // namespace quayside
