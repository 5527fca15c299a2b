// SPDX-License-Identifier: Apache-2.0
#include "registryclient/exchange.h"

#include "oci/qtconversions.h"
#include "registryclient/bodypart.h"
#include "registryclient/certificatecheck.h"
#include "registryclient/networkerror.h"
#include "registryclient/transport.h"
#include "registryclient/wakeup.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>

namespace quayside {

namespace {

constexpr qint64 readBuffer = 256 * 1024;

Error errorOf(ErrorKind kind, const QUrl &url, const char *what)
{
    return Error{kind, 0, {}, toStdString(url.host()) + what};
}

/// Collects one answer as it comes and decides when it is complete.
class Reception : public QObject
{
public:
    Reception(QNetworkReply *reply, ClientRequest &request, const TransportOptions &options, Wakeup &done);
    ~Reception() override;

    /// After `done`: the answer or why there is none.
    Result<ClientReply> take();

private:
    void sent();
    void started();
    void readSome();
    bool accept(const QByteArray &chunk);
    bool acceptText(const QByteArray &chunk);
    void finished();
    void fail(ErrorKind kind, const char *what);
    bool isDone() const { return m_error || m_complete; }
    bool usesSink() const { return m_request.sink && (m_answer.status == 200 || m_answer.status == 206); }

    QNetworkReply *m_reply;
    ClientRequest &m_request;
    const TransportOptions &m_options;
    Wakeup &m_done;
    CertificateCheck m_certificate;
    QTimer m_watchdog;
    ClientReply m_answer;
    qint64 m_received = 0;
    std::optional<Error> m_error;
    bool m_wasSent = false;
    bool m_complete = false;
};

Reception::Reception(QNetworkReply *reply, ClientRequest &request, const TransportOptions &options,
                     Wakeup &done)
    : m_reply(reply)
    , m_request(request)
    , m_options(options)
    , m_done(done)
    , m_certificate(reply, request.tls.pinned)
{
    m_reply->setReadBufferSize(readBuffer);
    m_watchdog.setSingleShot(true);
    connect(&m_watchdog, &QTimer::timeout, this, [this] {
        fail(ErrorKind::Timeout, m_wasSent ? " stopped answering" : " does not answer");
        m_done.wake();
    });
    connect(m_reply, &QNetworkReply::requestSent, this, &Reception::sent);
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this](qint64 bytes, qint64 total) {
        if (bytes <= 0)
            return;
        sent();
        if (m_request.progress)
            m_request.progress(bytes, total);
    });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &Reception::sent);
    connect(m_reply, &QNetworkReply::readyRead, this, &Reception::readSome);
    connect(m_reply, &QNetworkReply::finished, this, &Reception::finished);
    m_watchdog.start(m_options.connectTimeout);
}

Reception::~Reception()
{
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
}

void Reception::sent()
{
    m_wasSent = true;
    m_watchdog.start(m_options.stallTimeout);
}

void Reception::started()
{
    m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_answer.url = m_request.url;
    const auto headers = m_reply->rawHeaderPairs();
    for (const auto &[name, value] : headers)
        m_answer.headers.append(HttpHeader{name, value});
    // Encoded bytes do not hash to their digest, and may be a bomb. We asked for none.
    const QByteArray encoding = m_answer.header("Content-Encoding").toLower();
    if (m_answer.isSuccess() && !encoding.isEmpty() && encoding != "identity")
        fail(ErrorKind::BadAnswer, " sent an encoded body that nobody asked for");
    else if (usesSink() && m_request.acceptsHead && !m_request.acceptsHead(m_answer))
        fail(ErrorKind::BadAnswer, " sent another part than asked for");
}

void Reception::readSome()
{
    if (isDone())
        return;
    sent();
    if (m_answer.status == 0)
        started();
    while (!isDone() && m_reply->bytesAvailable() > 0) {
        const QByteArray chunk = m_reply->read(readBuffer);
        if (!accept(chunk))
            break;
    }
    if (isDone())
        m_done.wake();
}

