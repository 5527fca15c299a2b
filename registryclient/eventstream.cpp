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

EventStream::~EventStream() = default;

void EventStream::start()
{
    if (!m_stream)
        connectNow();
}

void EventStream::connectNow()
{
    ClientRequest request;
    request.url = m_url;
    request.headers.append(HttpHeader{QByteArrayLiteral("Accept"), QByteArrayLiteral("text/event-stream")});
    if (!m_parser.lastId().isEmpty())
        request.headers.append(HttpHeader{QByteArrayLiteral("Last-Event-ID"), m_parser.lastId()});
    m_sentAuthorization = m_authenticator->authorization();
    request.authorization = m_sentAuthorization;

    m_parser.restart();
    m_stream = m_transport->stream(std::move(request));
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
    ClientReply answer;
    answer.status = status;
    answer.headers.append(
        HttpHeader{QByteArrayLiteral("WWW-Authenticate"), m_stream->header("WWW-Authenticate")});
    if (status == 401 && m_authenticator->answer(answer, m_sentAuthorization))
        retire(std::chrono::milliseconds(0));
    else if (mayPass(status))
        retire(nextPause());
    else {
        dropStream();
        emit refused(Error{refusalKind(status), status, {}, "the registry refuses its stream of events"});
    }
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
