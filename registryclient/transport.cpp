// SPDX-License-Identifier: Apache-2.0
#include "registryclient/transport.h"

#include "registryclient/exchange.h"
#include "registryclient/httpstream.h"
#include "registryclient/redirects.h"
#include "registryclient/registryaddress.h"
#include "registryclient/requestqueue.h"
#include "registryclient/retry.h"
#include "registryclient/wakeup.h"

#include <QDateTime>
#include <QHostInfo>
#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QNetworkReply>

namespace quayside {

namespace {

/// The system's proxy, but never for this computer itself.
class SystemProxy : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        if (isLoopbackHost(query.peerHostName()))
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

std::unique_ptr<QNetworkAccessManager> makeManager()
{
    auto manager = std::make_unique<QNetworkAccessManager>();
    manager->setAutoDeleteReplies(false);
    manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    manager->setProxyFactory(new SystemProxy); // the manager owns it
    return manager;
}

QString queueOf(const QUrl &url)
{
    return url.toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo);
}

} // namespace

Transport::Activity::Activity(Transport *transport)
    : m_transport(transport)
{
    ++m_transport->m_running;
}

Transport::Activity::~Activity()
{
    if (--m_transport->m_running == 0)
        m_transport->reportIdle();
}

Transport::Transport(TransportOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_queue(std::make_unique<RequestQueue>(m_options.perHost))
{}

Transport::~Transport()
{
    Q_ASSERT_X(m_running == 0, "Transport", "destroyed while a coroutine waits for a reply");
}

void Transport::reportIdle()
{
    // From the event loop: the coroutines that awaited the last one go on first, and may have more to send.
    const auto report = [this] {
        if (m_running == 0)
            emit idle();
    };
    QMetaObject::invokeMethod(this, report, Qt::QueuedConnection);
}

QCoro::Task<Result<ClientReply>> Transport::send(ClientRequest request, std::stop_token stop)
{
    const Activity activity(this);
    for (int attempt = 0;; ++attempt) {
        auto outcome = co_await sendOnce(request, stop);
        if (attempt == maxRepeats || !isWorthRepeating(request, outcome))
            co_return outcome;

        const auto pause = backoff(m_options.retryDelay, attempt);
        const auto asked = outcome ? retryAfter(outcome->header("Retry-After"),
                                                QDateTime::currentDateTimeUtc(), m_options.maxPause)
                                   : std::nullopt;
        if (asked || (outcome && outcome->status == 429)) {
            pauseHost(outcome->url, asked.value_or(pause)); // the queue holds the repetition back, too
        } else if (!co_await sleepFor(pause, stop)) {
            co_return fail(ErrorKind::Cancelled, "stopped");
        }
    }
}

QCoro::Task<Result<ClientReply>> Transport::sendOnce(ClientRequest request, std::stop_token stop)
{
    for (int hop = 0; hop <= maxRedirects; ++hop) {
        const auto slot = co_await m_queue->enter(queueOf(request.url), request.priority, stop);
        if (!slot)
            co_return fail(ErrorKind::Cancelled, "stopped");
        const auto network = networkFor(request.tls);
        if (!network)
            co_return tl::unexpected(network.error());
        QNetworkAccessManager *manager = (*network)->manager.get();
        auto reply = co_await exchange(manager, (*network)->tls, request, &m_options, stop);
        if (!reply || !request.followsRedirects || !isRedirect(*reply))
            co_return reply;
        auto next = followed(std::move(request), *reply);
        if (!next)
            co_return tl::unexpected(next.error());
        request = std::move(*next);
    }
    co_return fail(ErrorKind::BadAnswer, "more than 10 redirects");
}

QCoro::Task<QList<QHostAddress>> Transport::addressesOf(QString host, std::stop_token stop)
{
    const Activity activity(this);
    QList<QHostAddress> addresses;
    const QHostAddress literal(host);
    if (m_options.hosts.contains(host)) {
        addresses.append(m_options.hosts.value(host));
    } else if (!literal.isNull()) {
        addresses.append(literal);
    } else {
        Wakeup done(stop);
        const auto take = [&](const QHostInfo &found) {
            addresses = found.addresses();
            done.wake();
        };
        QHostInfo::lookupHost(host, &done, take); // `done` dies with this frame, and the call with it
        co_await done;
    }
    const auto found = addresses;
    co_return found;
}

void Transport::limitRate(const RegistryAddress &registry, int perSecond)
{
    m_queue->limitRate(queueOf(registry.base()), perSecond);
}

void Transport::pauseHost(const QUrl &url, std::chrono::milliseconds time)
{
    m_queue->pause(queueOf(url), time);
    emit hostPaused(url.host(), time);
}

Result<Transport::Network *> Transport::networkFor(const TlsSettings &settings)
{
    if (const auto known = m_networks.find(settings); known != m_networks.end())
        return &known->second;
    auto tls = tlsConfiguration(settings);
    if (!tls)
        return tl::unexpected(tls.error());
    Network made{std::move(*tls), makeManager(), makeManager()};
    return &m_networks.emplace(settings, std::move(made)).first->second;
}

Result<std::unique_ptr<HttpStream>> Transport::stream(ClientRequest request)
{
    const auto network = networkFor(request.tls);
    if (!network)
        return tl::unexpected(network.error());
    QNetworkReply *reply =
        (*network)->streamManager->get(networkRequest(request, m_options, (*network)->tls));
    return std::make_unique<HttpStream>(reply, request.tls.pinned, m_options.streamSilence);
}

} // namespace quayside
