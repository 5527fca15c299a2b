// SPDX-License-Identifier: Apache-2.0
#include "app/login.h"

#include "app/userfiles.h"
#include "cli/logincommands.h"
#include "cli/terminal.h"
#include "model/loginkeeper.h"
#include "model/registrylist.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/transport.h"

#include <QCoreApplication>
#include <QSettings>
#include <QTextStream>

#include <unistd.h>

namespace quayside {

int runLogin(QCoreApplication &application, void (LoginCommands::*command)(const QStringList &),
             const QStringList &arguments)
{
    TransportOptions transportOptions;
    transportOptions.userAgent = QByteArrayLiteral("Quayside/" QUAYSIDE_VERSION " (ctl)");
    Transport transport(transportOptions);
    KeyringOptions keyringOptions;
    keyringOptions.timeout = std::chrono::minutes(1); // nothing else waits while the person unlocks it
    Keyring keyring(keyringOptions);
    OwnLogins own(&keyring);
    QSettings settings(UserFiles::locate().settings, QSettings::IniFormat);
    RegistryList registries(&settings);
    LoginKeeper keeper(&transport, &own, ForeignLogins(), &registries);
    Terminal terminal(STDIN_FILENO, STDERR_FILENO);
    QTextStream out(stdout);
    QTextStream err(stderr);
    LoginCommands commands(&keeper, &terminal, out, err);
    // Queued: a command may end before the loop runs, and the coroutine that ends it must have ended first.
    QObject::connect(
        &commands, &LoginCommands::finished, &application, [](int code) { QCoreApplication::exit(code); },
        Qt::QueuedConnection);
    (commands.*command)(arguments);
    return application.exec();
}

} // namespace quayside
