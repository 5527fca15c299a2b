// SPDX-License-Identifier: Apache-2.0
#include "model/restoreimages.h"

#include "model/counted.h"
#include "model/registrysession.h"
#include "model/undojournal.h"
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

bool wasDeleted(const JournalItem &item)
{
    return (item.outcome == Outcome::Done || item.outcome == Outcome::Pending) && !item.restored &&
           !item.forgotten;
}

RestoreItem itemOf(const RepositoryName &repository, const QString &operationId, int index,
                   const JournalItem &kept)
{
    TagOrDigest reference = kept.digest;
    if (kept.role == JournalItem::Role::Tag && !kept.tags.empty())
        reference = kept.tags.front();
    return RestoreItem{repository, std::move(reference), kept.digest, kept.tags, false, operationId, index};
}

/// Children come before their index, images before tags that share them.
int rank(const std::optional<JournalItem> &kept)
{
    if (!kept)
        return 1;
    switch (kept->role) {
    case JournalItem::Role::Also:
        return 0;
    case JournalItem::Role::Image:
        return 1;
    case JournalItem::Role::Tag:
        break;
    }
    return 2;
}

} // namespace

/// What the coroutine of one run uses. It may outlive the operation.
struct RestoreImages::Run
{
    struct Step
    {
        RestoreItem item;
        std::optional<JournalItem> kept;
    };
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    Transport *transport;
    std::stop_token gone;
    std::stop_token stop;
    std::vector<RestoreItem> asked;
    std::optional<JournalOperation> undone; // instead of `asked`
    std::vector<Step> steps;
    std::set<QString> restored; // targets
    JournalOperation record;
};

RestoreImages::RestoreImages(RegistrySession *session, UndoJournal *journal, std::vector<RestoreItem> items,
                             QObject *parent)
    : Operation(Kind::Restore, session->id(), repositoryOf(items), parent)
    , m_run(std::make_shared<Run>(
          Run{session->client(), journal, session->transport(), goneToken(), stopToken(), std::move(items)}))
{
    m_readOnly = session->config().mode == RegistryMode::ReadOnly;
    describe(session->displayAddress(), session->user(), int(m_run->asked.size()));
}

RestoreImages::RestoreImages(RegistrySession *session, UndoJournal *journal, JournalOperation operation,
                             QObject *parent)
    : Operation(Kind::Restore, session->id(), operation.repository, parent)
    , m_run(std::make_shared<Run>(
          Run{session->client(), journal, session->transport(), goneToken(), stopToken()}))
    , m_undoes(operation.id)
{
    m_readOnly = session->config().mode == RegistryMode::ReadOnly;
    describe(session->displayAddress(), session->user(), operation.done);
    m_run->undone = std::move(operation);
}

RestoreImages::~RestoreImages() = default;

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
    if (m_readOnly)
        end(Error{ErrorKind::ReadOnly, 0, {}, "this registry is set to read-only"});
    else if (!m_run->client || !m_run->journal)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_run);
}

QCoro::Task<> RestoreImages::work(std::shared_ptr<Run> run)
{
    const Transport::Activity activity(run->transport); // the journal's turns count as work in flight too
    auto gathering = gather(run);
    const auto gathered = co_await gathering;
    if (run->gone.stop_requested())
        co_return;
    if (!gathered) {
        end(gathered.error());
        co_return;
    }
    QList<OperationItem> items;
    for (const auto &step : run->steps)
        items.append(OperationItem{step.item.what(), Outcome::Pending, {}});
    setItems(std::move(items));
    for (int i = 0; i < int(run->steps.size()); ++i) {
        const auto step = run->steps[std::size_t(i)];
        ItemRestoreResult result;
        result.outcome = Outcome::NotSent;
        if (!run->stop.stop_requested()) {
            auto restoring = restoreOne(run->client, step.item, step.kept, run->gone);
            result = co_await restoring;
        }
        if (run->gone.stop_requested())
            co_return;
        settle(*run, i, result);
    }
    auto recording = record(run);
    co_await recording;
    if (!run->gone.stop_requested())
        end();
}

/// Finds the kept bytes of what is to come back, and what went along with it.
QCoro::Task<Result<void>> RestoreImages::gather(std::shared_ptr<Run> run)
{
    run->record.started = QDateTime::currentDateTimeUtc();
    std::map<QString, std::vector<JournalItem>> kept; // by operation
    std::vector<QString> needed;
    if (run->undone)
        needed.push_back(run->undone->id);
    for (const RestoreItem &item : run->asked) {
        if (!item.operationId.isEmpty() &&
            std::find(needed.begin(), needed.end(), item.operationId) == needed.end())
            needed.push_back(item.operationId);
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
        addUndone(*run, kept.at(run->undone->id));
    for (const RestoreItem &item : run->asked)
        addAsked(*run, item, kept);
    std::stable_sort(run->steps.begin(), run->steps.end(),
                     [](const auto &a, const auto &b) { return rank(a.kept) < rank(b.kept); });
    co_return Result<void>();
}

void RestoreImages::addUndone(Run &run, const std::vector<JournalItem> &items)
{
    const auto repository = RepositoryName::parse(toStdString(run.undone->repository));
    for (std::size_t i = 0; repository && i < items.size(); ++i) {
        if (wasDeleted(items[i]))
            run.steps.push_back({itemOf(*repository, run.undone->id, int(i), items[i]), items[i]});
    }
}

void RestoreImages::addAsked(Run &run, const RestoreItem &item,
                             const std::map<QString, std::vector<JournalItem>> &kept)
{
    const auto found = kept.find(item.operationId);
    if (found == kept.end() || std::size_t(item.journalIndex) >= found->second.size()) {
        run.steps.push_back({item, {}});
        return;
    }
    const auto &items = found->second;
    const JournalItem &image = items[std::size_t(item.journalIndex)];
    run.steps.push_back({item, image});
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].role == JournalItem::Role::Also && wasDeleted(items[i]) && belongsTo(items[i], image))
            run.steps.push_back({itemOf(item.repository, item.operationId, int(i), items[i]), items[i]});
    }
}

void RestoreImages::settle(Run &run, int index, const ItemRestoreResult &result)
{
    const RestoreItem &item = run.steps[std::size_t(index)].item;
    m_tagsLeft.insert(m_tagsLeft.end(), result.tagsLeft.begin(), result.tagsLeft.end());
    m_missing.insert(m_missing.end(), result.missing.begin(), result.missing.end());
    if (result.outcome == Outcome::Done)
        run.restored.insert(item.target());
    setOutcome(index, result.outcome, result.error);
    setProgress(index + 1, qint64(run.steps.size()));
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
