// SPDX-License-Identifier: Apache-2.0
#include "registryclient/tlssettings.h"

#include "oci/qtconversions.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

#include <array>
#include <tuple>

namespace quayside {

namespace {

constexpr qint64 largestFile = 4 * 1024 * 1024;

tl::unexpected<Error> failed(const QString &file, const char *what)
{
    return fail(ErrorKind::Storage, toStdString(file) + what);
}

Result<QByteArray> contents(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failed(path, " cannot be read");
    return file.read(largestFile);
}

Result<QList<QSslCertificate>> readCertificates(const QString &path)
{
    const auto pem = contents(path);
    if (!pem)
        return tl::unexpected(pem.error());
    auto certificates = QSslCertificate::fromData(*pem, QSsl::Pem);
    if (certificates.isEmpty())
        return failed(path, " has no certificate in PEM form");
    return certificates;
}

Result<QSslKey> readKey(const QString &path)
{
    const auto pem = contents(path);
    if (!pem)
        return tl::unexpected(pem.error());
    for (const auto algorithm : std::array{QSsl::Ec, QSsl::Rsa}) {
        QSslKey key(*pem, algorithm);
        if (!key.isNull())
            return key;
    }
    return failed(path, " has no RSA or elliptic curve key in PEM form that opens without a password");
}

Result<void> addClientCertificate(const TlsSettings &settings, QSslConfiguration &tls)
{
    const auto certificates = readCertificates(settings.certificateFile);
    if (!certificates)
        return tl::unexpected(certificates.error());
    const auto key = readKey(settings.keyFile);
    if (!key)
        return tl::unexpected(key.error());
    tls.setLocalCertificateChain(*certificates);
    tls.setPrivateKey(*key);
    return {};
}

} // namespace

std::strong_ordering TlsSettings::operator<=>(const TlsSettings &other) const
{
    const auto texts = [](const TlsSettings &settings) {
        return std::array{&settings.caFile, &settings.certificateFile, &settings.keyFile};
    };
    const auto mine = texts(*this);
    const auto others = texts(other);
    for (std::size_t i = 0; i < mine.size(); ++i) {
        if (const int order = mine[i]->compare(*others[i]); order != 0)
            return order <=> 0;
    }
    return pinned <=> other.pinned;
}

Result<QSslConfiguration> tlsConfiguration(const TlsSettings &settings)
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    if (!settings.caFile.isEmpty()) {
        const auto authorities = readCertificates(settings.caFile);
        if (!authorities)
            return tl::unexpected(authorities.error());
        tls.setCaCertificates(*authorities);
    }
    if (!settings.certificateFile.isEmpty() || !settings.keyFile.isEmpty()) {
        if (const auto added = addClientCertificate(settings, tls); !added)
            return tl::unexpected(added.error());
    }
    return tls;
}

} // namespace quayside
