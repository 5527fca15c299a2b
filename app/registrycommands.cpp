// SPDX-License-Identifier: Apache-2.0
#include "app/registrycommands.h"

#include "app/unixsignals.h"
#include "app/userfiles.h"
#include "cli/deletedcommand.h"
#include "cli/lscommand.h"
#include "cli/restorecommand.h"
#include "cli/rmcommand.h"
#include "cli/tagscommand.h"
#include "cli/terminal.h"
#include "cli/undocommand.h"
#include "model/hostsessions.h"
#include "model/logins.h"
#include "model/registrylist.h"
#include "model/settings.h"
#include "model/undojournal.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/transport.h"

#include <QCoreApplication>
#include <QSettings>
#include <QTextStream>
#include <QTimer>

#include <map>
#include <unistd.h>

namespace quayside {

namespace {

constexpr auto patience = std::chrono::seconds(5);

using MakeCommand = std::unique_ptr<RegistryCommand> (*)(const CommandContext &context);

template <typename Command>
std::unique_ptr<RegistryCommand> make(const CommandContext &context)
{
    return std::make_unique<Command>(context);
}

const std::map<QString, MakeCommand> &commands()
{
    static const std::map<QString, MakeCommand> all{
        {QStringLiteral("deleted"), make<DeletedCommand>}, {QStringLiteral("ls"), make<LsCommand>},
        {QStringLiteral("restore"), make<RestoreCommand>}, {QStringLiteral("rm"), make<RmCommand>},
        {QStringLiteral("tags"), make<TagsCommand>},       {QStringLiteral("undo"), make<UndoCommand>}};
    return all;
}

TransportOptions transportOptions()
{
    TransportOptions options;
    options.userAgent = QByteArrayLiteral("Quayside/" QUAYSIDE_VERSION " (ctl)");
    return options;
}

KeyringOptions keyringOptions()
{
    KeyringOptions options;
    options.timeout = std::chrono::minutes(1); // nothing else waits while the person unlocks it
    return options;
}

/// Coroutines that wait for an answer end when their session is gone; the transport says when the last has.
void waitForRequests(QCoreApplication &application, Transport &transport)
{
    if (transport.running() == 0)
        return;
    QObject::connect(&transport, &Transport::idle, &application, &QCoreApplication::quit);
    QTimer::singleShot(patience, &application, &QCoreApplication::quit);
    application.exec();
}

} // namespace

bool isRegistryCommand(const QString &name)
{
    return commands().contains(name);
}

int runRegistryCommand(QCoreApplication &application, const QString &name, const QStringList &arguments)
{
    UnixSignals unixSignals; // before any thread
    const auto files = UserFiles::locate();
    QSettings settingsStore(files.settings, QSettings::IniFormat);
    const Settings settings(&settingsStore);
    RegistryList registries(&settingsStore);
    Transport transport(transportOptions());
    UndoJournal journal(files.data, UndoJournal::commandLine);
    Keyring keyring(keyringOptions());
    OwnLogins ownLogins(&keyring);
    Logins logins(&ownLogins, ForeignLogins());
    auto sessions = std::make_unique<HostSessions>(&registries, settings.values().localPort, &transport,
                                                   &journal, &logins);
    const Terminal terminal(STDIN_FILENO, STDERR_FILENO);
    QTextStream out(stdout);
    QTextStream err(stderr);
    auto command =
        commands().at(name)({sessions.get(), &journal, &terminal, out, err, isatty(STDERR_FILENO) == 1});
    QObject::connect(&unixSignals, &UnixSignals::terminationRequested, command.get(), &RegistryCommand::stop);
    // Queued: a command may end before the loop runs.
    QObject::connect(
        command.get(), &RegistryCommand::finished, &application,
        [](int code) { QCoreApplication::exit(code); }, Qt::QueuedConnection);
    command->start(arguments);
    const int code = application.exec();
    command.reset();
    sessions.reset();
    waitForRequests(application, transport);
    return code;
}

} // namespace quayside
