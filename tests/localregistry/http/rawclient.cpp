// SPDX-License-Identifier: Apache-2.0
#include "rawclient.h"

#include <QHostAddress>

namespace quayside {

namespace {

constexpr int patience = 10'000; // milliseconds

} // namespace

QByteArray RawAnswer::header(const QByteArray &name) const
{
    for (const QByteArray &line : head.split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).compare(name, Qt::CaseInsensitive) == 0)
            return line.mid(colon + 1).trimmed();
    }
    return {};
}

RawClient::RawClient(quint16 port)
{
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    m_socket.waitForConnected(patience);
}

void RawClient::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
    while (m_socket.bytesToWrite() > 0 && m_socket.waitForBytesWritten(patience)) {
    }
}

bool RawClient::fill()
{
    if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(patience))
        return false;
    m_input += m_socket.readAll();
    return true;
}

RawAnswer RawClient::answer(bool toHead)
{
    RawAnswer answer;
    while (!m_input.contains("\r\n\r\n")) {
        if (!fill())
            return answer;
    }
    const qsizetype end = m_input.indexOf("\r\n\r\n");
    answer.head = m_input.left(end);
    m_input.remove(0, end + 4);
    const int status = answer.head.mid(9, 3).toInt();
    const qsizetype length = toHead ? 0 : answer.header("Content-Length").toLongLong();
    while (m_input.size() < length) {
        if (!fill())
            return answer;
    }
    answer.status = status;
    answer.body = m_input.left(length);
    m_input.remove(0, length);
    return answer;
}

RawAnswer RawClient::ask(const QByteArray &bytes, bool toHead)
{
    send(bytes);
    return answer(toHead);
}

bool RawClient::isClosed()
{
    const bool isQuiet = m_input.isEmpty() && m_socket.bytesAvailable() == 0;
    if (m_socket.state() == QAbstractSocket::UnconnectedState)
        return isQuiet;
    return m_socket.waitForDisconnected(patience) && isQuiet && m_socket.bytesAvailable() == 0;
}

} // namespace quayside
