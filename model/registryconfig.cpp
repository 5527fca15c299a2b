// SPDX-License-Identifier: Apache-2.0
#include "model/registryconfig.h"

#include "model/wildcard.h"
#include "oci/qtconversions.h"

#include <QCoreApplication>

#include <algorithm>

namespace quayside {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("RegistryConfig", source);
}

/// A letter is what * and ? may stand for wherever a name goes on.
std::string example(QStringView pattern)
{
    QString name = pattern.toString();
    name.replace(u'*', u'x').replace(u'?', u'x');
    return toStdString(name);
}

} // namespace

RegistryConfig localRegistryConfig()
{
    RegistryConfig config;
    config.id = QString::fromUtf16(localRegistryId);
    config.name = text("Local");
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

std::optional<QString> tagPatternProblem(const QString &pattern, const QString &address)
{
    if (pattern.startsWith(address + u'/'))
        return text("Leave the registry's address out: team/api:latest");
    const qsizetype colon = pattern.indexOf(u':');
    if (colon < 0 && pattern.contains(u'/'))
        return text("The tag is missing: %1:*").arg(pattern);
    if (colon >= 0 && !RepositoryName::parse(example(QStringView(pattern).left(colon))))
        return text("\"%1\" is not the name of a repository.").arg(pattern.left(colon));
    const QString tag = pattern.mid(colon + 1);
    if (!Tag::parse(example(tag)))
        return text("\"%1\" is not a tag: letters, digits, _ . and -, with * and ? for any.").arg(tag);
    return std::nullopt;
}

std::optional<Error> refusalToChange(const RegistryConfig &config)
{
    if (config.mode != RegistryMode::ReadOnly)
        return std::nullopt;
    return Error{ErrorKind::ReadOnly, 0, setToReadOnly, "this registry is set to read-only"};
}

} // namespace quayside
