// SPDX-License-Identifier: Apache-2.0
#include "model/operationhistory.h"

#include "model/checkdeleted.h"
#include "model/copyoffer.h"
#include "model/deleteimages.h"
#include "model/forgetdeleted.h"
#include "model/loadsamples.h"
#include "model/plandelete.h"
#include "model/repairplaceholders.h"
#include "model/sessionmanager.h"
#include "model/taglistmodel.h"
#include "model/undojournal.h"

#include <algorithm>
#include <utility>

namespace quayside {

namespace {

RowState rowStateAfter(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Failed:
    case Outcome::Moved:
    case Outcome::Pending:
        return RowState::Failed;
    default:
        return RowState::Normal;
    }
}

} // namespace

OperationHistory::OperationHistory(SessionManager *sessions, UndoJournal *journal, QObject *parent)
    : QObject(parent)
    , m_sessions(sessions)
    , m_journal(journal)
    , m_copies(sessions, journal)
{
    connect(m_journal, &UndoJournal::changed, this, &OperationHistory::reload);
    reload();
    findPlaceholders(m_lifetime.token());
}

OperationHistory::~OperationHistory() = default;

template <typename T>
T *OperationHistory::run(std::unique_ptr<T> operation)
{
    T *started = operation.get();
    m_running.push_back(std::move(operation));
    connect(started, &Operation::finished, this, [this, started] { ended(started); });
    started->start();
    emit operationStarted(started);
    return started;
}

void OperationHistory::ended(Operation *operation)
{
    const auto found = std::find_if(m_running.begin(), m_running.end(),
                                    [operation](const auto &running) { return running.get() == operation; });
    if (found == m_running.end())
        return;
    found->release()->deleteLater(); // it is just emitting
    m_running.erase(found);
    if (const auto *deletion = qobject_cast<const DeleteImages *>(operation))
        remember(deletion->record(true));
    emit operationFinished(operation);
    emit changed();
}

/// Undo is offered as soon as a delete ends; the journal is read again only later.
void OperationHistory::remember(const JournalOperation &record)
{
    const auto isSame = [&](const JournalOperation &operation) { return operation.id == record.id; };
    const auto known = std::find_if(m_operations.begin(), m_operations.end(), isSame);
    if (known != m_operations.end())
        *known = record;
    else if (record.done > 0)
        m_operations.insert(m_operations.begin(), record);
}

PlanDelete *OperationHistory::planDelete(RegistrySession *session, DeleteRequest request)
{
    return run(std::make_unique<PlanDelete>(session, std::move(request)));
}

DeleteImages *OperationHistory::deleteImages(DeletePlan plan, Confirmation confirmation)
{
    RegistrySession *session = m_sessions->session(plan.registryId);
    if (!session)
        return nullptr;
    auto operation =
        std::make_unique<DeleteImages>(session, m_journal, std::move(plan), std::move(confirmation));
    operation->setCopyTarget(localClient());
    follow(operation.get(), session);
    return run(std::move(operation));
}

std::unique_ptr<CopyOffer> OperationHistory::offerCopy(const DeletePlan &plan) const
{
    const RegistrySession *session = m_sessions->session(plan.registryId);
    const RegistrySession *local = m_sessions->local();
    const bool isRunning = local && local->state() == RegistrySession::State::Ready;
    if (!session || session->isQuayside() || !isRunning || plan.deletedImages.empty())
        return nullptr;
    return std::make_unique<CopyOffer>(*session, plan, m_sessions->localFreeBytes());
}

/// Null while Local does not run.
std::shared_ptr<RegistryClient> OperationHistory::localClient() const
{
    const RegistrySession *local = m_sessions->local();
    return local ? local->client() : nullptr;
}

/// Shows in the repository's list what becomes of its rows.
void OperationHistory::follow(DeleteImages *operation, RegistrySession *session)
{
    const RepositoryName repository = operation->plan().repository;
    const auto list = [session, repository] { return session->tags(repository); };
    connect(operation, &DeleteImages::tagsPending, session, [list](const std::vector<Tag> &tags) {
        if (TagListModel *model = list())
            model->setRowState(tags, RowState::Pending);
    });
    connect(operation, &DeleteImages::tagsDeleted, session, [list](const std::vector<Tag> &tags) {
        if (TagListModel *model = list())
            model->remove(tags);
    });
    connect(operation, &DeleteImages::tagsKept, session,
            [list](const std::vector<Tag> &tags, Outcome outcome, const QString &reason) {
                if (TagListModel *model = list())
                    model->setRowState(tags, rowStateAfter(outcome), reason);
            });
    readAgainAfter(operation, session, repository);
}

/// Afterwards the registry is asked, nothing is assumed.
void OperationHistory::readAgainAfter(Operation *operation, RegistrySession *session,
                                      const RepositoryName &repository)
{
    connect(operation, &Operation::finished, session, [session, repository] {
        session->refreshTags(repository);
        session->refreshTrash();
        emit session->capabilitiesChanged();
    });
}

RestoreImages *OperationHistory::restore(RegistrySession *session, std::vector<RestoreItem> items)
{
    std::vector<RepositoryName> repositories;
    for (const RestoreItem &item : items)
        repositories.push_back(item.repository);
    auto operation = std::make_unique<RestoreImages>(session, m_journal, std::move(items));
    operation->setCopySource(localClient());
    for (const RepositoryName &repository : repositories)
        readAgainAfter(operation.get(), session, repository);
    return run(std::move(operation));
}

