// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"
#include "registryclient/registryaddress.h"

#include <QString>
#include <QStringView>

#include <optional>

namespace quayside {

/// What a login in docker's or podman's file is for: a registry, or one of its repositories and all below it
/// (containers-auth.json(5)). "reg.example", "reg.example:5000", "https://index.docker.io/v1/",
/// "ghcr.io/owner".
class LoginKey
{
public:
    /// Nothing if the text names no registry. With a scheme the paths /v1/ and /v2/ are the API's root, and
    /// what is below them is no repository (docker keeps tokens of its own there).
    static std::optional<LoginKey> parse(QStringView text);

    /// Whether the login is for this registry, and for this repository of it where one is concerned: the same
    /// host and port, never a part of a name. A key without a port means the usual one; a key that says
    /// https is not for a registry that does not encrypt. All names of Docker Hub are one registry.
    bool matches(const RegistryAddress &registry, const std::optional<RepositoryName> &repository) const;

    /// "reg.example:5000", as RegistryAddress::parse takes it; "docker.io" for Docker Hub.
    const QString &registry() const { return m_registry; }
    bool isWholeRegistry() const { return !m_repository; }
    /// How exact the key is: the length of its repository's name, 0 for the whole registry.
    std::size_t repositoryLength() const { return m_repository ? m_repository->toString().size() : 0; }

private:
    LoginKey() = default;

    QString m_registry;
    QString m_host;                ///< Canonical, see the source.
    std::optional<quint16> m_port; ///< Nothing: the usual one of the registry's scheme.
    bool m_encrypted = false;      ///< The key says https.
    std::optional<RepositoryName> m_repository;
};

/// What docker calls a registry where it keeps logins: "https://index.docker.io/v1/" for Docker Hub, else
/// "host[:port]".
QString serverName(const RegistryAddress &registry);

} // namespace quayside
