// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QTcpServer>
#include <QUrl>

#include <chrono>
#include <functional>

class QTcpSocket;

namespace quayside::test {

class Pipe;

/// Stands between a client and a real server on this computer and does to their bytes what networks do.
class FaultProxy : public QObject
{
    Q_OBJECT
public:
    /// For connections made from now on. Counts are bytes per connection, from the server where nothing else
    /// is said; -1: never.
    struct Faults
    {
        /// Every byte takes this long, in both directions: half a round trip.
        std::chrono::milliseconds latency{0};
        qint64 cutAfter = -1;   ///< The connection breaks.
        qint64 stallAfter = -1; ///< Nothing comes any more.
        /// Bytes from the client: the server gets so many, then the connection breaks on both sides.
        qint64 cutSentAfter = -1;
        /// What the client gets instead of an answer; the server is not asked.
        QByteArray garbage;
    };

    /// What becomes of a request, or of its answer (`answered`), before anybody else has seen it. `line`: the
    /// request's first line.
    enum class Passage {
        Pass,
        Cut,      ///< The connection breaks instead.
        NotFound, ///< Of a request without a body: 404 is the answer, and the server is not asked.
        Hold      ///< It never arrives.
    };
    using Gate = std::function<Passage(const QByteArray &line, bool answered)>;

    /// Leads to `port` of 127.0.0.1.
    explicit FaultProxy(quint16 port);
    ~FaultProxy() override;

    /// Also for connections that are open.
    void setGate(Gate gate) { m_gate = std::move(gate); }

    void setFaults(const Faults &faults) { m_faults = faults; }
    /// Leads new connections somewhere else.
    void leadTo(quint16 port) { m_port = port; }
    /// `scheme`://127.0.0.1:port/
    QUrl url(const QString &scheme = QStringLiteral("http")) const;
    int connections() const { return m_connections; }
    /// What clients have sent so far, over all connections.
    qint64 bytesSent() const { return m_bytesSent; }

signals:
    /// A fault has cut a connection.
    void cut();

private:
    friend class Pipe;
    void accept(QTcpSocket *client);

    QTcpServer m_server;
    quint16 m_port;
    Faults m_faults;
    Gate m_gate;
    int m_connections = 0;
    qint64 m_bytesSent = 0;
};

} // namespace quayside::test
