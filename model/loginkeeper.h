// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registryconfig.h"
#include "registryclient/logins/registrylogins.h"

#include <QCoroTask>
#include <QObject>
#include <QStringList>

#include <memory>
#include <optional>

namespace quayside {

class OwnLogins;
class RegistryClient;
class RegistryList;
class Transport;

/// Logs in to a registry: tries the login there, then keeps it, and what the person has allowed for that, in
/// the settings. And out again.
class LoginKeeper : public QObject
{
    Q_OBJECT
public:
    /// What a login may need beside itself, as RegistryConfig keeps it.
    struct Allowed
    {
        TlsSettings tls;
        QStringList tokenServers;
    };
    struct LoggedIn
    {
        /// Why it was not kept at all: what the registry, or the way to it, said.
        std::optional<Error> refused;
        QString tokenServer; ///< Of TokenServerUnknown: what Allowed::tokenServers would allow.
        /// The registry asked for the login. One that lets everybody in does not: it may be wrong.
        bool wasChecked = false;
        /// Why it is not in the keyring.
        std::optional<Error> notKept;
    };
    struct LoggedOut
    {
        bool wasThere = false;
        std::optional<Error> error; ///< The keyring could not be changed.
        QList<LoginOrigin> others;  ///< What docker's and podman's files have for this registry.
    };

    /// All must outlive this and the coroutines that it has begun.
    LoginKeeper(Transport *transport, OwnLogins *own, ForeignLogins foreign, RegistryList *registries,
                QObject *parent = nullptr);

    /// What the settings have for this registry.
    Allowed allowed(const RegistryAddress &registry) const;
    void logIn(const RegistryAddress &registry, const Login &login, const Allowed &allowed);
    /// Forgets Quayside's own login; docker's and podman's stay.
    void logOut(const RegistryAddress &registry);

signals:
    void loggedIn(const quayside::LoginKeeper::LoggedIn &result);
    void loggedOut(const quayside::LoginKeeper::LoggedOut &result);

private:
    QCoro::Task<> logInNow(std::shared_ptr<RegistryClient> client, Login login, Allowed allowed);
    std::optional<RegistryConfig> configOf(const RegistryAddress &registry) const;
    void keep(const RegistryAddress &registry, const Allowed &allowed);
    QCoro::Task<> logOutNow(RegistryAddress registry);

    Transport *m_transport;
    OwnLogins *m_own;
    ForeignLogins m_foreign;
    RegistryList *m_registries;
};

} // namespace quayside
