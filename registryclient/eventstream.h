// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/extension.h"
#include "registryclient/http.h"
#include "registryclient/serversentevents.h"

#include <QByteArray>
#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>
#include <stop_token>

namespace quayside {

class Authenticator;
class HttpStream;
class LoginAttempt;
class Transport;

/// Follows `GET /v2/_quayside/store/events`, logged in like any other request. Reconnects by itself, asking
/// for what came after the last event seen (`Last-Event-ID`), with growing pauses up to 30 s. Destroying it
/// closes the connection; the transport must outlive it.
class EventStream : public QObject
{
    Q_OBJECT
public:
    EventStream(Transport *transport, std::shared_ptr<Authenticator> authenticator, QUrl url);
    ~EventStream() override;

    /// Opens the stream; once.
    void start();
    bool isConnected() const { return m_connected; }

signals:
    void received(const quayside::RegistryEvent &event);
    /// Events were lost (the registry restarted or the pause was too long): load everything again.
    void reset();
    void connectedChanged(bool connected);
    /// The registry refuses (401, 403, 404…): no further attempt is made.
    void refused(const quayside::Error &error);

private:
    void connectNow();
    QCoro::Task<> connectWith(std::shared_ptr<LoginAttempt> attempt, std::stop_token gone);
    void open(const QByteArray &authorization);
    void opened(int status);
    QCoro::Task<> logIn(std::shared_ptr<LoginAttempt> attempt, ClientReply refusal, std::stop_token gone);
    void refuse(const Error &error);
    void take(const QByteArray &bytes);
    void dispatch(const ServerSentEvent &event);
    void closed(const Error &error);
    void dropStream();
    void retire(std::chrono::milliseconds pause);
    std::chrono::milliseconds nextPause();
    void setConnected(bool connected);

    Transport *m_transport;
    std::shared_ptr<Authenticator> m_authenticator;
    QUrl m_url;
    std::unique_ptr<HttpStream> m_stream;
    ServerSentEventParser m_parser;
    std::shared_ptr<LoginAttempt> m_attempt;
    QTimer m_reconnect;
    int m_failures = 0;
    bool m_connected = false;
    std::stop_source m_gone; ///< Ends the coroutines with this object.
};

} // namespace quayside
