// SPDX-License-Identifier: Apache-2.0
#include "model/loginkeeper.h"

#include "model/registrylist.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/registryclient.h"

namespace quayside {

LoginKeeper::LoginKeeper(Transport *transport, OwnLogins *own, ForeignLogins foreign,
                         RegistryList *registries, QObject *parent)
    : QObject(parent)
    , m_transport(transport)
    , m_own(own)
    , m_foreign(std::move(foreign))
    , m_registries(registries)
{}

std::optional<RegistryConfig> LoginKeeper::configOf(const RegistryAddress &registry) const
{
    for (const RegistryConfig &config : m_registries->configs()) {
        if (addressOf(config) == registry)
            return config;
    }
    return std::nullopt;
}

LoginKeeper::Allowed LoginKeeper::allowed(const RegistryAddress &registry) const
{
    const auto config = configOf(registry);
    return config ? Allowed{config->tls, config->tokenServers} : Allowed();
}

/// A registry that the settings do not know is added only where there is something to keep.
void LoginKeeper::keep(const RegistryAddress &registry, const Allowed &allowed)
{
    auto config = configOf(registry);
    const bool isNew = !config;
    if (isNew && allowed.tls == TlsSettings() && allowed.tokenServers.isEmpty())
        return;
    if (isNew) {
        config = RegistryConfig();
        config->name = registry.display();
        config->address = registry.base().toString(QUrl::RemovePath);
        config->insecure = !registry.isEncrypted() && !registry.isLoopback();
    }
    config->tls = allowed.tls;
    config->tokenServers = allowed.tokenServers;
    if (isNew)
        m_registries->add(*config);
    else
        m_registries->update(*config);
}

void LoginKeeper::logIn(const RegistryAddress &registry, const Login &login, const Allowed &allowed)
{
    Access access{std::make_shared<KnownLogin>(login), allowed.tokenServers, allowed.tls};
    logInNow(RegistryClient::create(m_transport, registry, std::move(access)), login, allowed);
}

void LoginKeeper::logOut(const RegistryAddress &registry)
{
    logOutNow(registry);
}

QCoro::Task<> LoginKeeper::logInNow(std::shared_ptr<RegistryClient> client, Login login, Allowed allowed)
{
    LoggedIn result;
    const auto ping = co_await client->ping();
    if (!ping) {
        result.refused = ping.error();
        result.tokenServer = client->unknownTokenServer();
        emit loggedIn(result);
        co_return;
    }
    result.wasChecked = client->hasLogin();
    keep(client->address(), allowed);
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
