// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/httpworker.h"

#include "localregistry/http/plainstream.h"

#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

namespace quayside {

using Clock = HttpConnection::Clock;

namespace {

/// The IMF-fixdate of RFC 9110, section 5.6.7. Not strftime(): its names follow the locale.
std::string httpDate(std::time_t time)
{
    static constexpr const char *days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[64];
    const int length = std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                     days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900,
                                     utc.tm_hour, utc.tm_min, utc.tm_sec);
    return {text, static_cast<std::size_t>(length)};
}

} // namespace

HttpWorker::HttpWorker(HttpHandler &handler, const HttpLimits &limits, int maxConnections, QThreadPool &pool)
    : m_handler(handler)
    , m_limits(limits)
    , m_maxConnections(static_cast<std::size_t>(std::max(1, maxConnections)))
    , m_pool(pool)
    , m_receiveBuffer(256 * 1024)
    , m_timer(new QTimer(this))
{
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &HttpWorker::checkDeadlines);
}

HttpWorker::~HttpWorker() = default;

void HttpWorker::assign(int descriptor)
{
    m_load.fetch_add(1, std::memory_order_relaxed);
    QMetaObject::invokeMethod(
        this, [this, descriptor] { adopt(descriptor); }, Qt::QueuedConnection);
}

void HttpWorker::adopt(int descriptor)
{
    auto stream = std::make_unique<PlainStream>(descriptor);
    const bool hasRoom = m_connections.size() < m_maxConnections || makeRoom();
    const quint64 id = ++m_nextId;
    auto *connection = new HttpConnection(id, std::move(stream), *this);
    m_connections.emplace(id, connection);
    if (m_draining)
        connection->close();
    else if (!hasRoom)
        connection->refuse(503, "too many connections; try again in a moment");
}

/// Closes the connection that has waited longest for a request. False if all are inside one.
bool HttpWorker::makeRoom()
{
    HttpConnection *longest = nullptr;
    for (const auto &[id, connection] : m_connections) {
        if (connection->isWaiting() && (!longest || connection->waitingSince() < longest->waitingSince()))
            longest = connection;
    }
    if (longest)
        longest->close();
    return longest != nullptr;
}

void HttpWorker::removed(quint64 id)
{
    m_connections.erase(id);
    m_load.fetch_sub(1, std::memory_order_relaxed);
    reportDrained();
}

void HttpWorker::run(quint64 id, HttpJob job)
{
    m_pool.start([this, id, job = std::move(job)] {
        const auto action = std::make_shared<HttpAction>(job());
        QMetaObject::invokeMethod(
            this, [this, id, action] { deliver(id, std::move(*action)); }, Qt::QueuedConnection);
    });
}

void HttpWorker::deliver(quint64 id, HttpAction action)
{
    if (const auto it = m_connections.find(id); it != m_connections.end())
        it->second->deliver(std::move(action));
}

void HttpWorker::post(quint64 id, void (HttpConnection::*method)())
{
    QMetaObject::invokeMethod(
        this,
        [this, id, method] {
            if (const auto it = m_connections.find(id); it != m_connections.end())
                (it->second->*method)();
        },
        Qt::QueuedConnection);
}

void HttpWorker::drain()
{
    m_draining = true;
    const auto connections = m_connections; // closing takes them out
    for (const auto &[id, connection] : connections)
        connection->drain();
    reportDrained();
}

void HttpWorker::reportDrained()
{
    if (m_draining && m_connections.empty() && !std::exchange(m_reported, true))
        emit drained();
}

void HttpWorker::abort()
{
    m_draining = true;
    const auto connections = m_connections;
    for (const auto &[id, connection] : connections)
        connection->close(true);
    m_timer->stop(); // it may be destroyed on another thread
}

/// Deadlines mostly move into the future, so the timer is not moved with them: it looks when it fires.
void HttpWorker::schedule(Clock::time_point deadline)
{
    if (deadline >= m_nextCheck)
        return;
    m_nextCheck = deadline;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    m_timer->start(std::max(left, std::chrono::milliseconds(0)));
}

void HttpWorker::checkDeadlines()
{
    const auto now = Clock::now();
    m_nextCheck = Clock::time_point::max();
    auto next = Clock::time_point::max();
    const auto connections = m_connections;
    for (const auto &[id, connection] : connections) {
        if (connection->deadline() <= now)
            connection->expire();
        next = std::min(next, connection->deadline());
    }
    schedule(next);
}

std::string_view HttpWorker::date()
{
    const std::time_t now = std::time(nullptr);
    if (m_date.empty() || now != m_dateSecond) {
        m_date = httpDate(now);
        m_dateSecond = now;
    }
    return m_date;
}

} // namespace quayside
