// SPDX-License-Identifier: Apache-2.0
#include "model/registryconfig.h"

#include "model/wildcard.h"
#include "oci/qtconversions.h"

#include <QCoreApplication>

#include <algorithm>

namespace quayside {

RegistryConfig localRegistryConfig()
{
    RegistryConfig config;
    config.id = QString::fromUtf16(localRegistryId);
    config.name = QCoreApplication::translate("RegistryConfig", "Local");
    return config;
}

Result<RegistryAddress> addressOf(const RegistryConfig &config)
{
    const auto plainHttp =
        config.insecure ? RegistryAddress::PlainHttp::Allowed : RegistryAddress::PlainHttp::Refused;
    return RegistryAddress::parse(config.address, plainHttp);
}

bool isProtected(const QStringList &patterns, const RepositoryName &repository, const Tag &tag)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const QString &text) {
        const std::string pattern = toStdString(text.trimmed());
        const auto colon = pattern.find(':');
        if (colon == std::string::npos)
            return matchesWildcard(pattern, tag.toString());
        return matchesWildcard(std::string_view(pattern).substr(0, colon), repository.toString()) &&
               matchesWildcard(std::string_view(pattern).substr(colon + 1), tag.toString());
    });
}

} // namespace quayside
