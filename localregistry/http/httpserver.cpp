// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/httpserver.h"

#include "localregistry/http/acceptor.h"
#include "localregistry/http/httpworker.h"

#include <QTimer>

#include <algorithm>

namespace quayside {

namespace {

/// Durable writes wait for the disk, so many of them wait at once.
constexpr int commitThreads = 32;

} // namespace

HttpServer::HttpServer(HttpHandler &handler, Options options, QObject *parent)
    : QObject(parent)
    , m_handler(handler)
    , m_options(std::move(options))
{
    m_pool.setMaxThreadCount(commitThreads);
    m_pool.setObjectName(QStringLiteral("commit"));
}

void HttpServer::abort()
{
    closeAcceptors();
    for (const auto &worker : m_workers)
        QMetaObject::invokeMethod(
            worker.get(), [&worker] { worker->abort(); }, Qt::BlockingQueuedConnection);
}

HttpServer::~HttpServer()
{
    abort();
    m_pool.waitForDone(); // jobs post to the workers
    for (const auto &thread : m_threads) {
        thread->quit();
        thread->wait();
    }
}

Result<void> HttpServer::listen(const std::vector<ListenAddress> &addresses)
{
    auto sockets = openListeners(addresses);
    if (!sockets)
        return tl::unexpected(sockets.error());
    m_address = sockets->front().address();
    m_port = sockets->front().port();
    startWorkers();
    std::vector<HttpWorker *> workers;
    for (const auto &worker : m_workers)
        workers.push_back(worker.get());
    for (ListeningSocket &socket : *sockets) {
        auto acceptor = std::make_unique<Acceptor>(std::move(socket), workers);
        acceptor->moveToThread(m_threads.front().get());
        QMetaObject::invokeMethod(acceptor.get(), &Acceptor::start, Qt::QueuedConnection);
        m_acceptors.push_back(std::move(acceptor));
    }
    return {};
}

void HttpServer::startWorkers()
{
    int count = m_options.threads > 0 ? m_options.threads : std::max(1, QThread::idealThreadCount());
    count = std::clamp(m_options.maxConnections, 1, count);
    const int share = m_options.maxConnections / count;
    for (int i = 0; i < count; ++i) {
        auto worker = std::make_unique<HttpWorker>(m_handler, m_options.limits, share, m_pool);
        auto thread = std::make_unique<QThread>();
        thread->setObjectName(QStringLiteral("http%1").arg(i));
        worker->moveToThread(thread.get());
        connect(worker.get(), &HttpWorker::drained, this, &HttpServer::onWorkerDrained);
        thread->start();
        m_threads.push_back(std::move(thread));
        m_workers.push_back(std::move(worker));
    }
}

void HttpServer::closeAcceptors()
{
    // A notifier may only be destroyed on its own thread.
    for (auto &acceptor : m_acceptors) {
        QMetaObject::invokeMethod(
            acceptor.get(), [&acceptor] { acceptor.reset(); }, Qt::BlockingQueuedConnection);
    }
    m_acceptors.clear();
}

void HttpServer::stop(std::chrono::milliseconds grace)
{
    if (m_stopping)
        return;
    m_stopping = true;
    closeAcceptors();
    if (m_workers.empty())
        return finishStop();
    for (const auto &worker : m_workers)
        QMetaObject::invokeMethod(worker.get(), &HttpWorker::drain, Qt::QueuedConnection);
    QTimer::singleShot(grace, this, &HttpServer::finishStop);
}

void HttpServer::onWorkerDrained()
{
    if (m_stopping && ++m_drained == m_workers.size())
        finishStop();
}

void HttpServer::finishStop()
{
    if (m_stopped)
        return;
    m_stopped = true;
    emit stopped();
}

} // namespace quayside
