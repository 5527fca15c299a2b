// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QString>
#include <QStringView>
#include <QUrl>

namespace quayside {

/// Scheme, host and port of a registry: everything before `/v2/`. Always valid, ASCII, without login and
/// path.
class RegistryAddress
{
public:
    /// Whether plain HTTP may be used where the host is not this computer.
    enum class PlainHttp { Refused, Allowed };

    /// Parses what a person typed: `host[:port]` or an http(s) URL with nothing after the host but "/" or
    /// "/v2/". A loopback host means http and any other https, unless the text says; `PlainHttp::Allowed`
    /// (the person has marked this registry) makes http the default. Errors: InvalidInput (user info, path,
    /// backslash, control or non-ASCII characters, bad host or port); PlainHttp when the text says http, the
    /// host is not loopback and nobody allowed that.
    static Result<RegistryAddress> parse(QStringView typed, PlainHttp plainHttp = PlainHttp::Refused);

    /// "https://host:port/", the port only if it is not the scheme's own.
    const QUrl &base() const { return m_base; }
    /// "host:port" or "host"; an IPv6 address stands in brackets.
    QString display() const;
    /// Lower-case, an IPv6 address without brackets.
    QString host() const { return m_base.host(); }
    quint16 port() const;
    bool isEncrypted() const;
    /// Whether the host is localhost, in 127.0.0.0/8 or ::1.
    bool isLoopback() const;

    bool operator==(const RegistryAddress &) const = default;

private:
    explicit RegistryAddress(QUrl base)
        : m_base(std::move(base))
    {}
    QUrl m_base;
};

/// Whether `host` (without brackets) names this computer: localhost, 127.0.0.0/8 or ::1.
bool isLoopbackHost(const QString &host);

/// Whether both have the same scheme, host and port: what credentials may travel to.
bool sameOrigin(const QUrl &a, const QUrl &b);

} // namespace quayside
