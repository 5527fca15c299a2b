// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faultproxy.h"

#include <QDeadlineTimer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

namespace quayside::test {

namespace {

/// The request that is under way on a connection.
struct UnderWay
{
    FaultProxy::Gate gate;
    QByteArray line;
    bool isAnswered = true;
};

} // namespace

/// One direction of a connection: bytes on their way.
class Pipe : public QObject
{
public:
    Pipe(QTcpSocket *from, QTcpSocket *to, FaultProxy *proxy, bool fromServer,
         std::shared_ptr<UnderWay> request)
        : QObject(from)
        , m_from(from)
        , m_to(to)
        , m_proxy(proxy)
        , m_faults(proxy->m_faults)
        , m_fromServer(fromServer)
        , m_request(std::move(request))
    {
        m_due.setSingleShot(true);
        m_due.setTimerType(Qt::PreciseTimer);
        connect(&m_due, &QTimer::timeout, this, &Pipe::deliver);
        connect(m_from, &QTcpSocket::readyRead, this, &Pipe::take);
        connect(m_from, &QTcpSocket::disconnected, this, [this] {
            take();
            m_closes = true;
            deliver();
        });
    }

private:
    struct Packet
    {
        QDeadlineTimer due;
        QByteArray bytes;
    };

    void take()
    {
        const QByteArray bytes = m_from->isOpen() ? m_from->readAll() : QByteArray();
        if (!bytes.isEmpty())
            m_underWay.push_back({QDeadlineTimer(m_faults.latency, Qt::PreciseTimer), bytes});
        deliver();
    }

    void deliver()
    {
        while (!m_underWay.empty() && m_underWay.front().due.hasExpired()) {
            const QByteArray bytes = m_underWay.front().bytes;
            m_underWay.pop_front(); // first: writing may end the connection, and that comes back here
            write(bytes);
        }
        if (!m_underWay.empty())
            m_due.start(std::chrono::milliseconds(m_underWay.front().due.remainingTime()));
        else if (m_closes)
            m_to->disconnectFromHost();
    }

    /// The client's requests come one after the other, each with its first line in one piece.
    FaultProxy::Passage passage(const QByteArray &bytes)
    {
        const QByteArray line = bytes.left(bytes.indexOf('\r'));
        const bool begins = m_fromServer ? !m_request->isAnswered : line.endsWith(" HTTP/1.1");
        if (!begins)
            return FaultProxy::Passage::Pass;
        if (!m_fromServer)
            m_request->line = line;
        m_request->isAnswered = m_fromServer;
        return m_request->gate(m_request->line, m_fromServer);
    }

    void write(QByteArray bytes)
    {
        const auto passes = m_holds ? FaultProxy::Passage::Hold : passage(bytes);
        if (passes == FaultProxy::Passage::NotFound) {
            m_request->isAnswered = true;
            m_from->write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        m_holds = passes != FaultProxy::Passage::Pass;
        if (passes == FaultProxy::Passage::Cut)
            (m_fromServer ? m_to : m_from)->abort();
        if (m_holds || m_isCut)
            return;
        if (!m_fromServer)
            m_proxy->m_bytesSent += bytes.size();
        const qint64 cutAfter = m_fromServer ? m_faults.cutAfter : m_faults.cutSentAfter;
        const bool stalls =
            m_fromServer && m_faults.stallAfter >= 0 && m_passed + bytes.size() > m_faults.stallAfter;
        m_isCut = cutAfter >= 0 && m_passed + bytes.size() >= cutAfter;
        if (stalls)
            bytes.truncate(std::max<qint64>(m_faults.stallAfter - m_passed, 0));
        if (m_isCut)
            bytes.truncate(std::max<qint64>(cutAfter - m_passed, 0));
        m_passed += bytes.size();
        m_to->write(bytes);
        if (m_isCut)
            cut();
    }

    void cut()
    {
        connect(m_to, &QTcpSocket::disconnected, m_from, &QTcpSocket::abort);
        m_to->disconnectFromHost(); // after what was written
        emit m_proxy->cut();
    }

    QTcpSocket *m_from;
    QTcpSocket *m_to;
    FaultProxy *m_proxy;
    const FaultProxy::Faults m_faults;
    bool m_fromServer;
    std::shared_ptr<UnderWay> m_request;
    bool m_holds = false;
    bool m_closes = false;
    bool m_isCut = false;
    qint64 m_passed = 0;
    std::deque<Packet> m_underWay;
    QTimer m_due;
};

FaultProxy::FaultProxy(quint16 port)
    : m_port(port)
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *client = m_server.nextPendingConnection())
            accept(client);
    });
    m_server.listen(QHostAddress::LocalHost);
}

FaultProxy::~FaultProxy()
{
    m_gate = {}; // what it refers to may be gone
    qDeleteAll(m_server.findChildren<QTcpSocket *>(QString(), Qt::FindDirectChildrenOnly));
}

QUrl FaultProxy::url(const QString &scheme) const
{
    return QUrl(QStringLiteral("%1://127.0.0.1:%2/").arg(scheme).arg(m_server.serverPort()));
}

void FaultProxy::accept(QTcpSocket *client)
{
    ++m_connections;
    client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    if (!m_faults.garbage.isEmpty()) {
        client->write(m_faults.garbage);
        client->disconnectFromHost();
        return;
    }
    auto *server = new QTcpSocket(client); // goes with the client's connection
    // The end of a connection ends both: the server's must not tell of it to what is half gone.
    connect(client, &QObject::destroyed, server, [server] { server->disconnect(); });
    server->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    const auto ask = [this](const QByteArray &line, bool answered) {
        return m_gate ? m_gate(line, answered) : Passage::Pass;
    };
    const auto request = std::make_shared<UnderWay>(UnderWay{ask, {}, true});
    new Pipe(client, server, this, false, request);
    new Pipe(server, client, this, true, request);
    server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
}

} // namespace quayside::test
