// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QHostAddress>
#include <QUrl>

#include <optional>
#include <vector>

namespace quayside {

/// Where to listen.
struct ListenAddress
{
    /// Nothing stands for the loopback pair: 127.0.0.1 and [::1] on the same port.
    std::optional<QHostAddress> address;
    quint16 port = 0; ///< 0: the system chooses a free one.
};

/// A bound TCP socket that accepts connections; closed with the object.
class ListeningSocket
{
public:
    /// Errors: Conflict when the port is taken, NotFound when this machine has no such address, Refused
    /// otherwise.
    static Result<ListeningSocket> open(const QHostAddress &address, quint16 port);
    ListeningSocket(ListeningSocket &&other) noexcept;
    ListeningSocket &operator=(ListeningSocket &&other) noexcept;
    ~ListeningSocket();

    int descriptor() const { return m_descriptor; }
    const QHostAddress &address() const { return m_address; }
    quint16 port() const { return m_port; }

private:
    ListeningSocket(int descriptor, QHostAddress address)
        : m_descriptor(descriptor)
        , m_address(std::move(address))
    {}

    int m_descriptor;
    QHostAddress m_address;
    quint16 m_port = 0;
};

/// Opens sockets for all addresses, or none. A loopback pair without IPv6 is 127.0.0.1 alone; its port being
/// taken on either side is a Conflict. Errors: those of ListeningSocket::open().
Result<std::vector<ListeningSocket>> openListeners(const std::vector<ListenAddress> &addresses);

} // namespace quayside
