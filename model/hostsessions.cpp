// SPDX-License-Identifier: Apache-2.0
#include "model/hostsessions.h"

#include "model/journalrecord.h"
#include "model/logins.h"
#include "model/registrylist.h"

#include <algorithm>

namespace quayside {

namespace {

RegistryConfig localAt(const QString &address, const RegistryList &registries)
{
    RegistryConfig local = registries.local();
    local.address = address;
    return local;
}

} // namespace

HostSessions::HostSessions(RegistryList *registries, int localPort, Transport *transport,
                           UndoJournal *journal, Logins *logins)
    : m_registries(registries)
    , m_localPort(localPort)
    , m_transport(transport)
    , m_journal(journal)
    , m_logins(logins)
{}

HostSessions::~HostSessions() = default;

Result<RegistrySession *> HostSessions::at(const QString &host, RegistryAddress::PlainHttp plainHttp)
{
    const auto address = RegistryAddress::parse(host, plainHttp);
    if (!address)
        return tl::unexpected(address.error());
    return session(configAt(*address));
}

Result<RegistrySession *> HostSessions::of(const JournalOperation &operation,
                                           RegistryAddress::PlainHttp plainHttp)
{
    if (const auto config = m_registries->config(operation.registryId))
        return session(*config);
    const auto address = RegistryAddress::parse(operation.registry, plainHttp);
    if (!address)
        return tl::unexpected(address.error());
    RegistryConfig config = configAt(*address);
    config.id = operation.registryId; // what is put back is marked under the id that it was deleted under
    return session(config);
}

RegistrySession *HostSessions::local()
{
    if (m_localPort == 0)
        return nullptr;
    return session(localAt(QStringLiteral("localhost:%1").arg(m_localPort), *m_registries)).value_or(nullptr);
}

RegistryConfig HostSessions::configAt(const RegistryAddress &address) const
{
    if (!address.isLoopback() || address.port() != m_localPort)
        return m_registries->at(address);
    return localAt(address.display(), *m_registries);
}

QList<RegistryConfig> HostSessions::known() const
{
    QList<RegistryConfig> all;
    if (m_localPort != 0)
        all.append(localAt(QStringLiteral("localhost:%1").arg(m_localPort), *m_registries));
    return all + m_registries->configs();
}

Result<RegistrySession *> HostSessions::session(const RegistryConfig &config)
{
    const auto isSame = [&](const auto &session) { return session->id() == config.id; };
    const auto known = std::find_if(m_sessions.begin(), m_sessions.end(), isSame);
    if (known != m_sessions.end())
        return known->get();
    const auto address = addressOf(config);
    if (!address)
        return tl::unexpected(address.error());
    auto made = std::make_unique<RegistrySession>(config, m_transport, m_journal);
    if (!made->isLocal())
        made->setLogins(m_logins->sourceFor(config.login));
    made->setAddress(*address);
    m_sessions.push_back(std::move(made));
    return m_sessions.back().get();
}

} // namespace quayside
