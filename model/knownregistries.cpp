// SPDX-License-Identifier: Apache-2.0
#include "model/knownregistries.h"

#include "registryclient/registryaddress.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include <algorithm>

namespace quayside {

namespace {

constexpr qint64 mostBytes = 1024 * 1024;

/// "https://index.docker.io/v1/" and "ghcr.io/owner" name the hosts docker.io and ghcr.io.
QString hostOf(const QString &key)
{
    const qsizetype scheme = key.indexOf(QStringLiteral("://"));
    const QString host = (scheme < 0 ? key : key.mid(scheme + 3)).section(u'/', 0, 0);
    return host == QStringLiteral("index.docker.io") ? QStringLiteral("docker.io") : host;
}

QStringList keysOf(const QString &path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly) || file.size() > mostBytes)
        return {};
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    QStringList keys = root[QStringLiteral("auths")].toObject().keys();
    keys += root[QStringLiteral("credHelpers")].toObject().keys();
    return keys;
}

} // namespace

QList<LoginFile> loginFiles()
{
    const QString home = QDir::homePath();
    const QString docker = qEnvironmentVariable("DOCKER_CONFIG", home + QStringLiteral("/.docker")) +
                           QStringLiteral("/config.json");
    const QString podman = QStringLiteral("/containers/auth.json");
    QList<LoginFile> files{{docker, QStringLiteral("docker")}};
    for (const QString &path :
         {qEnvironmentVariable("REGISTRY_AUTH_FILE"),
          QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + podman,
          QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + podman}) {
        if (!path.isEmpty())
            files.append({path, QStringLiteral("podman")});
    }
    return files;
}

QList<KnownRegistry> knownRegistries(const QList<LoginFile> &files)
{
    QList<KnownRegistry> found;
    for (const LoginFile &file : files) {
        for (const QString &key : keysOf(file.path)) {
            const QString host = hostOf(key);
            const auto isSame = [&](const KnownRegistry &other) { return other.address == host; };
            if (RegistryAddress::parse(host) && std::none_of(found.begin(), found.end(), isSame))
                found.append({host, file.tool, QFileInfo(file.path).fileName()});
        }
    }
    return found;
}

} // namespace quayside
