// SPDX-License-Identifier: Apache-2.0
#include "model/restoreimages.h"

#include "model/counted.h"
#include "model/registrysession.h"
#include "model/restorecopies.h"
#include "model/restorepush.h"
#include "model/undojournal.h"
#include "model/undosummary.h"
#include "oci/qtconversions.h"
#include "registryclient/transport.h"

#include <QPointer>

#include <algorithm>
#include <map>
#include <set>

namespace quayside {

namespace {

QString repositoryOf(const std::vector<RestoreItem> &items)
{
    const auto isOther = [&](const RestoreItem &item) { return item.repository != items.front().repository; };
    if (items.empty() || std::any_of(items.begin(), items.end(), isOther))
        return {};
    return toQString(items.front().repository.toString());
}

RestoreItem itemOf(const RepositoryName &repository, const QString &operationId, int index,
                   const JournalItem &kept)
{
    TagOrDigest reference = kept.digest;
    if (kept.role == JournalItem::Role::Tag && !kept.tags.empty())
        reference = kept.tags.front();
    return RestoreItem{repository, std::move(reference), kept.digest, kept.tags, false, operationId, index};
}

/// In a registry's trash platforms come before what needs them.
int rank(const std::optional<JournalItem> &kept)
{
    return kept && kept->role == JournalItem::Role::Also ? 0 : 1;
}

} // namespace

/// What the coroutines of one run use. It may outlive the operation.
struct RestoreImages::Run
{
    struct Step
    {
        RestoreItem item;
        std::optional<JournalItem> kept;
        bool settled = false;
    };
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    Transport *transport;
    std::stop_token gone;
    std::stop_token stop;
    std::vector<RestoreItem> asked;
    std::optional<JournalOperation> undone;        // instead of `asked`
    std::optional<std::vector<JournalItem>> given; // its items, if not those of the journal
    std::vector<Step> steps;
    std::vector<KeptManifest> silent; // put back only if they are missing, and not told of
    std::set<QString> restored;       // targets
    JournalOperation record;
    CopySupply copies;

    using KeptItems = std::map<QString, std::vector<JournalItem>>; // by operation
    void addUndone(const std::vector<JournalItem> &kept);
    void addAsked(const KeptItems &kept);
    void add(const RepositoryName &repository, const QString &operationId,
             const std::vector<JournalItem> &kept, const std::set<std::size_t> &chosen);
    RestoreItem asAsked(RestoreItem item) const;
};

void RestoreImages::Run::addUndone(const std::vector<JournalItem> &kept)
{
    std::set<std::size_t> chosen;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (wasDeleted(kept[i]))
            chosen.insert(i);
    }
    if (const auto repository = RepositoryName::parse(toStdString(undone->repository)))
        add(*repository, undone->id, kept, chosen);
}

void RestoreImages::Run::addAsked(const KeptItems &kept)
{
    std::map<std::pair<QString, RepositoryName>, std::set<std::size_t>> chosen;
    for (const RestoreItem &item : asked) {
        const auto found = kept.find(item.operationId);
        if (found == kept.end() || std::size_t(item.journalIndex) >= found->second.size())
            steps.push_back({item, {}});
        else
            chosen[{item.operationId, item.repository}].insert(std::size_t(item.journalIndex));
    }
    for (const auto &[where, indexes] : chosen)
        add(where.second, where.first, kept.at(where.first), indexes);
}

/// Adds the chosen items of an operation of the journal and what belongs to them.
void RestoreImages::Run::add(const RepositoryName &repository, const QString &operationId,
                             const std::vector<JournalItem> &kept, const std::set<std::size_t> &chosen)
{
    for (const std::size_t i : withWhatBelongs(kept, chosen)) {
        if (chosen.contains(i) || wasDeleted(kept[i]))
            steps.push_back({asAsked(itemOf(repository, operationId, int(i), kept[i])), kept[i]});
        else if (!kept[i].manifest.isEmpty())
            silent.push_back(KeptManifest::read(repository, kept[i]));
    }
}

/// The item as the list has it: the registry may keep it too.
RestoreItem RestoreImages::Run::asAsked(RestoreItem item) const
{
    const auto found = std::find_if(asked.begin(), asked.end(), [&](const RestoreItem &other) {
        return other.operationId == item.operationId && other.journalIndex == item.journalIndex;
    });
    return found == asked.end() ? std::move(item) : *found;
}

RestoreImages::RestoreImages(RegistrySession *session, UndoJournal *journal, std::vector<RestoreItem> items,
                             QObject *parent)
    : Operation(Kind::Restore, session->id(), repositoryOf(items), parent)
    , m_run(std::make_shared<Run>(
          Run{session->client(), journal, session->transport(), goneToken(), stopToken(), std::move(items)}))
{
    m_refusal = refusalToChange(session->config());
    describe(session->displayAddress(), session->user(), int(m_run->asked.size()));
}

