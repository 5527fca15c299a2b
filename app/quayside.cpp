// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"
#include "app/check.h"
#include "app/privatememory.h"
#include "app/singleinstance.h"
#include "app/unixsignals.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QTextStream>

#include <sys/stat.h>
#include <unistd.h>

using namespace quayside;

namespace {

struct Arguments
{
    QString open;    ///< What to show; untrusted text.
    QString picture; ///< Of --check; empty without it.
};

Arguments parseArguments(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Browse and manage container registries; deletes can be undone."));
    const QCommandLineOption check(
        QStringLiteral("check"),
        QStringLiteral("Start, ask the embedded registry for /v2/, save a picture of the "
                       "window to FILE, and end."),
        QStringLiteral("FILE"));
    parser.addOption(check);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("reference"),
                                 QStringLiteral("A registry or an image to show."),
                                 QStringLiteral("[reference]"));
    parser.process(application);
    return {parser.positionalArguments().value(0), parser.value(check)};
}

int run(QApplication &application, const Arguments &arguments)
{
    const bool checking = !arguments.picture.isEmpty();
    SingleInstance instance(UserFiles::locate().runtime);
    if (!checking && !instance.claim())
        return instance.handOver(arguments.open) ? 0 : 1;

    UnixSignals unixSignals;
    Application program(application);
    int exitCode = 0;
    QObject::connect(&instance, &SingleInstance::activationRequested, &program, &Application::open);
    QObject::connect(&unixSignals, &UnixSignals::terminationRequested, &program, &Application::shutDown);
    // Queued: the window must not be destroyed while it handles its own closing.
    QObject::connect(&application, &QGuiApplication::lastWindowClosed, &program, &Application::shutDown,
                     Qt::QueuedConnection);
    QObject::connect(&program, &Application::finished, &application,
                     [&exitCode] { QCoreApplication::exit(exitCode); });

    std::unique_ptr<Check> check;
    if (checking) {
        check = std::make_unique<Check>(program, arguments.picture);
        QObject::connect(check.get(), &Check::finished, &program, [&program, &exitCode](int code) {
            exitCode = code;
            program.shutDown();
        });
    }
    program.start();
    if (!arguments.open.isEmpty())
        program.open(arguments.open);
    return application.exec();
}

} // namespace

int main(int argc, char *argv[])
{
    keepMemoryPrivate();
    umask(077); // what this program makes is the user's own
    UnixSignals::block();
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("quayside"));
    QApplication::setApplicationDisplayName(QStringLiteral("Quayside"));
    QApplication::setApplicationVersion(QStringLiteral(QUAYSIDE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("quayside"));
    QApplication::setQuitOnLastWindowClosed(false); // the program ends when what runs has ended
    if (geteuid() == 0)
        QTextStream(stderr) << "quayside: running as root; its files will belong to root." << Qt::endl;
    return run(application, parseArguments(application));
}
