// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/operation.h"
#include "model/restorestep.h"
#include "model/undofile.h"

#include <QCoroTask>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace quayside {

class RegistrySession;
class UndoJournal;

/// Puts images and tags back: on a Quayside registry out of its trash, elsewhere by reading one byte of each
/// blob and pushing the manifests again. A tag that names something else by now is reported, not taken back.
class RestoreImages : public Operation
{
    Q_OBJECT
public:
    RestoreImages(RegistrySession *session, UndoJournal *journal, std::vector<RestoreItem> items,
                  QObject *parent = nullptr);
    /// Undoes an operation of the journal: everything that it deleted.
    RestoreImages(RegistrySession *session, UndoJournal *journal, JournalOperation operation,
                  QObject *parent = nullptr);
    /// Undoes what an undo file tells: everything that is not there any more comes back.
    RestoreImages(RegistrySession *session, UndoJournal *journal, UndoRecord record,
                  QObject *parent = nullptr);
    ~RestoreImages() override;

    /// Before start(): where full copies are. Null if Local does not run: what only a copy has does not come
    /// back.
    void setCopySource(std::shared_ptr<RegistryClient> local);

    /// Tags that were not set, since they name another image now.
    const std::vector<Tag> &tagsLeft() const { return m_tagsLeft; }
    /// Blobs and children that are gone: what they belong to was not put back.
    const std::vector<Digest> &missing() const { return m_missing; }
    /// The operation that this undoes; empty for a restore out of a list.
    const QString &undoes() const { return m_undoes; }

signals:
    void tagsRestored(const QString &repository, const std::vector<quayside::Tag> &tags);

protected:
    void run() override;

private:
    struct Run;
    QCoro::Task<> work(std::shared_ptr<Run> run);
    QCoro::Task<Result<void>> gather(std::shared_ptr<Run> run);
    QCoro::Task<Result<void>> gatherCopies(std::shared_ptr<Run> run);
    QCoro::Task<Result<void>> supply(std::shared_ptr<Run> run, std::set<ContentName> missing);
    void showStepsDone(const Run &run);
    QCoro::Task<> takeFromTrash(std::shared_ptr<Run> run);
    QCoro::Task<> pushKept(std::shared_ptr<Run> run);
    QCoro::Task<> record(std::shared_ptr<Run> run);
    void showItems(const Run &run);
    void settle(Run &run, std::size_t index, const ItemRestoreResult &result);
    void describe(const QString &address, const QString &login, int count);

    std::shared_ptr<Run> m_run;
    QString m_undoes;
    std::optional<Error> m_refusal;
    std::vector<Tag> m_tagsLeft;
    std::vector<Digest> m_missing;
};

} // namespace quayside
