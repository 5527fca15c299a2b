// SPDX-License-Identifier: Apache-2.0
#include "registryclient/requestqueue.h"

#include "registryclient/wakeup.h"

#include <QTimer>

#include <algorithm>

namespace quayside {

RequestQueue::RequestQueue(int perHost)
    : m_perHost(std::clamp(perHost, 1, 6))
{}

RequestQueue::~RequestQueue() = default;

RequestQueue::Slot::~Slot()
{
    if (!m_queue)
        return;
    --m_queue->m_hosts[m_host].inFlight;
    m_queue->startWaiting(m_host);
}

QCoro::Task<std::optional<RequestQueue::Slot>> RequestQueue::enter(QString host, Priority priority,
                                                                   std::stop_token stop)
{
    if (stop.stop_requested())
        co_return std::nullopt;
    Host &state = m_hosts[host];
    if (state.isFree(m_perHost)) { // then nobody waits either
        begin(host, state);
        co_return Slot(this, host);
    }
    auto &line = state.waiting[static_cast<std::size_t>(priority)];
    Wakeup turn(stop);
    line.push_back(&turn);
    if (co_await turn)
        co_return Slot(this, host); // startWaiting() has counted it
    std::erase(line, &turn);
    co_return std::nullopt;
}

void RequestQueue::begin(const QString &host, Host &state)
{
    ++state.inFlight;
    if (state.interval.count() > 0)
        pause(host, state.interval);
}

void RequestQueue::startWaiting(const QString &host)
{
    Host &state = m_hosts[host];
    while (state.isFree(m_perHost)) {
        auto &line = state.waiting[state.waiting.front().empty() ? 1 : 0];
        if (line.empty())
            return;
        Wakeup *turn = line.front();
        line.pop_front();
        begin(host, state);
        turn->wake();
    }
}

void RequestQueue::pause(const QString &host, std::chrono::milliseconds time)
{
    Host &state = m_hosts[host];
    const QDeadlineTimer until(time, Qt::PreciseTimer);
    if (until <= state.pausedUntil)
        return;
    state.pausedUntil = until;
    QTimer::singleShot(time + std::chrono::milliseconds(1), Qt::PreciseTimer, this,
                       [this, host] { startWaiting(host); });
}

void RequestQueue::limitRate(const QString &host, int perSecond)
{
    using std::chrono::milliseconds;
    const int second = 1000;
    m_hosts[host].interval = milliseconds(perSecond > 0 ? (second + perSecond - 1) / perSecond : 0);
}

} // namespace quayside
