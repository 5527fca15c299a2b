// SPDX-License-Identifier: Apache-2.0
#include "model/deletebyplaceholder.h"
#include "model/deleteimages_run.h"
#include "model/errortext.h"
#include "model/registrysession.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <utility>

namespace quayside {

namespace {

constexpr int workers = 4;
constexpr int mostFailuresInRow = 10;

} // namespace

DeleteImages::DeleteImages(RegistrySession *session, UndoJournal *journal, DeletePlan plan,
                           Confirmation confirmation, QObject *parent)
    : Operation(Kind::Delete, session->id(), toQString(plan.repository.toString()), parent)
    , m_plan(std::move(plan))
    , m_confirmation(std::move(confirmation))
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

void DeleteImages::setCopyTarget(std::shared_ptr<RegistryClient> local)
{
    m_run->local = std::move(local);
}

void DeleteImages::run()
{
    m_started = QDateTime::currentDateTimeUtc();
    if (auto refusal = refusalToChange(m_config))
        end(std::move(refusal));
    else if (!m_run->client || !m_run->journal)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else if (m_plan.keepCopy && !m_run->local)
        end(Error{ErrorKind::Refused, 0, copyFailed, "Local does not run"});
    else if (const auto missing = missingConfirmation(m_config, m_plan.repository, m_confirmation))
        end(missing);
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
    if (ready && run->copy && !run->gone.stop_requested()) {
        auto copying = keepCopy(run);
        ready = co_await copying;
        if (ready && !run->gone.stop_requested()) { // it may have taken long
            auto sparingAgain = spareNamedAgain(run);
            ready = co_await sparingAgain;
        }
    }
    if (run->gone.stop_requested())
        co_return;
    if (!ready) {
        m_endedBy = ready.error();
        markUnsent(*run);
        if (run->begun)
            co_await run->journal->finish(record(true));
        if (!run->gone.stop_requested())
            end(m_endedBy);
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
    const bool goesOn = !run->ended && !run->stop.stop_requested() && !run->gone.stop_requested();
    if (goesOn && !run->forPlaceholder.empty()) {
        auto placing = usePlaceholder(run);
        co_await placing;
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
        const bool isForPlaceholder = step.usePlaceholder && result.outcome == Outcome::LeftAlone &&
                                      result.error->kind == ErrorKind::Unsupported;
        if (isForPlaceholder) {
            run->forPlaceholder.push_back(index);
            result.outcome = Outcome::NotSent;
        }
        const QString why = result.error ? toQString(result.error->message) : QString();
        if (run->journal)
            co_await run->journal->setOutcome(run->id, journalIndex, result.outcome, why);
        if (run->gone.stop_requested() || isForPlaceholder)
            co_return;
    }
    settle(*run, index, result);
}

/// All tags together, so that there is one placeholder and one delete of it.
QCoro::Task<> DeleteImages::usePlaceholder(std::shared_ptr<Run> run)
{
    std::vector<PlaceholderItem> items;
    for (const int index : run->forPlaceholder) {
        const DeleteStep &step = run->steps[std::size_t(index)];
        items.push_back(
            {step.tags.front(), run->kept.manifests.at(step.digest), run->journalIndex[std::size_t(index)]});
    }
    const auto ended = [this, run](std::size_t i, const StepResult &result) {
        if (!run->gone.stop_requested())
            settle(*run, run->forPlaceholder[i], result);
    };
    const PlaceholderDelete job{run->client, run->journal, run->repository, run->id, items, ended};
    auto deleting = deleteByPlaceholder(job);
    co_await deleting;
}

/// In words, for the rows of a list.
QString DeleteImages::reasonOf(const StepResult &result, const DeleteStep &step) const
{
    if (!result.error)
        return {};
    ErrorContext context;
    context.registry = m_config.name;
    context.repository = repository();
    context.reference = step.tags.empty() ? QString() : toQString(step.tags.front().toString());
    context.user = m_login;
    context.verb = Verb::Delete;
    return ErrorText::of(*result.error, context).headline;
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
        emit tagsKept(step.tags, result.outcome, reasonOf(result, step));
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
    if (m_run->copy)
        record.copy = toQString(m_run->copy->toString());
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
