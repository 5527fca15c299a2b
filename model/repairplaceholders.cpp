// SPDX-License-Identifier: Apache-2.0
#include "model/repairplaceholders.h"

#include "model/placeholder.h"
#include "model/registrysession.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"
#include "registryclient/transport.h"

#include <QPointer>

#include <map>

namespace quayside {

namespace {

/// As an item of this operation tells it.
Outcome outcomeOfRepair(Outcome settled)
{
    switch (settled) {
    case Outcome::Failed:
        return Outcome::Done; // the tag names its image again
    case Outcome::Done:
        return Outcome::AlreadyGone;
    case Outcome::Pending:
        return Outcome::Failed;
    default:
        return settled;
    }
}

} // namespace

/// What the coroutines of one run share. It may outlive the operation.
struct RepairPlaceholders::Run
{
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    Transport *transport;
    std::stop_token gone;
    std::vector<JournalEntry> entries;
};

RepairPlaceholders::RepairPlaceholders(RegistrySession *session, UndoJournal *journal, QObject *parent)
    : Operation(Kind::Repair, session->id(), QString(), parent)
    , m_readOnly(session->config().mode == RegistryMode::ReadOnly)
{
    setTitle(tr("Put back tags of a delete that was interrupted"));
    m_run = std::make_shared<Run>(Run{session->client(), journal, session->transport(), goneToken(), {}});
}

RepairPlaceholders::~RepairPlaceholders() = default;

void RepairPlaceholders::run()
{
    if (m_readOnly || !m_run->client || !m_run->journal)
        end();
    else
        work(m_run);
}

QCoro::Task<> RepairPlaceholders::work(std::shared_ptr<Run> run)
{
    const Transport::Activity activity(run->transport); // the journal's turns count as work in flight too
    auto entries = co_await run->journal->takePlaceholders(registryId());
    if (run->gone.stop_requested())
        co_return;
    if (!entries) {
        end(entries.error());
        co_return;
    }
    run->entries = std::move(*entries);
    QList<OperationItem> items;
    std::map<QString, bool> settled; // by operation
    for (const JournalEntry &entry : run->entries) {
        items.append({toQString(entry.item.tags.front().toString()), Outcome::Pending, {}});
        m_repositories.append(entry.operation.repository);
        settled.emplace(entry.operation.id, true);
    }
    setItems(std::move(items));
    for (int i = 0; i < int(run->entries.size()); ++i) {
        auto repairing = repairOne(run, i);
        const bool isSettled = co_await repairing;
        if (run->gone.stop_requested())
            co_return;
        settled[run->entries[std::size_t(i)].operation.id] &= isSettled;
    }
    for (const auto &[operationId, isSettled] : settled) {
        auto ending = endOperation(run, operationId, isSettled);
        co_await ending;
        if (run->gone.stop_requested())
            co_return;
    }
    end();
}

/// False: still to be done.
QCoro::Task<bool> RepairPlaceholders::repairOne(std::shared_ptr<Run> run, int index)
{
    const JournalEntry entry = run->entries[std::size_t(index)];
    const auto repository = RepositoryName::parse(toStdString(entry.operation.repository));
    const RawManifest image{entry.item.digest, entry.item.mediaType, entry.item.manifest};
    const OriginalTag original{entry.item.tags.front(), image};
    const Error interrupted{
        ErrorKind::Cancelled, 0, {}, "the program ended in the middle; the tag was put back"};
    auto settling = settlePlaceholder(run->client, *repository, original, *entry.item.placeholder,
                                      interrupted, run->gone);
    const auto result = co_await settling;
    if (run->gone.stop_requested())
        co_return false;
    const QString why = result.error ? toQString(result.error->message) : QString();
    if (run->journal)
        co_await run->journal->setOutcome(entry.operation.id, entry.index, result.outcome, why);
    if (run->gone.stop_requested())
        co_return false;
    const bool isPutBack = result.outcome == Outcome::Failed;
    setOutcome(index, outcomeOfRepair(result.outcome), isPutBack ? std::nullopt : result.error);
    emit repaired(*repository);
    co_return result.outcome != Outcome::Pending;
}

/// Nothing names the placeholder any more, so it goes too; if it does not, it is a few bytes for the
/// registry's garbage collection.
QCoro::Task<> RepairPlaceholders::endOperation(std::shared_ptr<Run> run, QString operationId, bool isSettled)
{
    const auto isIts = [&](const JournalEntry &entry) { return entry.operation.id == operationId; };
    const auto entry = std::find_if(run->entries.begin(), run->entries.end(), isIts);
    const auto repository = RepositoryName::parse(toStdString(entry->operation.repository));
    const Digest placeholder = *entry->item.placeholder;
    if (isSettled)
        co_await run->client->deleteManifest(*repository, placeholder, run->gone);
    if (run->journal)
        co_await run->journal->release(operationId);
}

} // namespace quayside
