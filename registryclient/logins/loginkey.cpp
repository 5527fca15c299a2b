// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/loginkey.h"

#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

const QString dockerHub = QStringLiteral("docker.io");

/// One name for all names of Docker Hub.
QString canonicalHost(const QString &host)
{
    const bool isHub =
        host == QLatin1String("index.docker.io") || host == QLatin1String("registry-1.docker.io");
    return isHub ? dockerHub : host;
}

struct KeyParts
{
    QString scheme; ///< Lower-case; empty for none.
    QString host;   ///< With its port.
    QString path;   ///< Without "/" at its ends.
};

KeyParts split(QStringView text)
{
    KeyParts parts;
    if (const qsizetype end = text.indexOf(QLatin1String("://")); end >= 0) {
        parts.scheme = text.left(end).toString().toLower();
        text = text.mid(end + 3);
    }
    const qsizetype slash = text.indexOf(u'/');
    parts.host = (slash < 0 ? text : text.left(slash)).toString();
    parts.path = slash < 0 ? QString() : text.mid(slash + 1).toString();
    if (parts.path.endsWith(u'/'))
        parts.path.chop(1);
    return parts;
}

bool isApiRoot(const QString &path)
{
    return path == QLatin1String("v1") || path == QLatin1String("v2");
}

bool namesPort(const QString &host)
{
    return host.indexOf(u':', host.lastIndexOf(u']') + 1) >= 0;
}

} // namespace

std::optional<LoginKey> LoginKey::parse(QStringView text)
{
    const bool hasSpace = std::any_of(text.begin(), text.end(), [](QChar c) { return c.isSpace(); });
    if (hasSpace || text.startsWith(QLatin1String("://")))
        return std::nullopt;
    const KeyParts parts = split(text);
    const QString scheme = parts.scheme.isEmpty() ? QStringLiteral("https") : parts.scheme;
    // Refuses other schemes, user info and whatever else is no host and port.
    const auto address = RegistryAddress::parse(scheme + QLatin1String("://") + parts.host,
                                                RegistryAddress::PlainHttp::Allowed);
    if (!address)
        return std::nullopt;

    LoginKey key;
    key.m_host = canonicalHost(address->host());
    key.m_registry = key.m_host == dockerHub ? dockerHub : address->display();
    if (!parts.scheme.isEmpty() || namesPort(parts.host))
        key.m_port = address->port();
    key.m_encrypted = parts.scheme == QLatin1String("https");
    if (parts.path.isEmpty() || (!parts.scheme.isEmpty() && isApiRoot(parts.path)))
        return key;
    if (!parts.scheme.isEmpty() && isApiRoot(parts.path.section(u'/', 0, 0)))
        return std::nullopt;
    const auto repository = RepositoryName::parse(toStdString(parts.path));
    if (!repository)
        return std::nullopt;
    key.m_repository = *repository;
    return key;
}

bool LoginKey::matches(const RegistryAddress &registry, const std::optional<RepositoryName> &repository) const
{
    const bool isUsualPort = registry.base().port() < 0;
    if (canonicalHost(registry.host()) != m_host || (m_encrypted && !registry.isEncrypted()) ||
        (m_port ? *m_port != registry.port() : !isUsualPort))
        return false;
    if (!m_repository)
        return true;
    if (!repository)
        return false;
    const std::string &whole = m_repository->toString();
    const std::string &wanted = repository->toString();
    return wanted == whole || wanted.starts_with(whole + '/');
}

QString serverName(const RegistryAddress &registry)
{
    const bool isHub = canonicalHost(registry.host()) == dockerHub && registry.base().port() < 0;
    return isHub ? QStringLiteral("https://index.docker.io/v1/") : registry.display();
}

} // namespace quayside
