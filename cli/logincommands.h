// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/commandline.h"
#include "model/loginkeeper.h"

#include <QObject>
#include <QStringList>
#include <QTextStream>

#include <optional>

class QCommandLineParser;

namespace quayside {

struct PeerCertificate;
class Terminal;

/// `quaysidectl login` and `quaysidectl logout`.
class LoginCommands : public QObject
{
    Q_OBJECT
public:
    /// All must outlive this.
    LoginCommands(LoginKeeper *keeper, const Terminal *terminal, QTextStream &out, QTextStream &err);

    /// `arguments`: the words after the command. May ask the person, and wait for it. `finished` follows, at
    /// the earliest from here.
    void logIn(const QStringList &arguments);
    void logOut(const QStringList &arguments);

signals:
    void finished(int exitCode);

private:
    void end(ExitCode code);
    void complain(const QString &message, ExitCode code);
    /// Nothing if the command has ended: help was wanted, or the words are wrong.
    std::optional<RegistryAddress> readHost(QCommandLineParser &parser, const QString &usage,
                                            const QStringList &arguments);
    std::optional<Login> readLogin(const QCommandLineParser &parser);
    bool readAllowed(const QCommandLineParser &parser);
    bool askFor(const LoginKeeper::LoggedIn &result);
    bool askToTrust(const PeerCertificate &certificate);
    bool askToAllow(const QString &tokenServer);
    void tellRefusal(const LoginKeeper::LoggedIn &result);
    void tellLogin(const LoginKeeper::LoggedIn &result);
    void tellLogout(const LoginKeeper::LoggedOut &result);

    LoginKeeper *m_keeper;
    const Terminal *m_terminal;
    QTextStream &m_out;
    QTextStream &m_err;
    std::optional<RegistryAddress> m_registry;
    QString m_host; ///< Of the registry, as messages name it.
    Login m_login;
    LoginKeeper::Allowed m_allowed;
    bool m_fromStdin = false; ///< The password came from there: nobody can be asked.
};

} // namespace quayside
