// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "oci/fingerprint.h"

#include <QList>
#include <QObject>
#include <QSslError>

#include <optional>

class QNetworkReply;
class QSslCertificate;

namespace quayside {

/// The SHA-256 of the certificate.
Fingerprint fingerprintOf(const QSslCertificate &certificate);

/// Watches what TLS finds wrong with the certificate of one reply's server. A pinned one is let pass, with
/// the errors that came with exactly that certificate but for its own dates; any other error stands.
class CertificateCheck : public QObject
{
public:
    /// `reply` must outlive this.
    CertificateCheck(QNetworkReply *reply, std::optional<Fingerprint> pinned);

    /// What keeps the connection from being used, of the kinds Certificate…; nothing while nothing does.
    const std::optional<Error> &error() const { return m_error; }

private:
    void judge(const QList<QSslError> &errors);

    QNetworkReply *m_reply;
    std::optional<Fingerprint> m_pinned;
    std::optional<Error> m_error;
};

} // namespace quayside
