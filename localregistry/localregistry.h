// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httplimits.h"
#include "localregistry/http/listeningsocket.h"
#include "localregistry/storage/store.h"
#include "oci/error.h"

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <memory>
#include <stop_token>
#include <vector>

namespace quayside {

class EventHub;
class HttpServer;
class RegistryApi;

/// How an embedded registry is run.
struct LocalRegistryOptions
{
    StoreOptions store;                            ///< Where it is, and whether it takes writes and deletes.
    std::vector<ListenAddress> listen{{{}, 5000}}; ///< By default the loopback pair.
    QStringList allowedHosts; ///< Host names to answer to, beside those of the loopback and the addresses
                              ///< listened at.
    bool allowPurge =
        false;       ///< Purging also where other computers reach it; on the loopback it always works.
    int threads = 0; ///< Worker threads; 0: one per core.
    int maxConnections = 256;
    HttpLimits limits;
    /// The trash is swept this long after the start, and then as often.
    std::chrono::milliseconds firstSweep = std::chrono::minutes(1);
    std::chrono::milliseconds sweepInterval = std::chrono::hours(1);
};

/// The embedded registry: a store and the server in front of it. Lives on the thread that made it; its
/// signals come through that thread's event loop.
class LocalRegistry final : public QObject
{
    Q_OBJECT

public:
    explicit LocalRegistry(LocalRegistryOptions options, QObject *parent = nullptr);
    /// Ends at once what stop() would let finish. Waits for changes of the store that are being made durable.
    ~LocalRegistry() override;

    /// Opens the store and listens; blocks on the disk. Once.
    /// Errors: Conflict (the port is taken, or another process serves the store), and those of Store::open().
    Result<void> start();
    /// The same without blocking: the store is opened on another thread, then started() or failed() comes.
    void startAsync();
    /// Stops accepting and lets running requests finish, for at most 10 s; then stopped() comes. Uploads can
    /// be resumed after the next start.
    void stop();

    bool isRunning() const { return m_server != nullptr && !m_stopping; }
    /// Where clients reach it, e.g. "http://localhost:5000"; empty unless it runs.
    QUrl url() const { return m_url; }
    /// The store while it is served, else null.
    Store *store() const { return m_store.get(); }

signals:
    void started(const QUrl &url);
    void failed(const quayside::Error &error);
    void stopped();

private:
    Result<void> serve(std::unique_ptr<Store> store);
    bool isOnLoopbackAlone() const;
    std::vector<std::string> allowedHosts() const;
    void onOpened(Result<std::unique_ptr<Store>> opened);
    void onServerStopped();
    void startSweeping();
    void sweep();
    void close();

    const LocalRegistryOptions m_options;
    QThreadPool m_opener;           ///< Runs Store::open().
    std::unique_ptr<Store> m_store; ///< Destroyed last: everything below works on it.
    std::unique_ptr<EventHub> m_events;
    std::unique_ptr<RegistryApi> m_api;
    std::unique_ptr<HttpServer> m_server;
    QTimer m_sweepTimer;
    std::stop_source m_stopSweep;
    QUrl m_url;
    bool m_opening = false;
    bool m_stopping = false;
};

} // namespace quayside