RestoreImages::RestoreImages(RegistrySession *session, UndoJournal *journal, JournalOperation operation,
                             QObject *parent)
    : Operation(Kind::Restore, session->id(), operation.repository, parent)
    , m_run(std::make_shared<Run>(
          Run{session->client(), journal, session->transport(), goneToken(), stopToken()}))
    , m_undoes(operation.id)
{
    m_refusal = refusalToChange(session->config());
    describe(session->displayAddress(), session->user(), operation.done);
    m_run->undone = std::move(operation);
}

RestoreImages::RestoreImages(RegistrySession *session, UndoJournal *journal, UndoRecord record,
                             QObject *parent)
    : RestoreImages(session, journal, std::move(record.operation), parent)
{
    const auto gone = std::count_if(record.items.begin(), record.items.end(), wasDeleted);
    describe(session->displayAddress(), session->user(), int(gone));
    m_run->given = std::move(record.items);
}

RestoreImages::~RestoreImages() = default;

void RestoreImages::setCopySource(std::shared_ptr<RegistryClient> local)
{
    m_run->copies.local = std::move(local);
}

void RestoreImages::describe(const QString &address, const QString &login, int count)
{
    const QString what = counted(count, tr("Restore 1 image or tag"), tr("Restore %1 images and tags"));
    setTitle(repository().isEmpty() ? what : tr("%1 in %2").arg(what, repository()));
    JournalOperation &record = m_run->record;
    record.id = id();
    record.kind = Kind::Restore;
    record.title = title();
    record.registryId = registryId();
    record.registry = address;
    record.login = login;
    record.repository = repository();
}

void RestoreImages::run()
{
    if (m_refusal)
        end(m_refusal);
    else if (!m_run->client || !m_run->journal)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_run);
}

QCoro::Task<> RestoreImages::work(std::shared_ptr<Run> run)
{
    const Transport::Activity activity(run->transport); // the journal's turns count as work in flight too
    auto gathering = gather(run);
    auto gathered = co_await gathering;
    if (gathered && !run->gone.stop_requested()) {
        auto gatheringCopies = gatherCopies(run);
        gathered = co_await gatheringCopies;
    }
    if (run->gone.stop_requested())
        co_return;
    if (!gathered) {
        end(gathered.error());
        co_return;
    }
    showItems(*run);
    if (run->client->capabilities().quayside.isYes()) {
        auto taking = takeFromTrash(run);
        co_await taking;
    }
    if (run->gone.stop_requested())
        co_return;
    auto pushing = pushKept(run);
    co_await pushing;
    if (run->gone.stop_requested())
        co_return;
    auto recording = record(run);
    co_await recording;
    if (!run->gone.stop_requested())
        end();
}

void RestoreImages::showItems(const Run &run)
{
    QList<OperationItem> items;
    for (const auto &step : run.steps)
        items.append(OperationItem{step.item.what(), Outcome::Pending, {}});
    setItems(std::move(items));
    setProgress(0, qint64(run.steps.size()));
}

/// Finds the kept bytes of what is to come back, and what belongs to it.
QCoro::Task<Result<void>> RestoreImages::gather(std::shared_ptr<Run> run)
{
    run->record.started = QDateTime::currentDateTimeUtc();
    Run::KeptItems kept;
    std::set<QString> needed;
    if (run->given)
        kept.insert_or_assign(run->undone->id, *run->given);
    else if (run->undone)
        needed.insert(run->undone->id);
    for (const RestoreItem &item : run->asked) {
        if (!item.operationId.isEmpty())
            needed.insert(item.operationId);
    }
    for (const QString &operationId : needed) {
        auto items = co_await run->journal->items(operationId);
        if (run->gone.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!items)
            co_return tl::unexpected(items.error());
        kept.insert_or_assign(operationId, std::move(*items));
    }
    if (run->undone)
        run->addUndone(kept.at(run->undone->id));
    else
        run->addAsked(kept);
    std::stable_sort(run->steps.begin(), run->steps.end(),
                     [](const auto &a, const auto &b) { return rank(a.kept) < rank(b.kept); });
    co_return Result<void>();
}

/// Finds the full copies in Local that may have what the registry has lost.
QCoro::Task<Result<void>> RestoreImages::gatherCopies(std::shared_ptr<Run> run)
{
    std::set<QString> ids;
    if (run->undone)
        ids.insert(run->undone->id);
    for (const RestoreItem &item : run->asked)
        ids.insert(item.operationId);
    auto finding = findCopies(run->journal, ids);
    auto found = co_await finding;
    if (!found)
        co_return tl::unexpected(found.error());
    run->copies.sources = std::move(*found);
    co_return Result<void>();
}

