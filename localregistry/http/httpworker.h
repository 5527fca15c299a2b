// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httpconnection.h"
#include "localregistry/http/httphandler.h"
#include "localregistry/http/httplimits.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

class QThreadPool;
class QTimer;

namespace quayside {

/// Owns the connections of one worker thread, and lives on it.
class HttpWorker final : public QObject
{
    Q_OBJECT

public:
    /// `maxConnections`: this worker's share. `pool` runs the jobs. All must outlive the worker.
    HttpWorker(HttpHandler &handler, const HttpLimits &limits, int maxConnections, QThreadPool &pool);
    ~HttpWorker() override;

    /// Connections that it has or is about to get. Any thread.
    int load() const { return m_load.load(std::memory_order_relaxed); }
    /// Hands over an accepted descriptor. Any thread.
    void assign(int descriptor);
    /// Calls a connection's method on this thread, if the connection still exists. Any thread.
    void post(quint64 id, void (HttpConnection::*method)());

    // The rest is called on the worker's thread.
    /// Connections end after the request that runs; drained() follows once none is left.
    void drain();
    /// Ends all connections at once.
    void abort();

    HttpHandler &handler() { return m_handler; }
    const HttpLimits &limits() const { return m_limits; }
    /// Where a connection receives into before it parses; shared, as only one does so at a time.
    std::span<char> receiveBuffer() { return m_receiveBuffer; }
    /// The present time as in a Date header.
    std::string_view date();
    /// Runs `job` on the pool and delivers what it led to.
    void run(quint64 id, HttpJob job);
    void schedule(HttpConnection::Clock::time_point deadline);
    void removed(quint64 id);

signals:
    void drained();

private:
    void adopt(int descriptor);
    void reportDrained();
    bool makeRoom();
    void checkDeadlines();
    void deliver(quint64 id, HttpAction action);

    HttpHandler &m_handler;
    const HttpLimits &m_limits;
    const std::size_t m_maxConnections;
    QThreadPool &m_pool;
    std::atomic<int> m_load = 0;
    quint64 m_nextId = 0;
    std::unordered_map<quint64, HttpConnection *> m_connections; ///< Children of this object.
    std::vector<char> m_receiveBuffer;
    QTimer *m_timer;
    HttpConnection::Clock::time_point m_nextCheck = HttpConnection::Clock::time_point::max();
    std::string m_date;
    std::int64_t m_dateSecond = 0;
    bool m_draining = false;
    bool m_reported = false; ///< drained() was emitted.
};

} // namespace quayside
