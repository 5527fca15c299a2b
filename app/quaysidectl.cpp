// SPDX-License-Identifier: Apache-2.0
#include "app/localstoremaintenance.h"
#include "app/login.h"
#include "app/privatememory.h"
#include "app/registrycommands.h"
#include "app/serve.h"
#include "app/userfiles.h"
#include "cli/commandline.h"
#include "cli/logincommands.h"
#include "cli/serveoptions.h"
#include "cli/storecommands.h"

#include <QCoreApplication>
#include <QStringList>
#include <QTextStream>

#include <sys/stat.h>

using namespace quayside;

namespace {

const char *const usage = R"(quaysidectl: see, clean up and undo, on any OCI registry

Look      ls [REGISTRY[/PATH]]     repositories; alone: your registries
          tags REPO                tags, newest first (--match, --same-as, --sort, --untagged)
Change    rm REF...                remove tags; an image goes with its last tag (--recursive: a repository)
Undo      undo [OPERATION|FILE]    take back the last change
          deleted [REGISTRY|REPO]  what can come back, until when
          restore REF...           put back single tags or images
Access    login HOST               keep a login for a registry; docker's and podman's are read too
          logout HOST              forget it again
Own store serve                    serve a store as a registry
          check [--repair]         look for damage in a store that is not served
          purge --all              remove what was deleted for good, before another registry serves the store

REF = HOST/REPO:TAG or HOST/REPO@DIGEST. Commands that change never guess the host.
"quaysidectl help undo" says what undo promises, and so for the others.
)";

int complain(const QString &message)
{
    QTextStream(stderr) << "quaysidectl: " << message << '\n';
    return exitUsage;
}

int runServe(QCoreApplication &application, const QStringList &arguments)
{
    if (arguments.contains(QStringLiteral("--help")) || arguments.contains(QStringLiteral("-h"))) {
        QTextStream(stdout) << ServeOptions::help();
        return exitDone;
    }
    const auto options = ServeOptions::parse(arguments);
    if (!options)
        return complain(QString::fromStdString(options.error().message) +
                        QStringLiteral("\nTry \"quaysidectl serve --help\"."));
    return serve(application, *options);
}

int runOnStore(int (StoreCommands::*command)(const QStringList &), const QStringList &arguments)
{
    LocalStoreMaintenance maintenance;
    QTextStream out(stdout);
    QTextStream err(stderr);
    StoreCommands commands(maintenance, UserFiles::locate().store, out, err);
    return (commands.*command)(arguments);
}

} // namespace

int main(int argc, char *argv[])
{
    keepMemoryPrivate();
    umask(077); // what this program makes is the user's own
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("quayside"));
    QCoreApplication::setApplicationVersion(QStringLiteral(QUAYSIDE_VERSION));

    auto arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"help" && arguments.size() > 2)
        arguments = {arguments[0], arguments[2], QStringLiteral("--help")};
    const auto command = arguments.value(1);
    if (isRegistryCommand(command))
        return runRegistryCommand(application, command, arguments.mid(2));
    if (command == u"login")
        return runLogin(application, &LoginCommands::logIn, arguments.mid(2));
    if (command == u"logout")
        return runLogin(application, &LoginCommands::logOut, arguments.mid(2));
    if (command == u"serve")
        return runServe(application, arguments.mid(2));
    if (command == u"check")
        return runOnStore(&StoreCommands::check, arguments.mid(2));
    if (command == u"purge")
        return runOnStore(&StoreCommands::purge, arguments.mid(2));
    if (command == u"--version") {
        QTextStream(stdout) << "quaysidectl " << QUAYSIDE_VERSION << '\n';
        return exitDone;
    }
    if (command == u"--help" || command == u"-h" || command == u"help") {
        QTextStream(stdout) << usage;
        return exitDone;
    }
    if (command.isEmpty()) {
        QTextStream(stderr) << usage;
        return exitUsage;
    }
    return complain(QStringLiteral("there is no command \"%1\". Try \"quaysidectl --help\".").arg(command));
}
