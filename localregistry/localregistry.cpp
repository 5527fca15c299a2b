// SPDX-License-Identifier: Apache-2.0
#include "localregistry/localregistry.h"

#include "localregistry/api/eventhub.h"
#include "localregistry/api/registryapi.h"
#include "localregistry/http/httpserver.h"
#include "oci/qtconversions.h"

#include <QLoggingCategory>

#include <algorithm>
#include <chrono>
#include <utility>

namespace quayside {

namespace {

Q_LOGGING_CATEGORY(storeLog, "quayside.registry.store")

constexpr std::chrono::seconds stopGrace{10};

} // namespace

LocalRegistry::LocalRegistry(LocalRegistryOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    connect(&m_sweepTimer, &QTimer::timeout, this, &LocalRegistry::sweep);
}

LocalRegistry::~LocalRegistry()
{
    m_stopSweep.request_stop();
    m_opener.waitForDone();
    close();
}

Result<void> LocalRegistry::start()
{
    auto store = Store::open(m_options.store);
    if (!store)
        return tl::unexpected(store.error());
    return serve(std::move(*store));
}

void LocalRegistry::startAsync()
{
    m_opening = true;
    m_opener.start([this, options = m_options.store] { // the destructor waits for it
        const auto opened = std::make_shared<Result<std::unique_ptr<Store>>>(Store::open(options));
        QMetaObject::invokeMethod(
            this, [this, opened] { onOpened(std::move(*opened)); }, Qt::QueuedConnection);
    });
}

void LocalRegistry::onOpened(Result<std::unique_ptr<Store>> opened)
{
    m_opening = false;
    if (m_stopping) {
        m_stopping = false;
        emit stopped();
        return;
    }
    const Result<void> result = opened ? serve(std::move(*opened)) : tl::unexpected(opened.error());
    if (result)
        emit started(m_url);
    else
        emit failed(result.error());
}

void LocalRegistry::stop()
{
    if (m_stopping)
        return;
    m_stopping = true;
    if (m_server)
        m_server->stop(stopGrace);
    else if (!m_opening)
        QMetaObject::invokeMethod(this, &LocalRegistry::onServerStopped, Qt::QueuedConnection);
}

void LocalRegistry::onServerStopped()
{
    close();
    m_stopping = false;
    emit stopped();
}

void LocalRegistry::startSweeping()
{
    m_stopSweep = std::stop_source();
    m_sweepTimer.setTimerType(Qt::VeryCoarseTimer);
    m_sweepTimer.start(m_options.firstSweep);
}

/// On the commit pool, like every change of the store.
void LocalRegistry::sweep()
{
    m_sweepTimer.setInterval(m_options.sweepInterval);
    if (m_stopping || m_options.store.readOnly)
        return;
    m_server->pool().start([store = m_store.get(), stop = m_stopSweep.get_token()] {
        const auto result = store->sweep(stop);
        const bool isLater = !result && (result.error().kind == ErrorKind::Cancelled ||
                                         result.error().kind == ErrorKind::Conflict);
        if (!result && !isLater)
            qCWarning(storeLog, "The trash could not be swept: %s", result.error().message.c_str());
        if (!result)
            return;
        for (const auto &problem : result->problems)
            qCWarning(storeLog, "Not swept: %s", problem.c_str());
    });
}

/// From the outside in: connections and their jobs end before what they work on.
void LocalRegistry::close()
{
    m_sweepTimer.stop();
    m_stopSweep.request_stop();
    if (m_server)
        m_server->abort();
    if (m_store)
        m_store->stopLoading(); // jobs may wait for it, and nobody for their answers
    m_server.reset();
    m_api.reset();
    m_events.reset();
    m_store.reset();
    m_url.clear();
}

Result<void> LocalRegistry::serve(std::unique_ptr<Store> store)
{
    auto events = std::make_unique<EventHub>();
    auto api = std::make_unique<RegistryApi>(
        *store, *events, RegistryApi::Options{allowedHosts(), m_options.allowPurge || isOnLoopbackAlone()});
    auto server = std::make_unique<HttpServer>(
        *api, HttpServer::Options{m_options.threads, m_options.maxConnections, m_options.limits});
    store->setEventListener([hub = events.get()](const StoreEvent &event) { hub->publish(event); });
    if (auto listening = server->listen(m_options.listen); !listening)
        return listening;
    QUrl url;
    url.setScheme(QStringLiteral("http"));
    url.setHost(server->address().isLoopback() ? QStringLiteral("localhost") : server->address().toString());
    url.setPort(server->port());
    if (auto announced = store->announce(toStdString(url.toString())); !announced)
        return announced;
    connect(server.get(), &HttpServer::stopped, this, &LocalRegistry::onServerStopped, Qt::QueuedConnection);
    m_store = std::move(store);
    m_events = std::move(events);
    m_api = std::move(api);
    m_server = std::move(server);
    m_url = url;
    startSweeping();
    return {};
}

bool LocalRegistry::isOnLoopbackAlone() const
{
    return std::all_of(m_options.listen.begin(), m_options.listen.end(), [](const ListenAddress &listen) {
        return !listen.address || listen.address->isLoopback();
    });
}

std::vector<std::string> LocalRegistry::allowedHosts() const
{
    std::vector<std::string> hosts;
    for (const QString &host : m_options.allowedHosts)
        hosts.push_back(toStdString(host));
    for (const ListenAddress &listen : m_options.listen) {
        if (!listen.address)
            continue;
        const std::string text = toStdString(listen.address->toString());
        hosts.push_back(listen.address->protocol() == QAbstractSocket::IPv6Protocol ? "[" + text + "]"
                                                                                    : text);
    }
    return hosts;
}

} // namespace quayside
