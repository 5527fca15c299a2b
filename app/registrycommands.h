// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

class QCoreApplication;

namespace quayside {

/// Whether quaysidectl has a command of this name that talks to registries: rm, undo, ...
bool isRegistryCommand(const QString &name);

/// Runs one with the user's settings, journal and logins. SIGINT and SIGTERM let it finish what it has begun.
/// Returns the exit code.
int runRegistryCommand(QCoreApplication &application, const QString &name, const QStringList &arguments);

} // namespace quayside
