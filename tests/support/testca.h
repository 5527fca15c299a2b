// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/fingerprint.h"

#include <QDateTime>
#include <QString>
#include <QTemporaryDir>

namespace quayside::test {

/// A certificate authority of the test's own, made with the openssl command. Its files go away with it.
class TestCa
{
public:
    /// PEM files.
    struct Files
    {
        QString certificate;
        QString key;
    };
    /// What a certificate says; valid from an hour ago for a day unless told otherwise.
    struct Subject
    {
        QString name = QStringLiteral("tests"); ///< Qt takes it for a host's name beside the others.
        /// openssl's form: "DNS:localhost,IP:127.0.0.1".
        QString alternatives = QStringLiteral("IP:127.0.0.1,DNS:localhost");
        QDateTime from = QDateTime::currentDateTimeUtc().addSecs(-3600);
        QDateTime until = QDateTime::currentDateTimeUtc().addDays(1);
    };

    /// Whether openssl is installed and the authority could be made.
    bool start();
    QString file() const { return m_directory.filePath(QStringLiteral("ca.pem")); }
    /// A certificate for a server or a client. Empty names if openssl failed.
    Files issue(const Subject &subject);
    /// The same, signed by its own key instead.
    Files selfSigned(const Subject &subject);

    /// What the openssl command says it is.
    static Fingerprint fingerprint(const QString &certificateFile);

private:
    Files sign(const Subject &subject, const QStringList &by);
    QString path(const QString &name) const { return m_directory.filePath(name); }

    QTemporaryDir m_directory;
    int m_issued = 0;
};

} // namespace quayside::test