/// Uploads what is missing out of full copies.
QCoro::Task<Result<void>> RestoreImages::supply(std::shared_ptr<Run> run, std::set<ContentName> missing)
{
    CopySupply copies = run->copies;
    copies.registry = run->client;
    copies.directory = run->journal ? run->journal->directory() : QString();
    copies.progress = [this, run](qint64 done, qint64 total) {
        if (!run->gone.stop_requested())
            setProgress(done, total, Unit::Bytes);
    };
    auto supplying = supplyFromCopies(std::move(copies), std::move(missing), run->stop);
    auto supplied = co_await supplying;
    if (!run->gone.stop_requested())
        showStepsDone(*run);
    co_return supplied;
}

void RestoreImages::showStepsDone(const Run &run)
{
    const auto settled =
        std::count_if(run.steps.begin(), run.steps.end(), [](const Run::Step &step) { return step.settled; });
    setProgress(settled, qint64(run.steps.size()));
}

/// What has been swept meanwhile is left for pushKept().
QCoro::Task<> RestoreImages::takeFromTrash(std::shared_ptr<Run> run)
{
    for (std::size_t i = 0; i < run->steps.size() && !run->stop.stop_requested(); ++i) {
        const auto step = run->steps[i];
        auto restoring = restoreFromTrash(run->client, step.item, run->gone);
        const auto result = co_await restoring;
        if (run->gone.stop_requested())
            co_return;
        const bool isSwept = result.error && result.error->kind == ErrorKind::NotFound;
        if (!isSwept || !step.kept)
            settle(*run, i, result);
    }
}

/// Puts back what the journal keeps and nothing else has put back.
QCoro::Task<> RestoreImages::pushKept(std::shared_ptr<Run> run)
{
    std::vector<KeptManifest> manifests;
    std::vector<std::size_t> steps; // by index in `manifests`; the silent ones follow
    for (std::size_t i = 0; i < run->steps.size(); ++i) {
        const auto &step = run->steps[i];
        if (step.settled)
            continue;
        if (!step.kept || step.kept->manifest.isEmpty()) {
            settle(*run, i,
                   notRestored(Error{ErrorKind::NotFound, 0, {}, "this computer has no copy of it"}));
            continue;
        }
        manifests.push_back(KeptManifest::read(step.item.repository, *step.kept));
        steps.push_back(i);
    }
    if (steps.empty())
        co_return;
    std::copy(run->silent.begin(), run->silent.end(), std::back_inserter(manifests));
    const auto graph = std::make_shared<const RestoreGraph>(std::move(manifests));
    const auto restored = [this, run, steps](std::size_t index, const ItemRestoreResult &result) {
        if (index < steps.size())
            settle(*run, steps[index], result);
    };
    SupplyContent supplying;
    if (!run->copies.sources.empty())
        supplying = [this, run](const std::set<ContentName> &missing) { return supply(run, missing); };
    auto pushing = pushBack(run->client, graph, supplying, restored, run->stop, run->gone);
    co_await pushing;
}

void RestoreImages::settle(Run &run, std::size_t index, const ItemRestoreResult &result)
{
    run.steps[index].settled = true;
    const RestoreItem &item = run.steps[index].item;
    m_tagsLeft.insert(m_tagsLeft.end(), result.tagsLeft.begin(), result.tagsLeft.end());
    for (const Digest &digest : result.missing) {
        if (std::find(m_missing.begin(), m_missing.end(), digest) == m_missing.end())
            m_missing.push_back(digest);
    }
    if (result.outcome == Outcome::Done)
        run.restored.insert(item.target());
    setOutcome(int(index), result.outcome, result.error);
    setProgress(done() + 1, total());
    emit tagsRestored(toQString(item.repository.toString()), result.tags);
}

/// Notes in the journal what is back, whichever operation had deleted it, and that this one ran.
QCoro::Task<> RestoreImages::record(std::shared_ptr<Run> run)
{
    const auto entries = co_await run->journal->deleted(run->record.registryId);
    if (run->gone.stop_requested())
        co_return;
    std::map<QString, std::vector<int>> back; // by operation
    for (const JournalEntry &entry : entries.value_or(std::vector<JournalEntry>())) {
        const auto repository = RepositoryName::parse(toStdString(entry.operation.repository));
        if (repository && run->restored.contains(itemOf(*repository, {}, 0, entry.item).target()))
            back[entry.operation.id].push_back(entry.index);
    }
    for (const auto &[operationId, indexes] : back) {
        co_await run->journal->setRestored(operationId, indexes);
        if (run->gone.stop_requested())
            co_return;
    }
    JournalOperation done = run->record;
    done.total = int(items().size());
    done.done = count(Outcome::Done);
    done.failed = count(Outcome::Failed);
    done.state = state() == State::Stopping ? State::Stopped : State::Finished;
    done.finished = QDateTime::currentDateTimeUtc();
    const std::vector<JournalItem> nothing;
    co_await run->journal->begin(done, nothing);
    if (!run->gone.stop_requested())
        co_await run->journal->finish(done);
}

} // namespace quayside
