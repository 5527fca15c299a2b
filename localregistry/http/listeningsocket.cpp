// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/listeningsocket.h"

#include "oci/qtconversions.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace quayside {

namespace {

socklen_t toSocketAddress(const QHostAddress &address, quint16 port, sockaddr_storage &storage)
{
    std::memset(&storage, 0, sizeof storage);
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        in.sin_addr.s_addr = htonl(address.toIPv4Address());
        std::memcpy(&storage, &in, sizeof in);
        return sizeof in;
    }
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&in6.sin6_addr, &bytes, sizeof bytes);
    std::memcpy(&storage, &in6, sizeof in6);
    return sizeof in6;
}

quint16 boundPort(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr *>(&storage), &length) != 0)
        return 0;
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in); // the port stands at the same place in both families
    return ntohs(in.sin_port);
}

Error bindError(int code, const QHostAddress &address, quint16 port)
{
    const std::string where = toStdString(address.toString()) + " port " + std::to_string(port);
    switch (code) {
    case EADDRINUSE:
        return {ErrorKind::Conflict, 0, {}, "Another program uses " + where + "."};
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return {ErrorKind::NotFound,
                0,
                {},
                "This computer has no address " + toStdString(address.toString()) + "."};
    case EACCES:
        return {ErrorKind::Refused, 0, {}, "Listening at " + where + " is not permitted."};
    default:
        return {ErrorKind::Refused, 0, {}, "Cannot listen at " + where + ": " + std::strerror(code) + "."};
    }
}

Result<void> openLoopbackPair(quint16 port, std::vector<ListeningSocket> &sockets)
{
    constexpr int attempts = 8; // a port that is free on one side may be taken on the other
    for (int attempt = 1;; ++attempt) {
        auto v4 = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), port);
        if (!v4)
            return tl::unexpected(v4.error());
        auto v6 = ListeningSocket::open(QHostAddress(QHostAddress::LocalHostIPv6), v4->port());
        if (!v6 && v6.error().kind == ErrorKind::Conflict && port == 0 && attempt < attempts)
            continue;
        if (!v6 && v6.error().kind == ErrorKind::Conflict)
            return tl::unexpected(v6.error());
        sockets.push_back(std::move(*v4));
        if (v6)
            sockets.push_back(std::move(*v6));
        return {};
    }
}

} // namespace

Result<ListeningSocket> ListeningSocket::open(const QHostAddress &address, quint16 port)
{
    sockaddr_storage storage;
    const socklen_t length = toSocketAddress(address, port, storage);
    const int descriptor = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return tl::unexpected(bindError(errno, address, port));
    ListeningSocket socket(descriptor, address);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (storage.ss_family == AF_INET6)
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&storage), length) != 0 ||
        ::listen(descriptor, SOMAXCONN) != 0)
        return tl::unexpected(bindError(errno, address, port));
    socket.m_port = boundPort(descriptor);
    return socket;
}

ListeningSocket::ListeningSocket(ListeningSocket &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_address(std::move(other.m_address))
    , m_port(other.m_port)
{}

ListeningSocket &ListeningSocket::operator=(ListeningSocket &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    m_address = std::move(other.m_address);
    m_port = other.m_port;
    return *this;
}

ListeningSocket::~ListeningSocket()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<std::vector<ListeningSocket>> openListeners(const std::vector<ListenAddress> &addresses)
{
    std::vector<ListeningSocket> sockets;
    for (const ListenAddress &wanted : addresses) {
        if (!wanted.address) {
            if (auto opened = openLoopbackPair(wanted.port, sockets); !opened)
                return tl::unexpected(opened.error());
            continue;
        }
        auto socket = ListeningSocket::open(*wanted.address, wanted.port);
        if (!socket)
            return tl::unexpected(socket.error());
        sockets.push_back(std::move(*socket));
    }
    return sockets;
}

} // namespace quayside
