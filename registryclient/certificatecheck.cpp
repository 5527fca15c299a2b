// SPDX-License-Identifier: Apache-2.0
#include "registryclient/certificatecheck.h"

#include "oci/peercertificate.h"
#include "oci/qtconversions.h"

#include <QCryptographicHash>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslConfiguration>

#include <algorithm>

namespace quayside {

namespace {

using Problem = PeerCertificate::Problem;

bool isAboutDates(const QSslError &error)
{
    return error.error() == QSslError::CertificateExpired ||
           error.error() == QSslError::CertificateNotYetValid;
}

Problem problemOf(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::HostNameMismatch:
        return Problem::WrongName;
    case QSslError::CertificateExpired:
        return Problem::Expired;
    case QSslError::CertificateNotYetValid:
        return Problem::NotYetValid;
    case QSslError::SelfSignedCertificate:
        return Problem::SelfSigned;
    default:
        return Problem::UnknownIssuer;
    }
}

/// Trust first, then the dates, then the name.
int rank(Problem problem)
{
    switch (problem) {
    case Problem::SelfSigned:
        return 0;
    case Problem::UnknownIssuer:
        return 1;
    case Problem::Expired:
    case Problem::NotYetValid:
        return 2;
    case Problem::WrongName:
        break;
    }
    return 3;
}

Problem worst(const QList<QSslError> &errors)
{
    auto found = Problem::WrongName;
    for (const QSslError &error : errors) {
        if (rank(problemOf(error)) < rank(found))
            found = problemOf(error);
    }
    return found;
}

ErrorKind kindOf(Problem problem)
{
    switch (problem) {
    case Problem::Expired:
    case Problem::NotYetValid:
        return ErrorKind::CertificateExpired;
    case Problem::WrongName:
        return ErrorKind::CertificateWrongHost;
    case Problem::UnknownIssuer:
    case Problem::SelfSigned:
        break;
    }
    return ErrorKind::CertificateUntrusted;
}

/// The hosts and addresses that it names; the common name only where there are none (RFC 6125, 6.4.4).
std::vector<std::string> namesOf(const QSslCertificate &certificate)
{
    std::vector<std::string> names;
    const auto alternatives = certificate.subjectAlternativeNames();
    for (auto it = alternatives.cbegin(); it != alternatives.cend(); ++it) {
        if (it.key() != QSsl::EmailEntry)
            names.push_back(toStdString(it.value()));
    }
    if (!names.empty())
        return names;
    for (const QString &name : certificate.subjectInfo(QSslCertificate::CommonName))
        names.push_back(toStdString(name));
    return names;
}

PeerCertificate describe(const QSslCertificate &certificate, Problem problem)
{
    PeerCertificate peer{problem, fingerprintOf(certificate), namesOf(certificate)};
    peer.issuer = toStdString(certificate.issuerDisplayName());
    peer.validFrom = certificate.effectiveDate().toSecsSinceEpoch();
    peer.validUntil = certificate.expiryDate().toSecsSinceEpoch();
    return peer;
}

Error errorOf(const QNetworkReply &reply, const QSslCertificate &certificate, const QList<QSslError> &errors)
{
    const Problem problem = worst(errors);
    Error error{kindOf(problem), 0, {}, toStdString(reply.url().host()) + ":"};
    for (const QSslError &each : errors)
        error.message += " " + toStdString(each.errorString());
    if (!certificate.isNull())
        error.certificate = std::make_shared<const PeerCertificate>(describe(certificate, problem));
    return error;
}

} // namespace

Fingerprint fingerprintOf(const QSslCertificate &certificate)
{
    const auto hex = certificate.digest(QCryptographicHash::Sha256).toHex();
    return *Fingerprint::parse(toStringView(hex)); // 64 digits, always
}

CertificateCheck::CertificateCheck(QNetworkReply *reply, std::optional<Fingerprint> pinned)
    : m_reply(reply)
    , m_pinned(std::move(pinned))
{
    connect(m_reply, &QNetworkReply::sslErrors, this, &CertificateCheck::judge);
}

void CertificateCheck::judge(const QList<QSslError> &errors)
{
    const QSslCertificate shown = m_reply->sslConfiguration().peerCertificate();
    if (!m_pinned || shown.isNull() || fingerprintOf(shown) != *m_pinned) {
        m_error = errorOf(*m_reply, shown, errors);
        return;
    }
    // Errors of other certificates are about who signed this one, and the pin answers that.
    QList<QSslError> answered;
    QList<QSslError> standing;
    for (const QSslError &error : errors)
        (isAboutDates(error) && error.certificate() == shown ? standing : answered).append(error);
    if (!standing.isEmpty())
        m_error = errorOf(*m_reply, shown, standing);
    m_reply->ignoreSslErrors(answered);
}

} // namespace quayside