bool Reception::accept(const QByteArray &chunk)
{
    if (!usesSink())
        return acceptText(chunk);
    m_received += chunk.size();
    if (m_received > m_request.maxBody) {
        fail(ErrorKind::TooLarge, " sent more bytes than expected");
        return false;
    }
    if (m_request.sink->write(chunk) != chunk.size()) {
        fail(ErrorKind::Storage, ": the bytes could not be written");
        return false;
    }
    if (m_request.progress) {
        bool known = false;
        const qint64 length = m_answer.header("Content-Length").toLongLong(&known);
        m_request.progress(m_received, known ? length : -1);
    }
    return true;
}

bool Reception::acceptText(const QByteArray &chunk)
{
    const bool success = m_answer.isSuccess();
    const qint64 room = (success ? m_request.maxBody : limits::errorBody) - m_answer.body.size();
    m_answer.body.append(chunk.left(room));
    if (chunk.size() <= room)
        return true;
    if (success && !m_request.cutAtLimit)
        fail(ErrorKind::TooLarge, " sent a longer answer than allowed");
    else
        m_complete = true;
    return false;
}

void Reception::finished()
{
    if (isDone())
        return;
    if (failedBelowHttp(*m_reply)) {
        m_error = m_certificate.error().value_or(networkError(*m_reply, m_wasSent));
    } else {
        if (m_answer.status == 0)
            started();
        while (!isDone() && m_reply->bytesAvailable() > 0) {
            if (!accept(m_reply->read(readBuffer)))
                break;
        }
        m_complete = true;
    }
    m_done.wake();
}

void Reception::fail(ErrorKind kind, const char *what)
{
    m_error = errorOf(kind, m_request.url, what);
}

Result<ClientReply> Reception::take()
{
    if (m_error)
        return tl::unexpected(*m_error);
    if (m_answer.status < 200)
        return tl::unexpected(errorOf(ErrorKind::NotARegistry, m_request.url, " does not answer in HTTP"));
    return std::move(m_answer);
}

/// Connects to the address that is known for the host. The registry and its certificate see the name all the
/// same.
void connectTo(const QHostAddress &address, QNetworkRequest &network)
{
    QUrl url = network.url();
    network.setRawHeader("Host", url.authority(QUrl::FullyEncoded).toLatin1());
    network.setPeerVerifyName(url.host());
    url.setHost(address.toString());
    network.setUrl(url);
}

QNetworkReply *dispatch(QNetworkAccessManager *manager, const ClientRequest &request, BodyPart *body,
                        QNetworkRequest network)
{
    if (request.method == "GET")
        return manager->get(network);
    if (request.method == "HEAD")
        return manager->head(network);
    if (request.method == "DELETE")
        return manager->deleteResource(network);
    if (!body) {
        network.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
        return manager->sendCustomRequest(network, request.method, request.body);
    }
    // Without both of these Qt keeps the whole body in memory, or never ends.
    network.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    network.setHeader(QNetworkRequest::ContentLengthHeader, request.bodySize);
    return manager->sendCustomRequest(network, request.method, body);
}

} // namespace

QNetworkRequest networkRequest(const ClientRequest &request, const TransportOptions &options,
                               const QSslConfiguration &tls)
{
    QNetworkRequest network(request.url);
    if (const auto known = options.hosts.constFind(request.url.host()); known != options.hosts.cend())
        connectTo(*known, network);
    network.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    network.setSslConfiguration(tls);

    for (const HttpHeader &header : request.headers)
        network.setRawHeader(header.name, header.value);
    network.setRawHeader("Accept-Encoding", "identity");
    network.setRawHeader("User-Agent", options.userAgent);
    if (!request.authorization.isEmpty())
        network.setRawHeader("Authorization", request.authorization);
    return network;
}

QCoro::Task<Result<ClientReply>> exchange(QNetworkAccessManager *manager, QSslConfiguration tls,
                                          ClientRequest request, const TransportOptions *options,
                                          std::stop_token stop)
{
    const auto body = BodyPart::of(request);
    Wakeup done(stop);
    QNetworkReply *reply = dispatch(manager, request, body.get(), networkRequest(request, *options, tls));
    // An aborted reply is deleted later than this frame, and reads from its body until then.
    QObject::connect(reply, &QObject::destroyed, reply, [body] {});
    Reception reception(reply, request, *options, done);
    const bool answered = co_await done;
    if (body)
        body->end();
    if (!answered)
        co_return fail(ErrorKind::Cancelled, "stopped");
    co_return reception.take();
}

} // namespace quayside
