// SPDX-License-Identifier: Apache-2.0
#include "model/deleteimages.h"

#include "model/indexreader.h"
#include "model/journalitems.h"
#include "model/registrysession.h"
#include "model/tagresolver.h"
#include "model/undofile.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"
#include "registryclient/computed.h"
#include "registryclient/transport.h"
#include "registryclient/wakeup.h"

#include <QPointer>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace quayside {

namespace {

constexpr int workers = 4;
constexpr int mostFailuresInRow = 10;

} // namespace

/// What the coroutines of one run share. It outlives the operation: what has been deleted is written down
/// even if the window closes meanwhile.
struct DeleteImages::Run
{
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    Transport *transport;
    RepositoryName repository;
    QString id;
    std::vector<DeleteStep> steps;
    std::stop_token gone; // the operation is being destroyed
    std::stop_token stop;
    KeptManifests kept;
    QString undoFile; // empty: none
    std::vector<int> journalIndex; // by step; -1: not in the journal
    std::vector<bool> settled;     // by step
    std::set<Digest> deleted;
    int next = 0;
    int failuresInRow = 0;
    bool ended = false; // nothing else is sent
    std::vector<Wakeup *> paused;
};

DeleteImages::DeleteImages(RegistrySession *session, UndoJournal *journal, DeletePlan plan, QObject *parent)
    : Operation(Kind::Delete, session->id(), toQString(plan.repository.toString()), parent)
    , m_plan(std::move(plan))
    , m_steps(deleteSteps(m_plan))
    , m_config(session->config())
{
    setTitle(tr("%1 in %2").arg(deleteVerb(m_plan), repository()));
    QList<OperationItem> items;
    for (const DeleteStep &step : m_steps)
        items.append(OperationItem{step.what(), Outcome::Pending, {}});
    setItems(std::move(items));
    setProgress(0, qint64(m_steps.size()));
    m_run = std::make_shared<Run>(Run{session->client(), journal, session->transport(), m_plan.repository,
                                      id(), m_steps, goneToken(), stopToken()});
    m_run->journalIndex.resize(m_steps.size(), -1);
    m_run->settled.resize(m_steps.size(), false);
    m_address = session->displayAddress();
    m_login = session->user();
}

DeleteImages::~DeleteImages() = default;

void DeleteImages::setUndoFile(const QString &path)
{
    m_run->undoFile = path;
}

void DeleteImages::run()
{
    m_started = QDateTime::currentDateTimeUtc();
    if (m_config.mode == RegistryMode::ReadOnly)
        end(Error{ErrorKind::ReadOnly, 0, {}, "this registry is set to read-only"});
    else if (!m_run->client || !m_run->journal)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_run);
}

QCoro::Task<> DeleteImages::work(std::shared_ptr<Run> run)
{
    const Transport::Activity activity(run->transport); // the journal's turns count as work in flight too
    auto sparing = spareNamedAgain(run);
    auto ready = co_await sparing;
    if (ready && !run->gone.stop_requested()) {
        auto keeping = keep(run);
        ready = co_await keeping;
    }
    if (run->gone.stop_requested())
        co_return;
    if (!ready) {
        markUnsent(*run);
        end(ready.error());
        co_return;
    }
    std::vector<Tag> tags;
    for (const DeleteStep &step : run->steps)
        tags.insert(tags.end(), step.tags.begin(), step.tags.end());
    emit tagsPending(tags);

    auto deleting = deleteAll(run);
    co_await deleting;
    if (run->gone.stop_requested())
        co_return;
    markUnsent(*run);
    co_await run->journal->finish(record(true));
    if (run->gone.stop_requested())
        co_return;
    const bool nothing = count(Outcome::Done) == 0 && m_endedBy;
    end(nothing ? m_endedBy : std::optional<Error>());
}

