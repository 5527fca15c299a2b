// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/logins/registrylogins.h"

#include <QCoroTask>
#include <QObject>

#include <memory>
#include <optional>

namespace quayside {

class OwnLogins;
class RegistryClient;
class Transport;

/// Logs in to a registry: tries the login there, then keeps it. And out again.
class LoginKeeper : public QObject
{
    Q_OBJECT
public:
    struct LoggedIn
    {
        /// Why it was not kept at all: what the registry, or the way to it, said.
        std::optional<Error> refused;
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

    /// Both must outlive this and the coroutines that it has begun.
    LoginKeeper(Transport *transport, OwnLogins *own, ForeignLogins foreign, QObject *parent = nullptr);

    void logIn(const RegistryAddress &registry, const Login &login);
    /// Forgets Quayside's own login; docker's and podman's stay.
    void logOut(const RegistryAddress &registry);

signals:
    void loggedIn(const quayside::LoginKeeper::LoggedIn &result);
    void loggedOut(const quayside::LoginKeeper::LoggedOut &result);

private:
    QCoro::Task<> logInNow(std::shared_ptr<RegistryClient> client, Login login);
    QCoro::Task<> logOutNow(RegistryAddress registry);

    Transport *m_transport;
    OwnLogins *m_own;
    ForeignLogins m_foreign;
};

} // namespace quayside
