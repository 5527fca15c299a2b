// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httphandler.h"
#include "localregistry/http/httplimits.h"
#include "localregistry/http/listeningsocket.h"
#include "oci/error.h"

#include <QObject>
#include <QThread>
#include <QThreadPool>

#include <chrono>
#include <memory>
#include <vector>

namespace quayside {

class Acceptor;
class HttpWorker;

/// An HTTP/1.1 server: worker threads that own the connections, and a pool of threads for work that blocks.
class HttpServer final : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        int threads = 0; ///< Worker threads; 0: one per core.
        int maxConnections = 256;
        HttpLimits limits;
    };

    /// `handler` must outlive the server.
    HttpServer(HttpHandler &handler, Options options, QObject *parent = nullptr);
    /// Ends all connections at once; waits for jobs that run.
    ~HttpServer() override;
    /// Closes all connections at once; what their jobs lead to goes nowhere.
    void abort();

    /// Opens the addresses, all or none. Errors: those of openListeners().
    Result<void> listen(const std::vector<ListenAddress> &addresses);
    /// The first address that is listened at.
    QHostAddress address() const { return m_address; }
    quint16 port() const { return m_port; }

    /// Stops accepting and lets running requests finish, for at most `grace`; then stopped() is emitted.
    void stop(std::chrono::milliseconds grace);
    bool isStopped() const { return m_stopped; }

    /// Runs work on the commit pool.
    QThreadPool &pool() { return m_pool; }

signals:
    void stopped();

private:
    void startWorkers();
    void closeAcceptors();
    void onWorkerDrained();
    void finishStop();

    HttpHandler &m_handler;
    const Options m_options;
    QThreadPool m_pool;
    std::vector<std::unique_ptr<QThread>> m_threads;
    std::vector<std::unique_ptr<HttpWorker>> m_workers;
    std::vector<std::unique_ptr<Acceptor>> m_acceptors; ///< All on the first thread.
    QHostAddress m_address;
    quint16 m_port = 0;
    std::size_t m_drained = 0;
    bool m_stopping = false;
    bool m_stopped = false;
};

} // namespace quayside
