// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faultproxy.h"

#include <QDeadlineTimer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <deque>

namespace quayside::test {

namespace {

/// One direction of a connection: bytes on their way.
class Pipe : public QObject
{
public:
    Pipe(QTcpSocket *from, QTcpSocket *to, const FaultProxy::Faults &faults, bool fromServer)
        : QObject(from)
        , m_from(from)
        , m_to(to)
        , m_faults(faults)
        , m_fromServer(fromServer)
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

    void write(QByteArray bytes)
    {
        if (m_fromServer) {
            const bool stalls = m_faults.stallAfter >= 0 && m_passed + bytes.size() > m_faults.stallAfter;
            const bool cuts = m_faults.cutAfter >= 0 && m_passed + bytes.size() >= m_faults.cutAfter;
            if (stalls)
                bytes.truncate(std::max<qint64>(m_faults.stallAfter - m_passed, 0));
            if (cuts)
                bytes.truncate(std::max<qint64>(m_faults.cutAfter - m_passed, 0));
            m_passed += bytes.size();
            m_to->write(bytes);
            if (cuts)
                m_to->disconnectFromHost(); // after what was written
            return;
        }
        m_to->write(bytes);
    }

    QTcpSocket *m_from;
    QTcpSocket *m_to;
    const FaultProxy::Faults m_faults;
    bool m_fromServer;
    bool m_closes = false;
    qint64 m_passed = 0;
    std::deque<Packet> m_underWay;
    QTimer m_due;
};

} // namespace

FaultProxy::FaultProxy(quint16 port)
    : m_port(port)
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *client = m_server.nextPendingConnection())
            accept(client);
    });
    m_server.listen(QHostAddress::LocalHost);
}

FaultProxy::~FaultProxy() = default;

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
    server->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    new Pipe(client, server, m_faults, false);
    new Pipe(server, client, m_faults, true);
    server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
}

} // namespace quayside::test
