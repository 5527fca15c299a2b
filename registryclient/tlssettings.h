// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "oci/fingerprint.h"

#include <QSslConfiguration>
#include <QString>

#include <compare>
#include <optional>

namespace quayside {

/// Whom we believe to be one registry's host, and who we say we are to it. Without anything set: the
/// system's certificate authorities, and nobody in particular.
struct TlsSettings
{
    /// A PEM file: its authorities are believed instead of the system's.
    QString caFile;
    /// The certificate that a person has compared: whoever shows it is the host, whoever signed it and
    /// whatever names it has. Its dates still count.
    std::optional<Fingerprint> pinned;
    /// PEM files: the certificate that we show when the host asks for one, with those that signed it if any,
    /// and its key without a password. Both or neither.
    QString certificateFile;
    QString keyFile;

    bool operator==(const TlsSettings &) const = default;
    /// Any order, for maps.
    std::strong_ordering operator<=>(const TlsSettings &other) const;
};

/// Certificates verified, TLS 1.2 or later, and what the settings say. Reads their files, each time. Errors:
/// Storage: a file cannot be read or does not hold what it should, or a key is locked with a password. Nobody
/// looks here whether the key belongs to the certificate: the registry does.
Result<QSslConfiguration> tlsConfiguration(const TlsSettings &settings);

} // namespace quayside
