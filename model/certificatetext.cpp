// SPDX-License-Identifier: Apache-2.0
#include "model/certificatetext.h"

#include "oci/peercertificate.h"
#include "oci/qtconversions.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>

namespace quayside {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("CertificateText", source);
}

QString dayOf(std::int64_t seconds)
{
    return QLocale().toString(QDateTime::fromSecsSinceEpoch(seconds).date(), QStringLiteral("d MMMM yyyy"));
}

/// "a.example, b.example"; at most three of them.
QString namesOf(const PeerCertificate &peer)
{
    constexpr std::size_t shown = 3;
    QStringList names;
    for (std::size_t i = 0; i < peer.names.size() && i < shown; ++i)
        names << toQString(peer.names[i]);
    if (names.isEmpty())
        return text("nobody");
    const QString list = names.join(QLatin1String(", "));
    return peer.names.size() <= shown ? list : text("%1 and others").arg(list);
}

ErrorText untrustedCertificate(const PeerCertificate &peer, const QString &host)
{
    const bool selfSigned = peer.problem == PeerCertificate::Problem::SelfSigned;
    return {(selfSigned ? text("The certificate of %1 is signed by nobody but itself.")
                        : text("The certificate of %1 is not signed by anyone this computer trusts."))
                .arg(host),
            text("SHA-256 %1 Compare it with the administrator's.").arg(fingerprintText(peer.fingerprint)),
            {ErrorAction::TrustCertificate, ErrorAction::ChooseCaFile, ErrorAction::Cancel},
            {},
            {}};
}

ErrorText peerCertificate(const PeerCertificate &peer, const QString &host)
{
    const QString onlyTheOther = text("Only the administrator can fix this.");
    switch (peer.problem) {
    case PeerCertificate::Problem::Expired:
        return {text("The certificate of %1 expired on %2.").arg(host, dayOf(peer.validUntil)),
                onlyTheOther,
                {ErrorAction::TryAgain},
                {},
                {}};
    case PeerCertificate::Problem::NotYetValid:
        return {text("The certificate of %1 is not valid before %2.").arg(host, dayOf(peer.validFrom)),
                text("Is this computer's clock right? Else only the administrator can fix this."),
                {ErrorAction::TryAgain},
                {},
                {}};
    case PeerCertificate::Problem::WrongName:
        return {text("This certificate is for %1, not %2.").arg(namesOf(peer), host),
                onlyTheOther,
                {ErrorAction::EditAddress},
                {},
                {}};
    case PeerCertificate::Problem::UnknownIssuer:
    case PeerCertificate::Problem::SelfSigned:
        break;
    }
    return untrustedCertificate(peer, host);
}

ErrorText unreadableCertificate(const QString &host)
{
    return {text("%1 shows no certificate that can be read.").arg(host),
            text("Only the administrator can fix this."),
            {ErrorAction::TryAgain},
            {},
            {}};
}

ErrorText ownCertificate(const QString &host, bool showedOurs)
{
    return {
        (showedOurs ? text("%1 does not accept your certificate.") : text("%1 wants a certificate from you."))
            .arg(host),
        text("The administrator gives out a certificate and its key, as two files."),
        {ErrorAction::ChooseCertificate},
        {},
        {}};
}

} // namespace

QString fingerprintText(const Fingerprint &fingerprint)
{
    QString whole = toQString(fingerprint.toString());
    return whole.insert((whole.size() + 1) / 2, u' ');
}

ErrorText certificateText(const Error &error, const QString &host, bool showedOurs)
{
    if (error.kind == ErrorKind::ClientCertificate)
        return ownCertificate(host, showedOurs);
    return error.certificate ? peerCertificate(*error.certificate, host) : unreadableCertificate(host);
}

} // namespace quayside
