// SPDX-License-Identifier: Apache-2.0
#include "app/singleinstance.h"

#include <QDir>
#include <QLocalSocket>

namespace quayside {

namespace {

constexpr qint64 maxArgumentLength = 4096; // bytes; a reference is far shorter
constexpr int patience = 2000;             // ms; only the process that is about to end waits

} // namespace

SingleInstance::SingleInstance(const QString &directory, QObject *parent)
    : QObject(parent)
    , m_socketPath(QDir(directory).filePath(QStringLiteral("quayside.socket")))
    , m_lock(QDir(directory).filePath(QStringLiteral("quayside.lock")))
{
    m_lock.setStaleLockTime(0); // held as long as the process lives, however long that is
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::receive);
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::claim()
{
    if (!m_lock.tryLock(0))
        return false;
    QLocalServer::removeServer(m_socketPath); // left over by a crash: the lock says that nobody listens
    m_server.listen(m_socketPath);
    return true;
}

bool SingleInstance::handOver(const QString &argument) const
{
    QLocalSocket socket;
    socket.connectToServer(m_socketPath, QIODevice::WriteOnly);
    if (!socket.waitForConnected(patience))
        return false;
    socket.write(argument.toUtf8().left(maxArgumentLength) + '\n');
    socket.disconnectFromServer();
    return socket.state() == QLocalSocket::UnconnectedState || socket.waitForDisconnected(patience);
}

void SingleInstance::receive()
{
    auto *socket = m_server.nextPendingConnection();
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        if (!socket->canReadLine() && socket->bytesAvailable() <= maxArgumentLength)
            return;
        emit activationRequested(QString::fromUtf8(socket->readLine(maxArgumentLength)).trimmed());
        socket->disconnectFromServer();
    });
}

} // namespace quayside
