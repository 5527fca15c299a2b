// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHostAddress>
#include <QList>

namespace quayside {

/// From how far away an IP address can be reached; the later, the nearer.
enum class AddressReach {
    Public,
    Private,     ///< RFC 1918, RFC 4193, carriers' and laboratories' networks.
    LinkLocal,   ///< RFC 3927, RFC 4291.
    Loopback,    ///< This computer.
    Unspecified, ///< No host's address: 0.0.0.0/8, ::, multicast, reserved.
};

/// By a table of our own: QHostAddress::isGlobal() is true for 10.0.0.1. An IPv4 address inside an IPv6 one
/// (mapped, NAT64, 6to4) counts as what it is.
AddressReach reachOf(const QHostAddress &address);

/// Whether a server that a registry names may be asked: none of its addresses may be nearer than the
/// registry's own. Else a registry on the internet could send requests, and logins, to what is behind the
/// person's firewall. Both lists as resolved; a registry without addresses counts as public.
bool mayPointTo(const QList<QHostAddress> &registry, const QList<QHostAddress> &named);

} // namespace quayside
