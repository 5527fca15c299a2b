// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QTcpSocket>

namespace quayside {

/// One answer as a raw client sees it.
struct RawAnswer
{
    int status = 0;
    QByteArray head;
    QByteArray body;

    QByteArray header(const QByteArray &name) const;
};

/// A TCP connection on which a test says exactly what it wants to say.
class RawClient
{
public:
    explicit RawClient(quint16 port);

    void send(const QByteArray &bytes);
    /// Waits for one whole answer. A status of 0 means that the connection ended or nothing came in time.
    RawAnswer answer(bool toHead = false);
    /// Sends and waits for the answer.
    RawAnswer ask(const QByteArray &bytes, bool toHead = false);
    /// Waits until the peer has closed; true if nothing but that came.
    bool isClosed();
    QTcpSocket &socket() { return m_socket; }

private:
    bool fill();

    QTcpSocket m_socket;
    QByteArray m_input;
};

} // namespace quayside
