// SPDX-License-Identifier: Apache-2.0
// What happens before the first DELETE: the guards, a last look at the repository, and the journal.
#include "model/deleteimages_run.h"
#include "model/indexreader.h"
#include "model/journalitems.h"
#include "model/tagresolver.h"
#include "model/undofile.h"
#include "oci/qtconversions.h"
#include "registryclient/computed.h"

#include <algorithm>
#include <set>
#include <utility>

namespace quayside {

namespace {

bool mayHaveIndexes(const RepositoryContent &content)
{
    return std::any_of(content.tags.begin(), content.tags.end(),
                       [&](const auto &entry) { return mayBeIndex(content, entry.second); });
}

} // namespace

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
    const bool readsIndexes =
        now && !now->indexesComplete && !run->client->capabilities().countsPulls &&
        (std::any_of(run->steps.begin(), run->steps.end(), isUntagged) || mayHaveIndexes(*now));
    if (readsIndexes) {
        auto reading = readIndexes(run->client, run->repository, *now, run->stop);
        now = co_await reading;
    }
    if (run->gone.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (!now)
        co_return tl::unexpected(now.error());
    for (const auto &[index, why] : namedAgain(run->steps, *now)) {
        if (run->settled[index])
            continue;
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
    const QStringList files = QStringList(m_config.inUseFile) + m_plan.inUseFiles;
    const auto load = [files] { return InUse::load(files); };
    auto loading = computed(load, worthAThread); // a disk may take long
    const auto inUse = co_await loading;
    if (run->gone.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (!inUse)
        co_return tl::unexpected(inUse.error());
    settleInUse(*run, **inUse);
    std::vector<DeleteStep> open;
    for (std::size_t i = 0; i < run->steps.size(); ++i) {
        if (run->settled[i])
            continue;
        run->journalIndex[i] = int(open.size());
        open.push_back(run->steps[i]);
    }
    if (open.empty())
        co_return Result<void>();
    auto items = journalItems(open, m_plan.also, run->kept);
    if (m_plan.keepCopy) {
        const auto planned = planCopy(*run, items);
        if (!planned)
            co_return planned;
    }
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
    const auto begun = co_await run->journal->begin(record(false), items);
    run->begun = begun.has_value();
    co_return begun;
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

/// What is in use stays, with the indexes that name it; its platforms stay with it.
void DeleteImages::settleInUse(Run &run, const InUse &inUse)
{
    const QString address = run.client->address().display();
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const DeleteStep &step = run.steps[i];
        auto source = inUse.digest(step.digest);
        for (const Digest &part : run.kept.below(step.digest))
            source = source ? source : inUse.digest(part);
        for (const Tag &tag : step.tags)
            source = source ? source : inUse.tag(address, run.repository, tag);
        if (!source || run.settled[i])
            continue;
        const Error error{ErrorKind::Forbidden, 0, {}, "in use (" + toStdString(source->text()) + ")"};
        settle(run, int(i), StepResult{Outcome::LeftAlone, error, false});
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

} // namespace quayside
