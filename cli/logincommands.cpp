// SPDX-License-Identifier: Apache-2.0
#include "cli/logincommands.h"

#include "cli/terminal.h"
#include "model/errortext.h"
#include "model/logintext.h"

#include <QCommandLineParser>

#include <algorithm>

namespace quayside {

namespace {

const QString userOption = QStringLiteral("user");
const QString stdinOption = QStringLiteral("password-stdin");
const QString plainHttpOption = QStringLiteral("plain-http");

const QString loginUsage = QStringLiteral("quaysidectl login [options] HOST");
const QString logoutUsage = QStringLiteral("quaysidectl logout [options] HOST");

const QString loginDescription = QStringLiteral(
    "Tries a login at a registry and keeps it in the desktop's keyring, for the window and for quaysidectl.\n"
    "Asks for the user and the password; the password does not show.\n"
    "\n"
    "  quaysidectl login harbor.example\n"
    "  quaysidectl login -u ci --password-stdin harbor.example:8443 <token.txt\n"
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

QString sentence(const Error &error, const ErrorContext &context)
{
    const ErrorText text = ErrorText::of(error, context);
    return text.headline + u' ' + text.reason;
}

} // namespace

LoginCommands::LoginCommands(LoginKeeper *keeper, Terminal *terminal, QTextStream &out, QTextStream &err)
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
    const auto registry = readHost(parser, loginUsage, arguments);
    if (!registry)
        return;
    if (const auto login = readLogin(parser)) {
        m_user = login->user;
        m_keeper->logIn(*registry, *login);
    }
}

std::optional<Login> LoginCommands::readLogin(const QCommandLineParser &parser)
{
    const auto wrong = [this](const char *message) {
        complain(QString::fromUtf8(message), exitUsage);
        return std::nullopt;
    };
    const bool fromStdin = parser.isSet(stdinOption);
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

void LoginCommands::tellLogin(const LoginKeeper::LoggedIn &result)
{
    if (result.refused) {
        ErrorContext context;
        context.registry = m_host;
        context.user = m_user;
        QString message = sentence(*result.refused, context);
        if (result.refused->kind == ErrorKind::PlainHttp)
            message += QStringLiteral(" Allow it with --plain-http.");
        return complain(message, exitCodeOf(result.refused->kind));
    }
    if (!result.wasChecked)
        m_err << "quaysidectl: " << m_host
              << " lets everybody in, so whether the login is right shows when it asks for one.\n";
    if (result.notKept)
        return complain(
            QStringLiteral("the login was not kept: %1. \"docker login %2\" or \"podman login %2\" keeps "
                           "it in a file that Quayside reads too.")
                .arg(QString::fromStdString(result.notKept->message), m_host),
            exitFailed);
    m_out << "Logged in to " << m_host << " as " << m_user << ". The login is in the keyring.\n";
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
