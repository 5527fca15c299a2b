// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

class QCoreApplication;

namespace quayside {

class LoginCommands;

/// Runs `quaysidectl login` or `logout` with the user's keyring and login files. Returns the exit code.
int runLogin(QCoreApplication &application, void (LoginCommands::*command)(const QStringList &),
             const QStringList &arguments);

} // namespace quayside
