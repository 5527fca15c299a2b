// SPDX-License-Identifier: Apache-2.0

// Serves a store until SIGTERM or SIGINT: registryserver DIRECTORY [PORT]. Prints its URL when it is ready.
#include "localregistry/localregistry.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/signalfd.h>

namespace {

int openSignals()
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    return signalfd(-1, &wanted, SFD_CLOEXEC);
}

} // namespace

int main(int argc, char **argv)
{
    const int signalDescriptor = openSignals(); // before any thread begins
    QCoreApplication application(argc, argv);
    if (argc < 2) {
        std::fputs("usage: registryserver DIRECTORY [PORT]\n", stderr);
        return 2;
    }
    quayside::LocalRegistryOptions options;
    options.store.root = argv[1];
    options.store.allowSparseIndex = true;
    options.listen = {{std::nullopt, static_cast<quint16>(argc > 2 ? std::atoi(argv[2]) : 0)}};
    quayside::LocalRegistry registry(options);
    if (const auto started = registry.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    std::printf("%s\n", qPrintable(registry.url().toString()));
    std::fflush(stdout);
    QSocketNotifier notifier(signalDescriptor, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &registry, [&] {
        notifier.setEnabled(false);
        registry.stop();
    });
    QObject::connect(&registry, &quayside::LocalRegistry::stopped, &application, &QCoreApplication::quit);
    return application.exec();
}
