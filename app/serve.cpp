// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include "app/unixsignals.h"
#include "app/userfiles.h"
#include "cli/serveoptions.h"
#include "localregistry/localregistry.h"
#include "model/settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QTextStream>

namespace quayside {

namespace {

constexpr quint16 usualPort = 5000;

// The port that image names on this computer contain: the one that Local has fixed, if it ever ran.
quint16 localPort(const UserFiles &files)
{
    QSettings store(files.settings, QSettings::IniFormat);
    const Settings settings(&store);
    const int port = settings.values().localPort;
    return port > 0 && port <= 65535 ? quint16(port) : usualPort;
}

LocalRegistryOptions registryOptions(const ServeOptions &serve)
{
    const auto files = UserFiles::locate();
    LocalRegistryOptions options;
    const auto root = serve.root.isEmpty() ? files.store : QDir::current().absoluteFilePath(serve.root);
    options.store.root = root.toStdString();
    options.store.readOnly = serve.readOnly;
    options.store.deletesEnabled = !serve.noDelete;
    options.store.allowSparseIndex = serve.allowSparseIndex;
    options.store.trashRetention = serve.trashRetention;
    options.store.trashUntagged = serve.trashUntagged;
    options.allowPurge = serve.allowPurge;
    options.allowedHosts = serve.allowedHosts;
    options.threads = serve.threads;
    options.maxConnections = serve.maxConnections;
    options.listen.clear();
    for (const auto &listen : serve.listen)
        options.listen.push_back({listen.address, listen.port});
    if (options.listen.empty())
        options.listen.push_back({std::nullopt, localPort(files)});
    options.store.problemListener = [](const std::string &problem) {
        QTextStream(stderr) << "quaysidectl: warning: " << QString::fromStdString(problem) << '\n';
    };
    return options;
}

} // namespace

int serve(QCoreApplication &application, const ServeOptions &serveOptions)
{
    UnixSignals unixSignals;
    const auto options = registryOptions(serveOptions);
    LocalRegistry registry(options);
    QObject::connect(&unixSignals, &UnixSignals::terminationRequested, &registry, &LocalRegistry::stop);
    QObject::connect(&registry, &LocalRegistry::stopped, &application, &QCoreApplication::quit);

    if (const auto started = registry.start(); !started) {
        QTextStream(stderr) << "quaysidectl: " << QString::fromStdString(started.error().message) << '\n';
        return 1;
    }
    QTextStream(stdout) << "Serving " << registry.url().toString() << " from "
                        << QString::fromStdString(options.store.root.string()) << Qt::endl;
    return application.exec();
}

} // namespace quayside
