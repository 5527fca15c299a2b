// SPDX-License-Identifier: Apache-2.0
#include "cli/logincommands.h"

#include "cli/terminal.h"
#include "model/errortext.h"
#include "model/logintext.h"
#include "oci/peercertificate.h"

#include <QCommandLineParser>
#include <QFileInfo>

#include <algorithm>

namespace quayside {

namespace {

const QString userOption = QStringLiteral("user");
const QString stdinOption = QStringLiteral("password-stdin");
const QString plainHttpOption = QStringLiteral("plain-http");

const QString caOption = QStringLiteral("ca");
const QString certificateOption = QStringLiteral("cert");
const QString keyOption = QStringLiteral("key");
const QString trustOption = QStringLiteral("trust-fingerprint");
const QString tokenServerOption = QStringLiteral("allow-token-server");

const QString loginUsage = QStringLiteral("quaysidectl login [options] HOST");
const QString logoutUsage = QStringLiteral("quaysidectl logout [options] HOST");

const QString loginDescription = QStringLiteral(
    "Tries a login at a registry and keeps it in the desktop's keyring, for the window and for quaysidectl.\n"
    "Asks for the user and the password; the password does not show.\n"
    "\n"
    "  quaysidectl login harbor.example\n"
    "  quaysidectl login -u ci --password-stdin harbor.example:8443 <token.txt\n"
    "\n"
    "A certificate that nobody on this computer knows is shown with its fingerprint, and used only if you\n"
    "trust it; without a terminal, --ca or --trust-fingerprint says so. What was allowed is kept with the\n"
    "registry, for the window too.\n"
    "\n"
    "Logins of docker and podman are read too, so where they have one, none is needed here. Without a "
    "keyring\n"
    "(on a server, say) \"docker login\" or \"podman login\" keeps one for Quayside as well.\n"
    "Exit codes: 0 done, 1 right but not kept, 2 usage, 4 not accepted, 6 the registry cannot be reached.");

const QString logoutDescription = QStringLiteral("Removes Quayside's own login for a registry from the "
                                                 "desktop's keyring. Logins of docker and podman stay.\n"
                                                 "Exit codes: 0 done, 1 the keyring is locked, 2 usage.");

void addCommonOptions(QCommandLineParser &parser)
{
    parser.addOption({plainHttpOption,
                      QStringLiteral("The registry does not encrypt: the password can be read on the way.")});
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this text.")});
    parser.addPositionalArgument(QStringLiteral("HOST"),
                                 QStringLiteral("The registry, e.g. harbor.example or localhost:5000."));
}

void addTrustOptions(QCommandLineParser &parser)
{
    const auto file = QStringLiteral("FILE");
    parser.addOption({caOption,
                      QStringLiteral("The authority that signed the registry's certificate, in PEM form; "
                                     "believed instead of the system's."),
                      file});
    parser.addOption({certificateOption,
                      QStringLiteral("Your own certificate, for a registry that asks for one; with --key."),
                      file});
    parser.addOption({keyOption, QStringLiteral("Its key, without a password."), file});
    parser.addOption({trustOption,
                      QStringLiteral("Trust the certificate with this fingerprint, whoever signed it."),
                      QStringLiteral("SHA256")});
    parser.addOption({tokenServerOption,
                      QStringLiteral("Let the registry send the login to this server, e.g. "
                                     "https://auth.example."),
                      QStringLiteral("SERVER")});
}

bool isYes(const std::optional<QString> &answer)
{
    const QString word = answer.value_or(QString()).trimmed().toLower();
    return word == QLatin1String("y") || word == QLatin1String("yes");
}

QString absolute(const QString &path)
{
    return path.isEmpty() ? path : QFileInfo(path).absoluteFilePath();
}

QString sentence(const Error &error, const ErrorContext &context)
{
    const ErrorText text = ErrorText::of(error, context);
    return text.headline + u' ' + text.reason;
}

} // namespace

LoginCommands::LoginCommands(LoginKeeper *keeper, const Terminal *terminal, QTextStream &out,
                             QTextStream &err)
    : m_keeper(keeper)
    , m_terminal(terminal)
    , m_out(out)
    , m_err(err)
{
    connect(m_keeper, &LoginKeeper::loggedIn, this, &LoginCommands::tellLogin);
    connect(m_keeper, &LoginKeeper::loggedOut, this, &LoginCommands::tellLogout);
}

void LoginCommands::end(ExitCode code)
{
    m_out.flush();
    m_err.flush();
    emit finished(code);
}

void LoginCommands::complain(const QString &message, ExitCode code)
{
    m_err << "quaysidectl: " << message << '\n';
    end(code);
}

std::optional<RegistryAddress> LoginCommands::readHost(QCommandLineParser &parser, const QString &usage,
                                                       const QStringList &arguments)
{
    const QString command = usage.section(u' ', 1, 1);
    const auto wrong = [&](const QString &message) {
        complain(message + QStringLiteral(". Try \"quaysidectl %1 --help\".").arg(command), exitUsage);
        return std::nullopt;
    };
    // Not an unknown option like any other: people have it in their fingers.
    const bool hasPassword = std::any_of(arguments.begin(), arguments.end(), [](const QString &argument) {
        return argument.startsWith(QLatin1String("-p")) ||
               argument.section(u'=', 0, 0) == QLatin1String("--password");
    });
    if (hasPassword)
        return wrong(
            QStringLiteral("there is no --password: everybody on this computer could read it in the list "
                           "of processes. Use --password-stdin, or be asked"));
    if (!parser.parse(QStringList(command) + arguments))
        return wrong(parser.errorText().chopped(parser.errorText().endsWith(u'.') ? 1 : 0));
    if (parser.isSet(QStringLiteral("help"))) {
        m_out << commandHelp(parser, usage);
        end(exitDone);
        return std::nullopt;
    }
    if (parser.positionalArguments().size() != 1)
        return wrong(QStringLiteral("%1 wants one registry").arg(command));
    const QString host = parser.positionalArguments().first();
    const auto plainHttp = parser.isSet(plainHttpOption) ? RegistryAddress::PlainHttp::Allowed
                                                         : RegistryAddress::PlainHttp::Refused;
    const auto registry = RegistryAddress::parse(host, plainHttp);
    if (!registry && registry.error().kind == ErrorKind::PlainHttp)
        return wrong(
            QStringLiteral("%1 does not encrypt, so the password could be read on the way. Allow it with "
                           "--plain-http")
                .arg(host));
    if (!registry)
        return wrong(QStringLiteral("%1 is no registry: %2")
                         .arg(host, QString::fromStdString(registry.error().message)));
    m_host = registry->display();
    return *registry;
}

void LoginCommands::logIn(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(loginDescription);
    parser.addOption({{QStringLiteral("u"), userOption, QStringLiteral("username")},
                      QStringLiteral("The user's name; without it, it is asked for."),
                      QStringLiteral("NAME")});
    parser.addOption({stdinOption, QStringLiteral("Read the password or token from standard input.")});
    addCommonOptions(parser);
    addTrustOptions(parser);
    m_registry = readHost(parser, loginUsage, arguments);
    if (!m_registry || !readAllowed(parser))
        return;
    if (const auto login = readLogin(parser)) {
        m_login = *login;
        m_keeper->logIn(*m_registry, m_login, m_allowed);
    }
}

/// What the settings have, and over it what the options say.
bool LoginCommands::readAllowed(const QCommandLineParser &parser)
{
    m_allowed = m_keeper->allowed(*m_registry);
    TlsSettings &tls = m_allowed.tls;
    if (parser.isSet(certificateOption) != parser.isSet(keyOption)) {
        complain(QStringLiteral("--cert and --key go together"), exitUsage);
        return false;
    }
    if (parser.isSet(certificateOption)) {
        tls.certificateFile = absolute(parser.value(certificateOption));
        tls.keyFile = absolute(parser.value(keyOption));
    }
    if (parser.isSet(caOption))
        tls.caFile = absolute(parser.value(caOption));
    if (parser.isSet(trustOption)) {
        const auto fingerprint = Fingerprint::parse(parser.value(trustOption).toStdString());
        if (!fingerprint) {
            complain(QString::fromStdString(fingerprint.error().message), exitUsage);
            return false;
        }
        tls.pinned = *fingerprint;
    }
    const QString server = parser.value(tokenServerOption);
    if (!server.isEmpty() && !m_allowed.tokenServers.contains(server))
        m_allowed.tokenServers.append(server.endsWith(u'/') ? server.chopped(1) : server);
    return true;
}

std::optional<Login> LoginCommands::readLogin(const QCommandLineParser &parser)
{
    const auto wrong = [this](const char *message) {
        complain(QString::fromUtf8(message), exitUsage);
        return std::nullopt;
    };
    const bool fromStdin = parser.isSet(stdinOption);
    m_fromStdin = fromStdin;
    std::optional<QString> user = parser.value(userOption);
    if (fromStdin && user->isEmpty())
        return wrong("--password-stdin wants the user's name, with -u");
    if (!fromStdin && !m_terminal->isInteractive())
        return wrong("there is no terminal to ask on. Use -u and --password-stdin");
    if (user->isEmpty())
        user = m_terminal->ask(QStringLiteral("User for %1: ").arg(m_host));
    if (!user || user->isEmpty())
        return wrong("no user was given");
    if (user->contains(u':'))
        return wrong("a user's name has no \":\"");
    const auto password = fromStdin
                              ? m_terminal->readSecret()
                              : m_terminal->askSecret(QStringLiteral("Password or token of %1: ").arg(*user));
    if (!password || password->isEmpty())
        return wrong(fromStdin ? "standard input has no password: one line of UTF-8, at most 4096 bytes"
                               : "no password was given");
    return Login{*user, *password};
}

bool LoginCommands::askToTrust(const PeerCertificate &certificate)
{
    if (m_allowed.tls.pinned == certificate.fingerprint)
        return false; // that was not the trouble
    m_err << "SHA-256 " << QString::fromStdString(certificate.fingerprint.toString()) << '\n'
          << "Compare it with what the registry's administrator says.\n";
    m_err.flush();
    if (!isYes(m_terminal->ask(QStringLiteral("Trust this certificate? [y/N] "))))
        return false;
    m_allowed.tls.pinned = certificate.fingerprint;
    return true;
}

bool LoginCommands::askToAllow(const QString &tokenServer)
{
    if (m_allowed.tokenServers.contains(tokenServer))
        return false;
    m_err << m_host << " sends logins to another server, " << tokenServerText(tokenServer)
          << ". It sees your password.\n";
    m_err.flush();
    if (!isYes(m_terminal->ask(
            QStringLiteral("Allow %1 for %2? [y/N] ").arg(tokenServerText(tokenServer), m_host))))
        return false;
    m_allowed.tokenServers.append(tokenServer);
    return true;
}

/// Whether the person has allowed what was in the way.
bool LoginCommands::askFor(const LoginKeeper::LoggedIn &result)
{
    if (m_fromStdin || !m_terminal->isInteractive())
        return false;
    const auto &certificate = result.refused->certificate;
    if (result.refused->kind == ErrorKind::CertificateUntrusted && certificate) {
        ErrorContext context;
        context.registry = m_host;
        m_err << ErrorText::of(*result.refused, context).headline << '\n';
        return askToTrust(*certificate);
    }
    return result.refused->kind == ErrorKind::TokenServerUnknown && askToAllow(result.tokenServer);
}

void LoginCommands::tellRefusal(const LoginKeeper::LoggedIn &result)
{
    ErrorContext context;
    context.registry = m_host;
    context.user = m_login.user;
    context.tokenServer = result.tokenServer;
    context.showedCertificate = !m_allowed.tls.certificateFile.isEmpty();
    const Error &error = *result.refused;
    QString message = sentence(error, context);
    switch (error.kind) {
    case ErrorKind::PlainHttp:
        message += QStringLiteral(" Allow it with --plain-http.");
        break;
    case ErrorKind::CertificateUntrusted:
        message += QStringLiteral(" Trust it with --trust-fingerprint, or who signed it with --ca.");
        break;
    case ErrorKind::ClientCertificate:
        message += QStringLiteral(" Name them with --cert and --key.");
        break;
    case ErrorKind::TokenServerUnknown:
        message += QStringLiteral(" Allow it with --allow-token-server %1.").arg(result.tokenServer);
        break;
    case ErrorKind::Storage:
        message = QString::fromStdString(error.message) + u'.';
        break;
    default:
        break;
    }
    complain(message, exitCodeOf(error.kind));
}

void LoginCommands::tellLogin(const LoginKeeper::LoggedIn &result)
{
    if (result.refused && askFor(result))
        return m_keeper->logIn(*m_registry, m_login, m_allowed);
    if (result.refused)
        return tellRefusal(result);
    if (!result.wasChecked)
        m_err << "quaysidectl: " << m_host
              << " lets everybody in, so whether the login is right shows when it asks for one.\n";
    if (result.notKept)
        return complain(
            QStringLiteral("the login was not kept: %1. \"docker login %2\" or \"podman login %2\" keeps "
                           "it in a file that Quayside reads too.")
                .arg(QString::fromStdString(result.notKept->message), m_host),
            exitFailed);
    m_out << "Logged in to " << m_host << " as " << m_login.user << ". The login is in the keyring.\n";
    end(exitDone);
}

void LoginCommands::logOut(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(logoutDescription);
    addCommonOptions(parser);
    if (const auto registry = readHost(parser, logoutUsage, arguments))
        m_keeper->logOut(*registry);
}

void LoginCommands::tellLogout(const LoginKeeper::LoggedOut &result)
{
    if (result.error)
        return complain(QStringLiteral("the login for %1 was not removed: %2.")
                            .arg(m_host, QString::fromStdString(result.error->message)),
                        exitFailed);
    if (result.wasThere)
        m_out << "Logged out of " << m_host << ": the login was removed from the keyring.\n";
    else
        m_out << "Quayside has no login of its own for " << m_host << ".\n";
    for (LoginOrigin other : result.others) {
        other.helper.clear(); // any text may stand there
        m_err << "quaysidectl: " << loginPlace(other) << " still has a login; \"" << loginTool(other)
              << " logout " << m_host << "\" removes it.\n";
    }
    end(exitDone);
}

} // namespace quayside
