// SPDX-License-Identifier: Apache-2.0
#include "model/restorepush.h"

#include "model/missingcontent.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace quayside {

namespace {

constexpr int workers = 4;

/// What the coroutines of one call share.
struct Pushing
{
    std::shared_ptr<RegistryClient> client;
    std::shared_ptr<const RestoreGraph> graph;
    ManifestRestored restored;
    std::stop_token stop;
    std::stop_token gone;
    std::vector<bool> settled; // by index
    std::vector<bool> away;    // by index: it did not come back
    std::vector<std::size_t> open;

    void settle(std::size_t index, const ItemRestoreResult &result)
    {
        settled[index] = true;
        away[index] = result.outcome != Outcome::Done;
        if (!gone.stop_requested())
            restored(index, result);
    }
    void settleRest(const ItemRestoreResult &result)
    {
        for (std::size_t i = 0; i < settled.size(); ++i) {
            if (!settled[i])
                settle(i, result);
        }
    }
};

ItemRestoreResult refusal(const RestoreGraph::Refusal &refused)
{
    if (refused.missing.empty()) {
        return notRestored(
            Error{ErrorKind::NotFound, 0, {}, "the image that it belongs to cannot come back"});
    }
    std::string names;
    for (const Digest &digest : refused.missing)
        names += (names.empty() ? "" : ", ") + digest.toString();
    auto result = notRestored(Error{ErrorKind::NotFound,
                                    0,
                                    {},
                                    std::to_string(refused.missing.size()) + " of " +
                                        std::to_string(refused.needed) + " layers are gone: " + names});
    result.missing.assign(refused.missing.begin(), refused.missing.end());
    return result;
}

/// A part that did not come back, or the only image that something belongs to: then there is no use.
bool isHopeless(const Pushing &work, std::size_t index)
{
    const auto isAway = [&work](std::size_t other) { return work.away[other]; };
    const auto &parts = work.graph->parts(index);
    const auto &subjects = work.graph->subjects(index);
    return std::any_of(parts.begin(), parts.end(), isAway) ||
           (work.graph->isOnlyAlong(index) && !subjects.empty() &&
            std::all_of(subjects.begin(), subjects.end(), isAway));
}

QCoro::Task<> pushSome(std::shared_ptr<Pushing> work)
{
    while (!work->open.empty() && !work->stop.stop_requested() && !work->gone.stop_requested()) {
        const std::size_t index = work->open.back();
        work->open.pop_back();
        if (isHopeless(*work, index)) {
            work->settle(index, refusal({}));
            continue;
        }
        // What was begun is finished, so that its outcome is known.
        auto putting = putBack(work->client, work->graph->manifests()[index], work->gone);
        const auto result = co_await putting;
        work->settle(index, result);
    }
}

/// Lets what is missing be supplied, and looks what is missing still.
QCoro::Task<Result<std::set<ContentName>>>
missingAfterSupply(std::shared_ptr<Pushing> work, SupplyContent supply, std::set<ContentName> missing)
{
    auto supplying = supply(missing);
    const auto supplied = co_await supplying;
    if (!supplied)
        co_return tl::unexpected(supplied.error());
    std::set<ContentName> blobs;
    std::set<ContentName> manifests;
    const auto all = work->graph->blobs();
    for (const ContentName &name : missing)
        (all.contains(name) ? blobs : manifests).insert(name);
    auto looking = missingContent(work->client, blobs, manifests, work->stop);
    co_return co_await looking;
}

} // namespace

QCoro::Task<> pushBack(std::shared_ptr<RegistryClient> client, std::shared_ptr<const RestoreGraph> graph,
                       SupplyContent supply, ManifestRestored restored, std::stop_token stop,
                       std::stop_token gone)
{
    const std::size_t count = graph->manifests().size();
    const auto work = std::make_shared<Pushing>(Pushing{client, graph, std::move(restored), stop, gone});
    work->settled.resize(count);
    work->away.resize(count);
    auto looking = missingContent(client, graph->blobs(), graph->otherParts(), stop);
    auto missing = co_await looking;
    if (missing && !missing->empty() && supply && !gone.stop_requested()) {
        const auto needy = graph->refused(*missing);
        auto supplying = missingAfterSupply(work, supply, *missing);
        const auto still = co_await supplying;
        for (const auto &[index, refused] : needy) {
            if (!still)
                work->settle(index, notRestored(still.error()));
        }
        missing = still.value_or(std::set<ContentName>());
    }
    if (!missing) {
        work->settleRest(notRestored(missing.error()));
        co_return;
    }
    for (const auto &[index, refused] : graph->refused(*missing))
        work->settle(index, refusal(refused));
    for (const auto &round : graph->rounds()) {
        for (auto index = round.rbegin(); index != round.rend(); ++index) {
            if (!work->settled[*index])
                work->open.push_back(*index);
        }
        std::vector<QCoro::Task<>> tasks;
        for (int i = 0; i < workers; ++i)
            tasks.push_back(pushSome(work));
        for (auto &task : tasks)
            co_await task;
    }
    work->settleRest(notRestored(Error{ErrorKind::Cancelled, 0, {}, "stopped"}));
}

} // namespace quayside