/// Between the plan and the person's word minutes may have passed. What a tag or an index names by now, but did
/// not then, is left alone: a DELETE by digest would take the tag along, or break the other image.
QCoro::Task<Result<void>> DeleteImages::spareNamedAgain(std::shared_ptr<Run> run)
{
    const auto deletesByDigest = [](const DeleteStep &step) { return step.kind != DeleteStep::Kind::Tag; };
    if (std::none_of(run->steps.begin(), run->steps.end(), deletesByDigest))
        co_return Result<void>();
    const auto quietly = [](qint64, qint64) {};
    auto resolving = resolveAllTags(run->client, run->repository, quietly, run->stop);
    auto now = co_await resolving;
    const auto isUntagged = [](const DeleteStep &step) {
        return step.kind == DeleteStep::Kind::Also && step.tags.empty();
    };
    const bool readsIndexes = now && !now->indexesComplete && !run->client->capabilities().countsPulls &&
                              std::any_of(run->steps.begin(), run->steps.end(), isUntagged);
    if (readsIndexes) {
        auto reading = readIndexes(run->client, run->repository, *now, run->stop);
        now = co_await reading;
    }
    if (run->gone.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (!now)
        co_return tl::unexpected(now.error());
    for (const auto &[index, why] : namedAgain(run->steps, *now)) {
        const Error error{ErrorKind::Moved, 0, {}, why};
        settle(*run, int(index), StepResult{Outcome::Moved, error, false});
    }
    co_return Result<void>();
}

/// Reads the bytes of everything that is to go, and of what it needs, and writes them to the journal. Nothing
/// is deleted without.
QCoro::Task<Result<void>> DeleteImages::keep(std::shared_ptr<Run> run)
{
    settleRefused(*run);
    std::set<Digest> wanted;
    for (std::size_t i = 0; i < run->steps.size(); ++i) {
        if (!run->settled[i])
            wanted.insert(run->steps[i].digest);
    }
    for (const auto &also : m_plan.also)
        wanted.insert(also.digest); // also if it stays: others may delete it before the undo
    auto reading = readManifests(run->client, run->repository, wanted, run->stop);
    run->kept = co_await reading;
    if (run->gone.stop_requested() || run->stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    settleUnread(*run);
    std::vector<DeleteStep> open;
    for (std::size_t i = 0; i < run->steps.size(); ++i) {
        if (run->settled[i])
            continue;
        run->journalIndex[i] = int(open.size());
        open.push_back(run->steps[i]);
    }
    if (open.empty())
        co_return Result<void>();
    const auto items = journalItems(open, m_plan.also, run->kept);
    if (!run->undoFile.isEmpty()) {
        UndoRecord undo{record(false), items};
        for (JournalItem &item : undo.items)
            item.outcome = item.outcome == Outcome::NotSent ? Outcome::Pending : item.outcome; // not known yet
        const auto save = [path = run->undoFile, undo = std::move(undo)] { return saveUndoFile(path, undo); };
        auto saving = computed(save, worthAThread); // a disk may take long
        const auto saved = co_await saving;
        if (!saved || run->gone.stop_requested())
            co_return saved;
    }
    co_return co_await run->journal->begin(record(false), items);
}

void DeleteImages::settleRefused(Run &run)
{
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        if (run.settled[i])
            continue;
        if (const auto refused = refuse(run, run.steps[i]))
            settle(run, int(i), *refused);
    }
}

void DeleteImages::settleUnread(Run &run)
{
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const auto problem = run.kept.problem(run.steps[i].digest);
        if (run.settled[i] || !problem)
            continue;
        const bool gone = problem->kind == ErrorKind::NotFound;
        StepResult result;
        result.outcome = gone ? Outcome::AlreadyGone : Outcome::Failed;
        if (!gone)
            result.error = problem;
        settle(run, int(i), result);
    }
}

/// The guards of the registry's configuration, whoever made the plan.
std::optional<StepResult> DeleteImages::refuse(const Run &run, const DeleteStep &step) const
{
    const auto isGuarded = [&](const Tag &tag) {
        return isProtected(m_config.protectedTags, run.repository, tag);
    };
    if (std::none_of(step.tags.begin(), step.tags.end(), isGuarded))
        return {};
    return StepResult{Outcome::LeftAlone, Error{ErrorKind::Forbidden, 0, {}, "protected"}, false};
}

/// Deletes by digest first, the first one alone; images before what goes with them.
QCoro::Task<> DeleteImages::deleteAll(std::shared_ptr<Run> run)
{
    const int count = int(run->steps.size());
    while (run->next < count && run->settled[std::size_t(run->next)])
        ++run->next;
    if (run->next < count) {
        auto first = deleteSome(run, run->next + 1);
        co_await first;
    }
    while (run->next < count && !run->gone.stop_requested() && !run->ended) {
        const DeleteStep &step = run->steps[std::size_t(run->next)];
        int last = run->next;
        while (last < count && run->steps[std::size_t(last)].kind == step.kind &&
               run->steps[std::size_t(last)].depth == step.depth)
            ++last;
        const int parallel = step.firstTry ? 1 : workers; // one try tells whether the others make sense
        std::vector<QCoro::Task<>> tasks;
        for (int i = 0; i < parallel; ++i)
            tasks.push_back(deleteSome(run, last));
        for (auto &task : tasks)
            co_await task;
        if (run->stop.stop_requested())
            break;
    }
}

