// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/copykeeper.h"
#include "model/deleteplan.h"
#include "model/journalrecord.h"
#include "model/lifetime.h"
#include "model/operation.h"
#include "model/restoreimages.h"

#include <QCoroTask>
#include <QList>
#include <QObject>

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace quayside {

class CheckDeleted;
class CopyOffer;
class DeleteImages;
class ForgetDeleted;
class LoadSamples;
class PlanDelete;
class RegistryClient;
class RegistrySession;
class SessionManager;
class UndoJournal;

/// Starts operations, owns them while they run, and knows what can be undone. Operations that have ended
/// stay valid until the next turn of the event loop; what is to be kept is in the journal.
class OperationHistory : public QObject
{
    Q_OBJECT
public:
    /// Both must outlive this.
    OperationHistory(SessionManager *sessions, UndoJournal *journal, QObject *parent = nullptr);
    ~OperationHistory() override;

    /// Looks what a delete would do. Never changes anything; not in the journal.
    PlanDelete *planDelete(RegistrySession *session, DeleteRequest request);
    DeleteImages *deleteImages(DeletePlan plan, Confirmation confirmation);
    /// What a full copy in Local before that would take; null where none is offered: Local does not run, the
    /// registry keeps what is deleted itself, or no image goes.
    std::unique_ptr<CopyOffer> offerCopy(const DeletePlan &plan) const;
    RestoreImages *restore(RegistrySession *session, std::vector<RestoreItem> items);
    /// Undoes what an undo file tells, on the registry of this session.
    RestoreImages *restoreFile(RegistrySession *session, UndoRecord record);
    /// Looks which of these could come back, for the session's list. Not in the journal.
    CheckDeleted *checkDeleted(RegistrySession *session, std::vector<RestoreItem> items);
    /// Forgets how to put these back. Not in the journal: it is the journal that forgets.
    ForgetDeleted *forgetDeleted(RegistrySession *session, const std::vector<RestoreItem> &items);
    LoadSamples *loadSamples(RegistrySession *session);

    /// What Undo would take back in this repository: the newest delete there that is not undone.
    std::optional<JournalOperation> undoable(const QString &registryId, const QString &repository) const;
    /// Takes an operation back; null if it is not known, undone, or being undone.
    RestoreImages *undo(const QString &operationId);

    /// Those that run now, the newest last.
    QList<Operation *> running() const;
    /// What the journal knows, newest first; running ones included.
    const std::vector<JournalOperation> &operations() const { return m_operations; }
    /// Why nothing can be deleted: the journal cannot be written.
    std::optional<Error> journalError() const { return m_journalError; }
    UndoJournal *journal() const { return m_journal; }

    /// Asks everything that runs to stop.
    void stopAll();

signals:
    void operationStarted(quayside::Operation *operation);
    void operationFinished(quayside::Operation *operation);
    /// undoable() or operations() changed.
    void changed();

private:
    template <typename T>
    T *run(std::unique_ptr<T> operation);
    void ended(Operation *operation);
    void remember(const JournalOperation &record);
    void reload();
    QCoro::Task<> reloadNow(std::stop_token stop);
    std::shared_ptr<RegistryClient> localClient() const;
    void follow(DeleteImages *operation, RegistrySession *session);
    static void readAgainAfter(Operation *operation, RegistrySession *session,
                               const RepositoryName &repository);
    QCoro::Task<> findPlaceholders(std::stop_token stop);
    void repairWhenReady(RegistrySession *session);
    bool isBeingUndone(const QString &operationId) const;

    SessionManager *m_sessions;
    UndoJournal *m_journal;
    std::vector<std::unique_ptr<Operation>> m_running;
    std::vector<JournalOperation> m_operations;
    std::optional<Error> m_journalError;
    std::set<QString> m_toRepair; ///< Ids of registries where a placeholder may have been left.
    bool m_reloading = false;
    bool m_reloadAgain = false;
    CopyKeeper m_copies;
    Lifetime m_lifetime;
};

} // namespace quayside
