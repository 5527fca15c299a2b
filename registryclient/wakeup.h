// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoroTask>
#include <QObject>

#include <chrono>
#include <coroutine>
#include <functional>
#include <optional>
#include <stop_token>

namespace quayside {

/// Suspends one coroutine until wake(), or until its stop token asks to stop. `co_await wakeup` gives true
/// for the first and false for the second. A local variable of the coroutine that waits.
class Wakeup : public QObject
{
    Q_OBJECT
public:
    explicit Wakeup(const std::stop_token &stop = {});

    /// Resumes the waiting coroutine inside this call, so it must be the caller's last deed on anything that
    /// the coroutine may destroy. Later calls do nothing.
    void wake() { finish(State::Woken); }

    auto operator co_await() noexcept { return Awaiter{this}; }

private:
    enum class State { Waiting, Woken, Stopped };
    struct Awaiter
    {
        Wakeup *wakeup;
        bool await_ready() const noexcept { return wakeup->m_state != State::Waiting; }
        void await_suspend(std::coroutine_handle<> waiter) const noexcept { wakeup->m_waiter = waiter; }
        bool await_resume() const noexcept { return wakeup->m_state == State::Woken; }
    };
    void finish(State state);

    State m_state = State::Waiting;
    std::coroutine_handle<> m_waiter;
    std::optional<std::stop_callback<std::function<void()>>> m_onStop;
};

/// Waits; false if `stop` ended the wait.
QCoro::Task<bool> sleepFor(std::chrono::milliseconds time, std::stop_token stop);

} // namespace quayside