CheckDeleted *OperationHistory::checkDeleted(RegistrySession *session, std::vector<RestoreItem> items)
{
    auto operation = std::make_unique<CheckDeleted>(session, m_journal, std::move(items));
    connect(operation.get(), &Operation::finished, session, [session, checking = operation.get()] {
        session->trash()->setChecks(checking->results());
    });
    return run(std::move(operation));
}

ForgetDeleted *OperationHistory::forgetDeleted(RegistrySession *session,
                                               const std::vector<RestoreItem> &items)
{
    auto operation = std::make_unique<ForgetDeleted>(session, m_journal, items);
    connect(operation.get(), &Operation::finished, session, &RegistrySession::refreshTrash);
    return run(std::move(operation));
}

RestoreImages *OperationHistory::restoreFile(RegistrySession *session, UndoRecord record)
{
    const auto repository = RepositoryName::parse(record.operation.repository.toStdString());
    if (!repository)
        return nullptr;
    auto operation = std::make_unique<RestoreImages>(session, m_journal, std::move(record));
    operation->setCopySource(localClient());
    readAgainAfter(operation.get(), session, *repository);
    return run(std::move(operation));
}

RestoreImages *OperationHistory::undo(const QString &operationId)
{
    const auto found = std::find_if(m_operations.begin(), m_operations.end(),
                                    [&](const auto &operation) { return operation.id == operationId; });
    if (found == m_operations.end() || !found->canBeUndone() || isBeingUndone(operationId))
        return nullptr;
    RegistrySession *session = m_sessions->session(found->registryId);
    const auto repository = RepositoryName::parse(found->repository.toStdString());
    if (!session || !repository)
        return nullptr;
    auto operation = std::make_unique<RestoreImages>(session, m_journal, *found);
    operation->setCopySource(localClient());
    readAgainAfter(operation.get(), session, *repository);
    return run(std::move(operation));
}

/// What a program that was killed has left on tags is put right as soon as its registry answers.
QCoro::Task<> OperationHistory::findPlaceholders(std::stop_token stop)
{
    const auto found = co_await m_journal->registriesWithPlaceholders();
    if (stop.stop_requested() || !found)
        co_return;
    m_toRepair = *found;
    for (const QString &id : *found) {
        RegistrySession *session = m_sessions->session(id);
        if (!session)
            continue;
        connect(session, &RegistrySession::stateChanged, this, [this, session] { repairWhenReady(session); });
        session->open();
        repairWhenReady(session);
    }
}

void OperationHistory::repairWhenReady(RegistrySession *session)
{
    if (session->state() != RegistrySession::State::Ready || m_toRepair.erase(session->id()) == 0)
        return;
    auto operation = std::make_unique<RepairPlaceholders>(session, m_journal);
    connect(operation.get(), &RepairPlaceholders::repaired, session, &RegistrySession::refreshTags);
    RepairPlaceholders *started = run(std::move(operation));
    connect(started, &Operation::finished, this, [this, started] {
        if (started->count(Outcome::Failed) > 0)
            m_toRepair.insert(started->registryId()); // when it connects again
    });
}

bool OperationHistory::isBeingUndone(const QString &operationId) const
{
    return std::any_of(m_running.begin(), m_running.end(), [&](const auto &running) {
        const auto *restore = qobject_cast<const RestoreImages *>(running.get());
        return restore && restore->undoes() == operationId;
    });
}

LoadSamples *OperationHistory::loadSamples(RegistrySession *session)
{
    auto operation = std::make_unique<LoadSamples>(session);
    connect(operation.get(), &Operation::finished, session, &RegistrySession::refresh);
    return run(std::move(operation));
}

std::optional<JournalOperation> OperationHistory::undoable(const QString &registryId,
                                                           const QString &repository) const
{
    const auto found = std::find_if(m_operations.begin(), m_operations.end(), [&](const auto &operation) {
        return operation.registryId == registryId && operation.repository == repository &&
               operation.canBeUndone() && !isBeingUndone(operation.id);
    });
    return found == m_operations.end() ? std::nullopt : std::optional(*found);
}

QList<Operation *> OperationHistory::running() const
{
    QList<Operation *> operations;
    for (const auto &operation : m_running)
        operations.append(operation.get());
    return operations;
}

void OperationHistory::stopAll()
{
    const auto operations = running();
    for (Operation *operation : operations)
        operation->stop();
}

void OperationHistory::reload()
{
    if (std::exchange(m_reloading, true)) {
        m_reloadAgain = true;
        return;
    }
    reloadNow(m_lifetime.token());
}

QCoro::Task<> OperationHistory::reloadNow(std::stop_token stop)
{
    do {
        m_reloadAgain = false;
        auto operations = co_await m_journal->operations();
        if (stop.stop_requested())
            co_return;
        if (m_reloadAgain)
            continue; // older than what remember() was told
        m_journalError = operations ? std::optional<Error>() : operations.error();
        if (operations)
            m_operations = std::move(*operations);
    } while (m_reloadAgain);
    m_reloading = false;
    emit changed();
}

} // namespace quayside
