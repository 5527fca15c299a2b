// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registrysession.h"

#include <QList>
#include <QObject>

#include <memory>
#include <vector>

namespace quayside {

class LocalRegistryControl;
class RegistryList;
class Transport;
class UndoJournal;

/// Keeps one session per configured registry, the embedded one first.
class SessionManager : public QObject
{
    Q_OBJECT
public:
    /// Everything must outlive this. `local` may be null: no embedded registry then.
    SessionManager(RegistryList *registries, LocalRegistryControl *local, Transport *transport,
                   UndoJournal *journal, QObject *parent = nullptr);
    ~SessionManager() override;

    QList<RegistrySession *> sessions() const;
    /// Null if there is none.
    RegistrySession *session(const QString &id) const;
    /// The embedded registry's; null without one.
    RegistrySession *local() const;
    RegistryList *registries() const { return m_registries; }
    Transport *transport() const { return m_transport; }

    /// Pins a repository that the person named, in the settings too.
    void pin(const QString &registryId, const RepositoryName &repository);
    void unpin(const QString &registryId, const RepositoryName &repository);

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
    void setPinned(const QString &registryId, const RepositoryName &repository, bool pinned);

    RegistryList *m_registries;
    LocalRegistryControl *m_local;
    Transport *m_transport;
    UndoJournal *m_journal;
    std::vector<std::unique_ptr<RegistrySession>> m_sessions;
};

} // namespace quayside
