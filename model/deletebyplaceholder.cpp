// SPDX-License-Identifier: Apache-2.0
#include "model/deletebyplaceholder.h"

#include "model/undojournal.h"
#include "oci/qtconversions.h"

#include <map>

namespace quayside {

namespace {

using Job = std::shared_ptr<const PlaceholderDelete>;

/// Writes how an item ended, then tells it.
QCoro::Task<> settle(Job job, std::size_t index, StepResult result)
{
    const QString why = result.error ? toQString(result.error->message) : QString();
    const int journalIndex = job->items[index].journalIndex;
    if (job->journal)
        co_await job->journal->setOutcome(job->operationId, journalIndex, result.outcome, why);
    job->ended(index, result);
}

/// Nothing was sent that changes the registry.
QCoro::Task<> settleAll(Job job, StepResult result)
{
    for (std::size_t i = 0; i < job->items.size(); ++i) {
        auto settling = settle(job, i, result);
        co_await settling;
    }
}

/// With deletes off the placeholder would go up and not come down.
QCoro::Task<std::optional<StepResult>> refusedDeletes(Job job)
{
    std::optional<StepResult> refused;
    if (job->client->capabilities().deleteByDigest.isYes())
        co_return refused;
    const auto probed = co_await job->client->zeroDigestProbe(job->repository);
    if (!probed)
        refused = StepResult{Outcome::LeftAlone, probed.error(), false};
    else if (!probed->isYes())
        refused = StepResult{Outcome::LeftAlone,
                             Error{ErrorKind::DeletesDisabled, 0, {}, toStdString(probed->because)}, true};
    co_return refused;
}

/// Whether the registry takes back what its tags name now. Pushing it by its digest changes nothing.
QCoro::Task<Result<void>> canGoBack(Job job, RawManifest image)
{
    if (!image.mediaType)
        co_return fail(ErrorKind::Unsupported, "the kind of its manifest is not known");
    const auto put =
        co_await job->client->putManifest(job->repository, image.digest, image.bytes, *image.mediaType);
    Result<void> done;
    if (!put)
        done = tl::unexpected(put.error());
    co_return done;
}

/// The items whose bytes could go back; the others are settled.
QCoro::Task<std::vector<std::size_t>> itemsThatCanGoBack(Job job)
{
    std::map<Digest, Result<void>> proved;
    std::vector<std::size_t> able;
    for (std::size_t i = 0; i < job->items.size(); ++i) {
        const RawManifest &image = job->items[i].image;
        if (!proved.contains(image.digest)) {
            auto proving = canGoBack(job, image);
            const auto proof = co_await proving;
            proved.emplace(image.digest, proof);
        }
        const auto &known = proved.at(image.digest);
        if (known) {
            able.push_back(i);
            continue;
        }
        const StepResult failed{Outcome::Failed, known.error(), false};
        auto settling = settle(job, i, failed);
        co_await settling;
    }
    const auto result = able;
    co_return result;
}

OriginalTag originalOf(const PlaceholderItem &item)
{
    return OriginalTag{item.tag, item.image};
}

QCoro::Task<> settlePlaced(Job job, std::size_t index, Placeholder placeholder, Error why)
{
    const OriginalTag original = originalOf(job->items[index]);
    auto looking =
        settlePlaceholder(job->client, job->repository, original, placeholder.digest, why, std::stop_token());
    const auto result = co_await looking;
    auto settling = settle(job, index, result);
    co_await settling;
}

/// Those that name the placeholder now; the others are settled.
QCoro::Task<std::vector<std::size_t>> placeOnAll(Job job, std::vector<std::size_t> items,
                                                 Placeholder placeholder)
{
    std::vector<std::size_t> placed;
    for (const std::size_t i : items) {
        const OriginalTag original = originalOf(job->items[i]);
        auto placing = place(job->client, job->repository, original, placeholder);
        const auto result = co_await placing;
        if (result.outcome == Outcome::Pending && !result.error) {
            placed.push_back(i);
            continue;
        }
        auto settling = result.outcome == Outcome::Pending ? settlePlaced(job, i, placeholder, *result.error)
                                                           : settle(job, i, result);
        co_await settling;
    }
    const auto result = placed;
    co_return result;
}

} // namespace

QCoro::Task<> deleteByPlaceholder(PlaceholderDelete given)
{
    const Job job = std::make_shared<const PlaceholderDelete>(std::move(given));
    auto asking = refusedDeletes(job);
    const auto refused = co_await asking;
    if (refused) {
        auto settling = settleAll(job, *refused);
        co_await settling;
        co_return;
    }
    auto proving = itemsThatCanGoBack(job);
    const auto able = co_await proving;
    if (able.empty())
        co_return;
    const Placeholder placeholder = Placeholder::of(job->operationId);
    std::vector<int> indexes;
    for (const std::size_t i : able)
        indexes.push_back(job->items[i].journalIndex);
    Result<void> noted = fail(ErrorKind::Storage, "journal: the program is ending");
    if (job->journal)
        noted = co_await job->journal->notePlaceholder(job->operationId, indexes, placeholder.digest);
    if (!noted) {
        for (const std::size_t i : able)
            job->ended(i, StepResult{Outcome::NotSent, noted.error(), true});
        co_return;
    }
    auto placing = placeOnAll(job, able, placeholder);
    const auto placed = co_await placing;
    if (placed.empty())
        co_return;
    const auto deleted = co_await job->client->deleteManifest(job->repository, placeholder.digest);
    const Error stays{ErrorKind::Conflict, 0, {}, "the registry has kept the tag"};
    for (const std::size_t i : placed) {
        auto settling = settlePlaced(job, i, placeholder, deleted ? stays : deleted.error());
        co_await settling;
    }
}

} // namespace quayside
