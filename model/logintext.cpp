// SPDX-License-Identifier: Apache-2.0
#include "model/logintext.h"

#include <QCoreApplication>

namespace quayside {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("LoginText", source);
}

} // namespace

QString loginTool(const LoginOrigin &origin)
{
    switch (origin.choice) {
    case LoginChoice::Docker:
        return QStringLiteral("docker");
    case LoginChoice::Podman:
        return QStringLiteral("podman");
    default:
        return {};
    }
}

QString loginPlace(const LoginOrigin &origin)
{
    if (origin.choice == LoginChoice::Own)
        return text("given here");
    const QString tool = loginTool(origin);
    if (tool.isEmpty())
        return {};
    const QString file = text("%1's %2").arg(tool, origin.file);
    return origin.helper.isEmpty() ? file : text("%1, by %2").arg(file, origin.helper);
}

QString loginLine(const LoginOrigin &origin)
{
    const QString place = loginPlace(origin);
    if (origin.user.isEmpty())
        return place;
    return origin.choice == LoginChoice::Own ? text("%1, %2").arg(origin.user, place)
                                             : text("%1, from %2").arg(origin.user, place);
}

} // namespace quayside
