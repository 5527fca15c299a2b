// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/logins/loginfile.h"

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

/// The registries named in the files, each once, in their order. Only names are taken: no login, no secret,
/// and nobody is contacted. Files and keys that LoginFile leaves out name none.
QList<KnownRegistry> knownRegistries(const QList<LoginFilePlace> &places);

} // namespace quayside
