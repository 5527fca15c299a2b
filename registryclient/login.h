// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "oci/repositoryname.h"
#include "registryclient/registryaddress.h"

#include <QByteArray>
#include <QCoroTask>
#include <QString>

#include <optional>
#include <stop_token>
#include <utility>

namespace quayside {

/// What a person shows a registry: a user name and password, or an identity token. Never written anywhere by
/// this library.
struct Login
{
    /// Empty beside an identity token: the token says who it is.
    QString user;
    QString password;
    /// An OAuth 2 refresh token in place of the password: docker's "identitytoken", a credential helper's
    /// user
    /// "<token>". Goes to token servers alone, never to the registry. Empty for a password.
    QString identityToken = {};

    bool isIdentityToken() const { return !identityToken.isEmpty(); }
    bool operator==(const Login &) const = default;
};

/// "Basic …": the value of an Authorization header (RFC 7617).
inline QByteArray basicAuthorization(const QString &user, const QString &password)
{
    return "Basic " + (user + u':' + password).toUtf8().toBase64();
}

/// Where logins come from: the keychain, docker's and podman's files, or a person's typing. Asked only after
/// a registry has asked for a login, once per registry and repository until the client is told to ask again.
class LoginSource
{
public:
    virtual ~LoginSource() = default;

    /// The login for exactly this registry (host and port), and this repository of it where one is concerned:
    /// docker's and podman's files may hold one login per repository. Nothing: there is none, stay anonymous.
    /// May take long: a keyring waits for the person to unlock it. Errors: whatever keeps the login from
    /// being read; the request that needed it fails with that. `Cancelled` after `stop`.
    virtual QCoro::Task<Result<std::optional<Login>>>
    login(RegistryAddress registry, std::optional<RepositoryName> repository, std::stop_token stop) = 0;
};

/// A login that is in memory already.
class KnownLogin final : public LoginSource
{
public:
    explicit KnownLogin(std::optional<Login> login)
        : m_login(std::move(login))
    {}

    QCoro::Task<Result<std::optional<Login>>> login(RegistryAddress, std::optional<RepositoryName>,
                                                    std::stop_token) override
    {
        const auto copy = m_login;
        co_return copy;
    }

private:
    std::optional<Login> m_login;
};

} // namespace quayside
