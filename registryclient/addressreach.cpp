// SPDX-License-Identifier: Apache-2.0
#include "registryclient/addressreach.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace quayside {

namespace {

struct Range
{
    const char *address;
    int prefix; ///< bits
    AddressReach reach;
};

// IANA's registries of special-purpose addresses. Those for documentation count as public.
constexpr std::array ranges4{
    Range{"0.0.0.0", 8, AddressReach::Unspecified},    Range{"10.0.0.0", 8, AddressReach::Private},
    Range{"100.64.0.0", 10, AddressReach::Private},    Range{"127.0.0.0", 8, AddressReach::Loopback},
    Range{"169.254.0.0", 16, AddressReach::LinkLocal}, Range{"172.16.0.0", 12, AddressReach::Private},
    Range{"192.0.0.0", 24, AddressReach::Private},     Range{"192.168.0.0", 16, AddressReach::Private},
    Range{"198.18.0.0", 15, AddressReach::Private},    Range{"224.0.0.0", 4, AddressReach::Unspecified},
    Range{"240.0.0.0", 4, AddressReach::Unspecified},
};
constexpr std::array ranges6{
    Range{"::", 128, AddressReach::Unspecified}, Range{"::1", 128, AddressReach::Loopback},
    Range{"fc00::", 7, AddressReach::Private},   Range{"fe80::", 10, AddressReach::LinkLocal},
    Range{"fec0::", 10, AddressReach::Private},  Range{"ff00::", 8, AddressReach::Unspecified},
};

/// Prefixes of IPv6 addresses with an IPv4 address in them, and the byte where that begins.
struct Embedding
{
    const char *address;
    int prefix;
    std::size_t at;
};
constexpr std::array embeddings{
    Embedding{"::ffff:0:0", 96, 12},  // RFC 4291, mapped
    Embedding{"64:ff9b::", 96, 12},   // RFC 6052, NAT64
    Embedding{"64:ff9b:1::", 48, 12}, // RFC 8215, local NAT64
    Embedding{"2002::", 16, 2},       // RFC 3056, 6to4
    Embedding{"::", 96, 12},          // RFC 4291, compatible
};

QHostAddress embedded(const QHostAddress &address, std::size_t at)
{
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    quint32 value = 0;
    for (std::size_t i = at; i < at + 4; ++i)
        value = value << 8U | bytes.c[i];
    return QHostAddress(value);
}

template <typename Ranges>
AddressReach find(const Ranges &ranges, const QHostAddress &address)
{
    const auto found = std::find_if(ranges.begin(), ranges.end(), [&](const Range &range) {
        return address.isInSubnet(QHostAddress(QLatin1String(range.address)), range.prefix);
    });
    return found == ranges.end() ? AddressReach::Public : found->reach;
}

} // namespace

AddressReach reachOf(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return find(ranges4, address);
    if (address.protocol() != QAbstractSocket::IPv6Protocol)
        return AddressReach::Unspecified;
    if (const auto own = find(ranges6, address); own != AddressReach::Public)
        return own;
    for (const Embedding &embedding : embeddings) {
        if (address.isInSubnet(QHostAddress(QLatin1String(embedding.address)), embedding.prefix))
            return find(ranges4, embedded(address, embedding.at));
    }
    return AddressReach::Public;
}

bool mayPointTo(const QList<QHostAddress> &registry, const QList<QHostAddress> &named)
{
    auto nearest = AddressReach::Public;
    for (const QHostAddress &address : named)
        nearest = std::max(nearest, reachOf(address));
    if (nearest == AddressReach::Public)
        return true;
    return !registry.isEmpty() &&
           std::all_of(registry.begin(), registry.end(),
                       [nearest](const QHostAddress &address) { return reachOf(address) >= nearest; });
}

} // namespace quayside
