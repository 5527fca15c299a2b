// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "model/deletestep.h"
#include "model/journalrecord.h"
#include "model/operation.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <vector>

namespace quayside {

class RegistrySession;
class UndoJournal;

/// Carries out a plan. Keeps what is needed for undo before the first DELETE leaves, resolves each tag again
/// right before its delete, sends the first item alone, and goes on only where that made sense.
/// One item per image or tag, in the order of DeletePlan: images, what goes with them, tags.
class DeleteImages : public Operation
{
    Q_OBJECT
public:
    /// `confirmation`: what the person has done. Without what the registry's guards want nothing is sent, and the
    /// error is that of missingConfirmation().
    DeleteImages(RegistrySession *session, UndoJournal *journal, DeletePlan plan, Confirmation confirmation,
                 QObject *parent = nullptr);
    ~DeleteImages() override;

    /// Before start(): what is needed for an undo is also written to this file (saveUndoFile()). If that fails,
    /// nothing is deleted.
    void setUndoFile(const QString &path);
    /// Before start(): where DeletePlan::keepCopy puts its copy. Null if Local does not run: nothing is
    /// deleted then.
    void setCopyTarget(std::shared_ptr<RegistryClient> local);

    const DeletePlan &plan() const { return m_plan; }
    const std::vector<DeleteStep> &steps() const { return m_steps; }
    /// What the journal says of it, as of now.
    JournalOperation record(bool finished) const;

signals:
    /// Tags are about to be deleted, have been, or could not be: what the rows of a list show.
    void tagsPending(const std::vector<quayside::Tag> &tags);
    void tagsDeleted(const std::vector<quayside::Tag> &tags);
    void tagsKept(const std::vector<quayside::Tag> &tags, quayside::Outcome outcome, const QString &reason);

protected:
    void run() override;
    void resumed() override;

private:
    struct Run;
    QCoro::Task<> work(std::shared_ptr<Run> run);
    QCoro::Task<Result<void>> keep(std::shared_ptr<Run> run);
    Result<void> planCopy(Run &run, std::vector<JournalItem> &items) const;
    QCoro::Task<Result<void>> keepCopy(std::shared_ptr<Run> run);
    QCoro::Task<Result<void>> copyAll(std::shared_ptr<Run> run);
    void settleRefused(Run &run);
    void settleUnread(Run &run);
    void settleInUse(Run &run, const InUse &inUse);
    QCoro::Task<Result<void>> spareNamedAgain(std::shared_ptr<Run> run);
    QCoro::Task<> deleteAll(std::shared_ptr<Run> run);
    QCoro::Task<> deleteSome(std::shared_ptr<Run> run, int last);
    QCoro::Task<> deleteOne(std::shared_ptr<Run> run, int index);
    QCoro::Task<> usePlaceholder(std::shared_ptr<Run> run);
    QCoro::Task<> waitWhilePaused(std::shared_ptr<Run> run);
    std::optional<StepResult> refuse(const Run &run, const DeleteStep &step) const;
    QString reasonOf(const StepResult &result, const DeleteStep &step) const;
    void settle(Run &run, int index, const StepResult &result);
    void markUnsent(Run &run);

    DeletePlan m_plan;
    Confirmation m_confirmation;
    std::vector<DeleteStep> m_steps;
    RegistryConfig m_config;
    QString m_address;
    QString m_login;
    QDateTime m_started;
    std::optional<Error> m_endedBy; // what ended the batch before its end
    std::shared_ptr<Run> m_run;
};

} // namespace quayside