QCoro::Task<> DeleteImages::deleteSome(std::shared_ptr<Run> run, int last)
{
    while (run->next < last && !run->ended && !run->stop.stop_requested()) {
        const int index = run->next++;
        if (run->settled[std::size_t(index)])
            continue;
        const auto &because = run->steps[std::size_t(index)].because;
        if (because && !run->deleted.contains(*because))
            continue; // its image is still there
        auto deleting = deleteOne(run, index);
        co_await deleting;
        if (run->gone.stop_requested())
            co_return;
        if (run->failuresInRow >= mostFailuresInRow) {
            auto waiting = waitWhilePaused(run);
            co_await waiting;
            if (run->gone.stop_requested())
                co_return;
        }
    }
}

/// Not ended by stop(): what was begun is finished, so that its outcome is known.
QCoro::Task<> DeleteImages::deleteOne(std::shared_ptr<Run> run, int index)
{
    const DeleteStep step = run->steps[std::size_t(index)];
    const int journalIndex = run->journalIndex[std::size_t(index)];
    const auto under = co_await run->journal->setOutcome(run->id, journalIndex, Outcome::Pending, QString());
    if (run->gone.stop_requested())
        co_return;
    StepResult result;
    if (!under) {
        result.outcome = Outcome::NotSent;
        result.error = under.error();
        result.endsBatch = true;
    } else {
        auto performing = performStep(run->client, run->repository, step, std::stop_token());
        result = co_await performing;
        const QString why = result.error ? toQString(result.error->message) : QString();
        if (run->journal)
            co_await run->journal->setOutcome(run->id, journalIndex, result.outcome, why);
        if (run->gone.stop_requested())
            co_return;
    }
    settle(*run, index, result);
}

void DeleteImages::settle(Run &run, int index, const StepResult &result)
{
    const DeleteStep &step = run.steps[std::size_t(index)];
    run.settled[std::size_t(index)] = true;
    setOutcome(index, result.outcome, result.error);
    setProgress(done() + 1, total());
    const bool isGone = result.outcome == Outcome::Done || result.outcome == Outcome::AlreadyGone;
    run.failuresInRow = result.outcome == Outcome::Failed ? run.failuresInRow + 1 : 0;
    if (isGone) {
        run.deleted.insert(step.digest);
        emit tagsDeleted(step.tags);
    } else {
        emit tagsKept(step.tags, result.outcome, result.error ? toQString(result.error->message) : QString());
    }
    if (result.endsBatch) {
        run.ended = true;
        m_endedBy = result.error;
    }
}

QCoro::Task<> DeleteImages::waitWhilePaused(std::shared_ptr<Run> run)
{
    pause();
    if (state() != State::Paused)
        co_return;
    Wakeup wakeup(run->gone);
    run->paused.push_back(&wakeup);
    co_await wakeup;
}

void DeleteImages::resumed()
{
    m_run->failuresInRow = 0;
    for (Wakeup *wakeup : std::exchange(m_run->paused, {}))
        wakeup->wake();
}

void DeleteImages::markUnsent(Run &run)
{
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        if (run.settled[i])
            continue;
        run.settled[i] = true;
        setOutcome(int(i), Outcome::NotSent);
        emit tagsKept(run.steps[i].tags, Outcome::NotSent, QString());
    }
}

JournalOperation DeleteImages::record(bool finished) const
{
    JournalOperation record;
    record.id = id();
    record.title = title();
    record.registryId = registryId();
    record.registry = m_address;
    record.login = m_login;
    record.repository = repository();
    record.started = m_started;
    record.total = int(m_steps.size());
    record.done = count(Outcome::Done);
    record.failed = count(Outcome::Failed);
    if (finished) {
        record.finished = QDateTime::currentDateTimeUtc();
        record.state = state() == State::Stopping ? State::Stopped : State::Finished;
    }
    if (m_endedBy)
        record.error = toQString(m_endedBy->message);
    return record;
}

} // namespace quayside
