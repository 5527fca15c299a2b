// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/http.h"

#include <QCoroTask>
#include <QHash>
#include <QHostAddress>
#include <QObject>

#include <chrono>
#include <map>
#include <memory>
#include <stop_token>

class QNetworkAccessManager;

namespace quayside {

class HttpStream;
class RegistryAddress;
class RequestQueue;

/// The figures of the transport; tests shorten them.
struct TransportOptions
{
    /// "Quayside/<version> (desktop)" or "(ctl)".
    QByteArray userAgent = QByteArrayLiteral("Quayside/" QUAYSIDE_VERSION " (desktop)");
    std::chrono::milliseconds connectTimeout = std::chrono::seconds(15);
    /// No byte in either direction for this long ends a request.
    std::chrono::milliseconds stallTimeout = std::chrono::seconds(30);
    /// A stream that is silent for this long is dead (servers send a comment every 25 s).
    std::chrono::milliseconds streamSilence = std::chrono::seconds(60);
    /// The wait before the first repetition of a GET or HEAD; doubles each time, with jitter.
    std::chrono::milliseconds retryDelay = std::chrono::milliseconds(500);
    /// A longer Retry-After is cut to this.
    std::chrono::milliseconds maxPause = std::chrono::seconds(60);
    /// Requests in flight per host, 1 to 6 (QNetworkAccessManager opens no more connections).
    int perHost = 6;
    /// Names that are known without a resolver. "localhost" is this computer (RFC 6761, section 6.3) also on
    /// a system without /etc/hosts.
    QHash<QString, QHostAddress> hosts{{QStringLiteral("localhost"), QHostAddress(QHostAddress::LocalHost)}};
};

/// The only owner of QNetworkAccessManagers. Sends requests with this project's rules: redirects followed by
/// hand (at most 10, never from https to http, Authorization and bodies only to the same origin), bytes as
/// they are stored (identity encoding), HTTP/1.1, certificates always verified and connections never shared
/// between different TlsSettings, no way back from https to http, a queue per host with two
/// priorities, GET and HEAD repeated up to 3 times on 408, 5xx and broken connections, anything on 429, and
/// Retry-After pauses the whole host.
///
/// Must outlive every coroutine that uses it: wait for `idle()` before destroying it.
class Transport : public QObject
{
    Q_OBJECT
public:
    explicit Transport(TransportOptions options = {}, QObject *parent = nullptr);
    /// Asserts that running() is 0: destroying a network access manager never resumes who waits for a reply.
    ~Transport() override;

    /// Sends one request and reads its whole answer. Every HTTP status is a value, not an error.
    /// Errors: Refused, UnknownHost, Timeout, Disconnected, PlainHttp, Certificate…, ClientCertificate,
    /// TooLarge, Cancelled, those of tlsConfiguration(), Storage (the sink or the body's device), BadAnswer
    /// (no HTTP; a redirect that may not be followed; an encoded body).
    QCoro::Task<Result<ClientReply>> send(ClientRequest request, std::stop_token stop = {});

    /// The addresses of `host` (a name, or an address without brackets); none if it is not known.
    QCoro::Task<QList<QHostAddress>> addressesOf(QString host, std::stop_token stop = {});

    /// Opens an endless GET on connections of its own: one of the six of a host would be missing otherwise.
    /// Errors: those of tlsConfiguration().
    Result<std::unique_ptr<HttpStream>> stream(ClientRequest request);

    /// At most so many requests begin in a second on this registry, repetitions included and streams not; 0,
    /// as for registries that were not named: no limit.
    void limitRate(const RegistryAddress &registry, int perSecond);

    const TransportOptions &options() const { return m_options; }

    /// Coroutines in flight, counted by the Activity objects that they hold.
    int running() const { return m_running; }

    /// Held by a coroutine for as long as it uses the transport.
    class Activity
    {
    public:
        explicit Activity(Transport *transport);
        ~Activity();
        Activity(const Activity &) = delete;
        Activity &operator=(const Activity &) = delete;

    private:
        Transport *m_transport;
    };

signals:
    /// `host` asked to wait: nothing is sent to it for that long, and goes on by itself afterwards.
    void hostPaused(const QString &host, std::chrono::milliseconds time);
    /// running() has come down to 0. Sent from the event loop, when the last coroutine's callers have run
    /// too.
    void idle();

private:
    void reportIdle();
    QCoro::Task<Result<ClientReply>> sendOnce(ClientRequest request, std::stop_token stop);
    void pauseHost(const QUrl &url, std::chrono::milliseconds time);

    /// Qt uses an open connection for every request to its host, whatever TLS the request asks for. So
    /// different settings never share a network access manager.
    struct Network
    {
        QSslConfiguration tls;
        std::unique_ptr<QNetworkAccessManager> manager;
        std::unique_ptr<QNetworkAccessManager> streamManager;
    };
    /// Made when first used; the files are read then.
    Result<Network *> networkFor(const TlsSettings &settings);

    TransportOptions m_options;
    std::map<TlsSettings, Network> m_networks;
    std::unique_ptr<RequestQueue> m_queue;
    int m_running = 0;
};

} // namespace quayside
