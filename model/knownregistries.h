// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace quayside {

/// A registry that another tool on this computer has a login for.
struct KnownRegistry
{
    QString address; ///< As RegistryAddress::parse takes it.
    QString tool;    ///< "docker" or "podman".
    QString file;    ///< "config.json" or "auth.json".

    bool operator==(const KnownRegistry &) const = default;
};

/// A login file of another tool; it need not exist.
struct LoginFile
{
    QString path;
    QString tool;
};

/// Where docker and podman keep their logins for this user ($DOCKER_CONFIG, $REGISTRY_AUTH_FILE,
/// $XDG_RUNTIME_DIR and their defaults; containers-auth.json(5)).
QList<LoginFile> loginFiles();

/// The registries named in the files, each once, in their order. Only names are taken: no login, no secret,
/// and nobody is contacted. Files that are not there, over 1 MiB or no JSON object name none; neither do keys
/// that are no address.
QList<KnownRegistry> knownRegistries(const QList<LoginFile> &files);

} // namespace quayside
