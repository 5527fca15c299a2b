// SPDX-License-Identifier: Apache-2.0
#include "app/userfiles.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace quayside {

namespace {

QString privateDirectory(QStandardPaths::StandardLocation location)
{
    const auto path = QDir(QStandardPaths::writableLocation(location)).filePath(QStringLiteral("quayside"));
    if (!QDir(path).exists() && QDir().mkpath(path))
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

} // namespace

UserFiles UserFiles::locate()
{
    const auto data = privateDirectory(QStandardPaths::GenericDataLocation);
    const auto config = privateDirectory(QStandardPaths::GenericConfigLocation);
    // Qt makes one up in /tmp, and complains, if there is none.
    const bool hasRuntime = !qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR");
    const auto runtime =
        hasRuntime ? QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) : QString();
    return {QDir(config).filePath(QStringLiteral("quayside.conf")), data,
            QDir(data).filePath(QStringLiteral("store")), runtime.isEmpty() ? data : runtime};
}

} // namespace quayside
