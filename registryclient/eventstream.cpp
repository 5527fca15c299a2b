// SPDX-License-Identifier: Apache-2.0
#include "registryclient/eventstream.h"

#include "registryclient/authenticator.h"
#include "registryclient/extensionreaders.h"
#include "registryclient/httpstream.h"
#include "registryclient/retry.h"
#include "registryclient/transport.h"

#include <QPointer>

#include <algorithm>
#include <chrono>

namespace quayside {

namespace {

constexpr std::chrono::milliseconds longestPause = std::chrono::seconds(30);

/// Whether asking again later may help.
bool mayPass(int status)
{
    return status == 408 || status == 429 || status >= 500;
}

/// Whether a login failed for a reason that may be gone later.
bool mayPass(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Disconnected:
    case ErrorKind::Refused:
    case ErrorKind::Timeout:
    case ErrorKind::UnknownHost:
    case ErrorKind::TooManyRequests:
    case ErrorKind::Server:
        return true;
    default:
        return false;
    }
}

ErrorKind refusalKind(int status)
{
    switch (status) {
    case 401:
        return ErrorKind::Unauthorized;
    case 403:
        return ErrorKind::Forbidden;
    case 404:
        return ErrorKind::NotFound;
    default:
        return ErrorKind::BadAnswer;
    }
}

} // namespace

EventStream::EventStream(Transport *transport, std::shared_ptr<Authenticator> authenticator, QUrl url)
    : m_transport(transport)
    , m_authenticator(std::move(authenticator))
    , m_url(std::move(url))
{
    m_reconnect.setSingleShot(true);
    connect(&m_reconnect, &QTimer::timeout, this, &EventStream::connectNow);
}

EventStream::~EventStream()
{
    m_gone.request_stop();
}

void EventStream::start()
{
    if (!m_attempt)
        connectNow();
}

void EventStream::connectNow()
{
    m_attempt = std::make_shared<LoginAttempt>(m_authenticator, Purpose::registry());
    connectWith(m_attempt, m_gone.get_token());
}

QCoro::Task<> EventStream::connectWith(std::shared_ptr<LoginAttempt> attempt, std::stop_token gone)
{
    const Transport::Activity activity(m_transport);
    auto beginning = attempt->begin(gone);
    const auto authorization = co_await beginning;
    if (gone.stop_requested())
        co_return;
    if (authorization)
        open(*authorization);
    else if (mayPass(authorization.error().kind))
        retire(nextPause());
    else
        refuse(authorization.error());
}

void EventStream::open(const QByteArray &authorization)
{
    ClientRequest request;
    request.url = m_url;
    request.headers.append(HttpHeader{QByteArrayLiteral("Accept"), QByteArrayLiteral("text/event-stream")});
    if (!m_parser.lastId().isEmpty())
        request.headers.append(HttpHeader{QByteArrayLiteral("Last-Event-ID"), m_parser.lastId()});
    request.authorization = authorization;
    request.tls = m_authenticator->access().tls;

    m_parser.restart();
    auto stream = m_transport->stream(std::move(request));
    if (!stream) {
        refuse(stream.error());
        return;
    }
    m_stream = std::move(*stream);
    connect(m_stream.get(), &HttpStream::opened, this, &EventStream::opened);
    connect(m_stream.get(), &HttpStream::data, this, &EventStream::take);
    connect(m_stream.get(), &HttpStream::closed, this, &EventStream::closed);
}

void EventStream::opened(int status)
{
    if (status == 200) {
        m_failures = 0;
        setConnected(true);
        return;
    }
    if (mayPass(status)) {
        retire(nextPause());
        return;
    }
    ClientReply answer;
    answer.status = status;
    answer.headers.append(
        HttpHeader{QByteArrayLiteral("WWW-Authenticate"), m_stream->header("WWW-Authenticate")});
    dropStream();
    logIn(m_attempt, std::move(answer), m_gone.get_token());
}

/// Tries again with what the refusal asks for, if it does.
QCoro::Task<> EventStream::logIn(std::shared_ptr<LoginAttempt> attempt, ClientReply refusal,
                                 std::stop_token gone)
{
    const Transport::Activity activity(m_transport);
    const int status = refusal.status;
    auto looking = attempt->next(std::move(refusal), gone);
    const auto authorization = co_await looking;
    if (gone.stop_requested())
        co_return;
    if (!authorization && mayPass(authorization.error().kind))
        retire(nextPause());
    else if (!authorization)
        refuse(authorization.error());
    else if (authorization->isEmpty())
        refuse(Error{refusalKind(status), status, {}, "the registry refuses its stream of events"});
    else
        open(*authorization);
}

void EventStream::refuse(const Error &error)
{
    dropStream();
    emit refused(error); // the receiver may destroy us
}

void EventStream::take(const QByteArray &bytes)
{
    QList<ServerSentEvent> events;
    const bool good = m_parser.feed(bytes, [&events](const ServerSentEvent &event) { events.append(event); });
    const QPointer<EventStream> self = this; // receivers may destroy us
    for (const ServerSentEvent &event : events) {
        dispatch(event);
        if (!self)
            return;
    }
    if (!good)
        closed(Error{ErrorKind::TooLarge, 200, {}, "an event is too long"});
}

void EventStream::dispatch(const ServerSentEvent &event)
{
    if (event.type == "reset")
        emit reset();
    else if (const auto known = readEvent(event.data))
        emit received(*known);
}

void EventStream::closed(const Error &)
{
    retire(nextPause());
    setConnected(false);
}

void EventStream::dropStream()
{
    if (!m_stream)
        return;
    m_stream->disconnect(this);
    m_stream.release()->deleteLater(); // we may be inside its signal
}

void EventStream::retire(std::chrono::milliseconds pause)
{
    dropStream();
    m_reconnect.start(pause);
}

std::chrono::milliseconds EventStream::nextPause()
{
    const auto first = m_transport->options().retryDelay;
    return std::min(backoff(first, std::min(m_failures++, 8)), longestPause);
}

void EventStream::setConnected(bool connected)
{
    if (std::exchange(m_connected, connected) != connected)
        emit connectedChanged(connected);
}

} // namespace quayside
