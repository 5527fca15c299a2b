// SPDX-License-Identifier: Apache-2.0
#include "model/sessionmanager.h"

#include "model/localregistrycontrol.h"
#include "model/logins.h"
#include "model/registrylist.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

SessionManager::SessionManager(RegistryList *registries, LocalRegistryControl *local, Transport *transport,
                               UndoJournal *journal, Logins *logins, QObject *parent)
    : QObject(parent)
    , m_registries(registries)
    , m_local(local)
    , m_transport(transport)
    , m_journal(journal)
    , m_logins(logins)
{
    if (m_local) {
        addSession(m_registries->local());
        connect(m_local, &LocalRegistryControl::stateChanged, this, &SessionManager::followLocal);
        followLocal();
    }
    for (const auto &config : m_registries->configs()) {
        addSession(config);
        updateSession(config.id);
    }
    connect(m_registries, &RegistryList::added, this, [this](const QString &id) {
        RegistrySession *added = addSession(*m_registries->config(id));
        updateSession(id);
        emit sessionAdded(added);
    });
    connect(m_registries, &RegistryList::updated, this, &SessionManager::updateSession);
    connect(m_registries, &RegistryList::removed, this, &SessionManager::removeSession);
    if (m_logins)
        connect(m_logins, &Logins::keyringUnlocked, this, &SessionManager::askAgainForLogins);
}

SessionManager::~SessionManager() = default;

QList<RegistrySession *> SessionManager::sessions() const
{
    QList<RegistrySession *> sessions;
    for (const auto &session : m_sessions)
        sessions.append(session.get());
    return sessions;
}

RegistrySession *SessionManager::session(const QString &id) const
{
    const auto found = std::find_if(m_sessions.begin(), m_sessions.end(),
                                    [&](const auto &session) { return session->id() == id; });
    return found == m_sessions.end() ? nullptr : found->get();
}

RegistrySession *SessionManager::local() const
{
    return session(QString::fromUtf16(localRegistryId));
}

std::optional<qint64> SessionManager::localFreeBytes() const
{
    return m_local ? m_local->freeBytes() : std::nullopt;
}

RegistrySession *SessionManager::addSession(const RegistryConfig &config)
{
    m_sessions.push_back(std::make_unique<RegistrySession>(config, m_transport, m_journal));
    RegistrySession *added = m_sessions.back().get();
    if (m_logins && !added->isLocal())
        added->setLogins(m_logins->sourceFor(config.login));
    return added;
}

void SessionManager::updateSession(const QString &id)
{
    RegistrySession *updated = session(id);
    if (updated && updated->isLocal())
        return updated->setConfig(m_registries->local());
    const auto config = m_registries->config(id);
    if (!updated || !config)
        return;
    const bool sameLogin = updated->config().login == config->login;
    updated->setConfig(*config);
    const auto address = addressOf(*config);
    if (address)
        updated->setAddress(*address);
    else
        updated->setAddress({}, address.error());
    if (!sameLogin && m_logins)
        updated->setLogins(m_logins->sourceFor(config->login));
}

void SessionManager::removeSession(const QString &id)
{
    const auto found = std::find_if(m_sessions.begin(), m_sessions.end(),
                                    [&](const auto &session) { return session->id() == id; });
    if (found == m_sessions.end())
        return;
    emit sessionAboutToBeRemoved(found->get());
    const auto removed = std::move(*found);
    m_sessions.erase(found);
    emit sessionRemoved(id);
}

void SessionManager::followLocal()
{
    RegistrySession *session = local();
    if (m_local->state() != LocalRegistryControl::State::Running) {
        session->setAddress({}, m_local->reason());
        return;
    }
    const auto address = RegistryAddress::parse(m_local->url().toString());
    if (!address) {
        session->setAddress({}, address.error());
        return;
    }
    session->setAddress(*address);
    session->open();
}

void SessionManager::pin(const QString &registryId, const RepositoryName &repository)
{
    setPinned(registryId, repository, true);
}

void SessionManager::unpin(const QString &registryId, const RepositoryName &repository)
{
    setPinned(registryId, repository, false);
}

void SessionManager::logIn(const QString &registryId, const Login &login, bool remember)
{
    const auto config = m_registries->config(registryId);
    const auto address = config ? addressOf(*config) : fail(ErrorKind::NotFound, "no such registry");
    if (!address || !m_logins)
        return;
    m_logins->keep(*address, login, remember);
    useLogin(*config, LoginChoice::Own, login.user);
}

void SessionManager::chooseLogin(const QString &registryId, LoginChoice choice)
{
    if (const auto config = m_registries->config(registryId))
        useLogin(*config, choice, config->user);
}

void SessionManager::logOut(const QString &registryId)
{
    const auto config = m_registries->config(registryId);
    const auto address = config ? addressOf(*config) : fail(ErrorKind::NotFound, "no such registry");
    if (!address || !m_logins)
        return;
    m_logins->forget(*address);
    useLogin(*config, LoginChoice::Automatic, {});
}

/// Asks for the login again also where the choice stays: behind it there is another one now.
void SessionManager::useLogin(RegistryConfig config, LoginChoice choice, const QString &user)
{
    const bool sameChoice = config.login == choice;
    config.login = choice;
    config.user = user;
    m_registries->update(config); // updateSession() follows another choice
    if (sameChoice && m_logins)
        session(config.id)->setLogins(m_logins->sourceFor(choice));
}

/// What the keyring has could not be read before.
void SessionManager::askAgainForLogins()
{
    for (const auto &session : m_sessions) {
        if (session->state() == RegistrySession::State::NeedsLogin || session->lacksKeyring())
            session->setLogins(m_logins->sourceFor(session->config().login));
    }
}

void SessionManager::setPinned(const QString &registryId, const RepositoryName &repository, bool pinned)
{
    auto config = m_registries->config(registryId);
    if (!config)
        return;
    const QString name = toQString(repository.toString());
    config->pinned.removeAll(name);
    if (pinned)
        config->pinned.append(name);
    m_registries->update(*config);
}

} // namespace quayside
