// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/testca.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace quayside::test {

class TokenServer;

/// The real `docker-registry` (distribution 2.8.2 on Debian 12) on a free port of 127.0.0.1, with a store of
/// its own that goes away with it.
class DockerRegistry
{
public:
    struct Options
    {
        bool deletes = true;
        /// Wants the login `user` / `password`.
        bool login = false;
        /// Wants tokens of this server.
        const TokenServer *tokens = nullptr;
        /// The name for this computer by which the registry names that server.
        QString tokenHost = QStringLiteral("127.0.0.1");
        /// Speaks TLS with this certificate; plain HTTP without one.
        TestCa::Files tls;
        /// Wants a certificate that this authority (a PEM file) has signed from everybody.
        QString clientCa;
        /// Sent as Warning headers with every answer.
        QList<QByteArray> warnings;
        /// The store's directory; a temporary one if empty.
        QString root;
    };
    static constexpr const char *user = "ada";
    static constexpr const char *password = "correct horse";

    DockerRegistry() = default;
    ~DockerRegistry();

    /// Whether the program is installed.
    static bool isInstalled();
    /// Starts it and waits until it listens. False if it ended or said nothing for 10 s; see log().
    bool start(const Options &options);
    /// Ends it; start() may follow with the same root.
    void stop();
    /// `docker-registry garbage-collect` on its store, also while it runs. False if that failed.
    bool collectGarbage() const;

    QUrl url() const;
    /// "127.0.0.1:port"
    QString host() const;
    QString root() const { return m_root; }
    const QByteArray &log() const { return m_log; }

private:
    QByteArray configuration(const Options &options) const;
    QString configFile() const;
    bool readPort();

    QTemporaryDir m_directory;
    QString m_root;
    QProcess m_process;
    QByteArray m_log;
    quint16 m_port = 0;
    bool m_isEncrypted = false;
};

} // namespace quayside::test
