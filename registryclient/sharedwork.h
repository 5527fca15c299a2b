// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/wakeup.h"

#include <QCoroTask>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace quayside {

/// One piece of work whose outcome several coroutines wait for, e.g. a token. Whoever is stopped leaves the
/// others waiting; the work itself is stopped when nobody waits any more.
template <typename T>
class SharedWork : public std::enable_shared_from_this<SharedWork<T>>
{
public:
    /// Makes the coroutine that does the work. It must keep alive what it uses.
    using Work = std::function<QCoro::Task<T>(std::stop_token)>;

    static std::shared_ptr<SharedWork> start(Work work)
    {
        auto started = std::make_shared<SharedWork>();
        started->run(std::move(work));
        return started;
    }

    /// Whether it has ended or was stopped: who comes now starts another one.
    bool isOver() const { return m_outcome.has_value() || m_stop.stop_requested(); }

    /// The outcome; nothing if `stop` came first.
    QCoro::Task<std::optional<T>> wait(std::stop_token stop)
    {
        const auto self = this->shared_from_this();
        if (!m_outcome) {
            Wakeup done(stop);
            m_waiting.push_back(&done);
            const bool woken = co_await done;
            std::erase(m_waiting, &done);
            if (!woken) {
                if (m_waiting.empty())
                    m_stop.request_stop();
                co_return std::nullopt;
            }
        }
        const std::optional<T> outcome = m_outcome;
        co_return outcome;
    }

private:
    QCoro::Task<> run(Work work)
    {
        const auto self = this->shared_from_this();
        auto working = work(m_stop.get_token());
        m_outcome.emplace(co_await working);
        while (!m_waiting.empty()) {
            Wakeup *next = m_waiting.front();
            m_waiting.erase(m_waiting.begin());
            next->wake();
        }
    }

    std::stop_source m_stop;
    std::optional<T> m_outcome;
    std::vector<Wakeup *> m_waiting;
};

/// Works by name: whoever asks for one that is under way joins it. Must outlive its coroutines.
template <typename Key, typename T>
class SharedWorks
{
public:
    /// The outcome of the work called `key`, begun with `work` if it is not under way; nothing if `stop` came
    /// first.
    QCoro::Task<std::optional<T>> join(Key key, typename SharedWork<T>::Work work, std::stop_token stop)
    {
        auto &entry = m_underWay[key];
        if (!entry || entry->isOver())
            entry = SharedWork<T>::start(std::move(work));
        const auto joined = entry;
        auto outcome = co_await joined->wait(std::move(stop));
        const auto found = m_underWay.find(key);
        if (found != m_underWay.end() && found->second == joined && joined->isOver())
            m_underWay.erase(found);
        co_return outcome;
    }

private:
    std::map<Key, std::shared_ptr<SharedWork<T>>> m_underWay;
};

} // namespace quayside
