// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registrysession.h"

#include <QList>
#include <QObject>

#include <memory>
#include <vector>

namespace quayside {

class LocalRegistryControl;
class Logins;
class RegistryList;
class Transport;
class UndoJournal;

/// Keeps one session per configured registry, the embedded one first.
class SessionManager : public QObject
{
    Q_OBJECT
public:
    /// Everything must outlive this. Without `local` there is no embedded registry, without `logins` every
    /// session is anonymous.
    SessionManager(RegistryList *registries, LocalRegistryControl *local, Transport *transport,
                   UndoJournal *journal, Logins *logins = nullptr, QObject *parent = nullptr);
    ~SessionManager() override;

    QList<RegistrySession *> sessions() const;
    /// Null if there is none.
    RegistrySession *session(const QString &id) const;
    /// The embedded registry's; null without one.
    RegistrySession *local() const;
    /// LocalRegistryControl::freeBytes()
    std::optional<qint64> localFreeBytes() const;
    RegistryList *registries() const { return m_registries; }
    Transport *transport() const { return m_transport; }
    /// Null if there are none.
    Logins *logins() const { return m_logins; }

    /// Pins a repository that the person named, in the settings too.
    void pin(const QString &registryId, const RepositoryName &repository);
    void unpin(const QString &registryId, const RepositoryName &repository);

    /// Uses a login that the person has given, from now on; `remember`: in the keyring too.
    void logIn(const QString &registryId, const Login &login, bool remember);
    /// Uses one of those that there are.
    void chooseLogin(const QString &registryId, LoginChoice choice);
    /// Forgets the login that was given here, and uses the first that is left.
    void logOut(const QString &registryId);

signals:
    void sessionAdded(quayside::RegistrySession *session);
    /// Still whole; destroyed right afterwards.
    void sessionAboutToBeRemoved(quayside::RegistrySession *session);
    void sessionRemoved(const QString &id);

private:
    RegistrySession *addSession(const RegistryConfig &config);
    void removeSession(const QString &id);
    void updateSession(const QString &id);
    void followLocal();
    void useLogin(RegistryConfig config, LoginChoice choice, const QString &user);
    void askAgainForLogins();
    void setPinned(const QString &registryId, const RepositoryName &repository, bool pinned);

    RegistryList *m_registries;
    LocalRegistryControl *m_local;
    Transport *m_transport;
    UndoJournal *m_journal;
    Logins *m_logins;
    std::vector<std::unique_ptr<RegistrySession>> m_sessions;
};

} // namespace quayside
