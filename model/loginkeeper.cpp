// SPDX-License-Identifier: Apache-2.0
#include "model/loginkeeper.h"

#include "registryclient/logins/ownlogins.h"
#include "registryclient/registryclient.h"

namespace quayside {

LoginKeeper::LoginKeeper(Transport *transport, OwnLogins *own, ForeignLogins foreign, QObject *parent)
    : QObject(parent)
    , m_transport(transport)
    , m_own(own)
    , m_foreign(std::move(foreign))
{}

void LoginKeeper::logIn(const RegistryAddress &registry, const Login &login)
{
    logInNow(RegistryClient::create(m_transport, registry, login), login);
}

void LoginKeeper::logOut(const RegistryAddress &registry)
{
    logOutNow(registry);
}

QCoro::Task<> LoginKeeper::logInNow(std::shared_ptr<RegistryClient> client, Login login)
{
    LoggedIn result;
    const auto ping = co_await client->ping();
    if (!ping) {
        result.refused = ping.error();
        emit loggedIn(result);
        co_return;
    }
    result.wasChecked = client->hasLogin();
    const auto kept = co_await m_own->keep(client->address(), login);
    if (!kept)
        result.notKept = kept.error();
    emit loggedIn(result);
}

QCoro::Task<> LoginKeeper::logOutNow(RegistryAddress registry)
{
    LoggedOut result;
    const auto found = co_await m_own->find(registry);
    result.wasThere = found && found->has_value();
    const auto forgotten = co_await m_own->forget(registry);
    if (!forgotten)
        result.error = forgotten.error();
    result.others = m_foreign.offers(registry);
    emit loggedOut(result);
}

} // namespace quayside
