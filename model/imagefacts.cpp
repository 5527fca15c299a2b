// SPDX-License-Identifier: Apache-2.0
#include "model/imagefacts.h"

#include <QSysInfo>

namespace quayside {

namespace {

/// The name that images use for a processor.
std::string imageArchitecture(const QString &qtName)
{
    if (qtName == QLatin1String("x86_64"))
        return "amd64";
    if (qtName == QLatin1String("i386"))
        return "386";
    return qtName.toStdString(); // "arm64", "arm", "riscv64" are the same
}

} // namespace

const Platform &thisPlatform()
{
    static const Platform platform{"linux", imageArchitecture(QSysInfo::currentCpuArchitecture()), {}};
    return platform;
}

std::optional<QDateTime> trustedDate(std::optional<Timestamp> time, const QDateTime &now)
{
    if (!time)
        return {};
    const auto date = QDateTime::fromSecsSinceEpoch(time->time_since_epoch().count(), Qt::UTC);
    constexpr int firstYear = 2013; // there were no images before
    constexpr int clockSkew = 24 * 3600;
    if (date.date().year() < firstYear || date > now.addSecs(clockSkew))
        return {};
    return date;
}

} // namespace quayside
