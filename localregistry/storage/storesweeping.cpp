// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"
#include "localregistry/storage/sweeping.h"

#include <algorithm>

namespace quayside {

namespace {

// A busy repository changes while it is read; what cannot be decided now is left to the next pass.
constexpr int maxAttempts = 5;

std::vector<Tag> toTags(const std::vector<std::string> &names)
{
    std::vector<Tag> tags;
    for (const auto &name : names)
        tags.push_back(*Tag::parse(name));
    return tags;
}

} // namespace

ExpiryRule Store::Private::expiryRule() const
{
    return {options.trashRetention, {now(), state->uptime(), state->startDays()}};
}

Result<SweepResult> Store::sweep(std::stop_token stop)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    SweepResult result;
    result.uploads = d->endIdleUploads();
    if (auto writable = d->checkWritable(); !writable) // a sync may have failed
        return tl::unexpected(writable.error());
    if (!d->options.deletesEnabled)
        return result;
    const std::unique_lock pass(d->passMutex, std::try_to_lock);
    if (!pass)
        return failWithCode(ErrorKind::Conflict, "UNAVAILABLE", "the store is being swept or collected");
    if (auto done = d->sweepAll(stop, result); !done)
        return tl::unexpected(done.error());
    return result;
}

// Everything is read before anything is removed: what cannot be read might need it.
Result<void> Store::Private::sweepAll(std::stop_token stop, SweepResult &result)
{
    driver->reserve();
    if (auto recorded = state->recordUptime(); !recorded)
        return recorded;
    auto untagged = UntaggedFile::load(*driver);
    if (!untagged)
        return tl::unexpected(untagged.error());
    const auto rule = expiryRule();
    auto plan = planSweep(rule, result);
    if (!plan)
        return fail(plan.error().kind, "nothing is swept: " + plan.error().message);
    UntaggedFile stillUntagged;
    for (auto &[repository, needs] : *plan) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "the sweep was stopped");
        auto done = sweepRepository(*repository, rule, needs, stop, result);
        if (done && options.trashUntagged)
            done = deleteUntagged(*repository, *untagged, stillUntagged, result);
        if (!done)
            result.problems.push_back(repository->name().toString() + ": " + done.error().message);
    }
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "the sweep was stopped");
    return options.trashUntagged ? stillUntagged.save(*driver, *untagged) : UntaggedFile::remove(*driver);
}

Result<Store::Private::SweepPlan> Store::Private::planSweep(const ExpiryRule &rule, SweepResult &result)
{
    const auto isReadable = [](const Repository &repository) -> Result<void> {
        const auto obstacle = repository.obstacle();
        return obstacle ? fail(ErrorKind::BadAnswer, *obstacle) : Result<void>();
    };
    if (auto readable = repositories->forEach(isReadable); !readable)
        return tl::unexpected(readable.error());
    const auto isRipe = [&](const Digest &, const Tombstone &record) { return rule.isRipe(record); };
    SweepPlan plan;
    auto planned = repositories->forEach([&](Repository &repository) -> Result<void> {
        if (auto noted = noteExpiry(repository, rule); !noted) {
            result.problems.push_back(repository.name().toString() + ": " + noted.error().message);
            return {};
        }
        plan.emplace_back(&repository, std::nullopt);
        const auto tombstones = repository.tombstones();
        if (std::none_of(tombstones.begin(), tombstones.end(),
                         [&](const auto &entry) { return rule.isRipe(*entry.second); }))
            return {};
        auto needs = needsOf(repository, isRipe);
        if (!needs)
            return tl::unexpected(needs.error());
        plan.back().second = std::move(*needs);
        return {};
    });
    if (!planned)
        return tl::unexpected(planned.error());
    return plan;
}

Result<void> Store::Private::sweepRepository(Repository &repository, const ExpiryRule &rule,
                                             std::optional<Needs> &needs, std::stop_token stop,
                                             SweepResult &result)
{
    for (const auto &[tag, tombstone] : repository.tagTombstones()) {
        if (stop.stop_requested())
            return {};
        const auto swept = sweepTag(repository, tag, [&](const auto &record) { return rule.isRipe(record); });
        if (!swept)
            return tl::unexpected(swept.error());
        result.swept += *swept == Sweep::Done ? 1 : 0;
    }
    if (!needs)
        return {};                                   // nothing was ripe
    if (const auto obstacle = repository.obstacle()) // since it was planned
        return fail(ErrorKind::BadAnswer, *obstacle);
    const auto isRipe = [&](const Digest &, const Tombstone &record) { return rule.isRipe(record); };
    for (const auto &[digest, tombstone] : repository.tombstones()) {
        if (stop.stop_requested())
            return {};
        if (!isRipe(digest, *tombstone))
            continue;
        const auto swept = sweepDigest(repository, digest, *needs, isRipe);
        if (!swept)
            return tl::unexpected(swept.error());
        result.swept += *swept == Sweep::Done ? 1 : 0;
        result.held += *swept == Sweep::Held ? 1 : 0;
    }
    return {};
}

namespace {

// The sighting that a record should have now; it has it already if both are equal.
std::optional<ExpirySighting> sightingOf(const ExpiryRule &rule, const std::optional<Timestamp> &deleted,
                                         const std::optional<ExpirySighting> &seen)
{
    if (!rule.hasExpired(deleted))
        return std::nullopt;
    return rule.isCredible(seen) ? seen : std::optional(rule.now);
}

} // namespace

Result<void> Store::Private::noteExpiry(Repository &repository, const ExpiryRule &rule)
{
    const auto &name = repository.name();
    for (const auto &[digest, ignored] : repository.tombstones()) {
        const auto digestLock = keys.lockDigest(name, digest);
        const auto before = repository.state(digest).tombstone;
        const auto seen =
            before ? sightingOf(rule, before->lastDeletion(), before->expiredSeen) : std::nullopt;
        if (!before || !before->readable || before->keepsForeignPush() || seen == before->expiredSeen)
            continue;
        auto next = *before;
        next.expiredSeen = seen;
        auto written = writeTombstone(repository, digest, std::move(next));
        if (!written)
            return tl::unexpected(written.error());
        repository.publishTombstone(digest, std::move(*written));
    }
    for (const auto &[tag, ignored] : repository.tagTombstones()) {
        const auto tagLock = keys.lockTags(name, {tag});
        const auto before = repository.state(tag).tombstone;
        const auto seen = before ? sightingOf(rule, before->deletedAt, before->expiredSeen) : std::nullopt;
        if (!before || !before->digest || before->isOutdated || seen == before->expiredSeen)
            continue;
        auto next = *before;
        next.expiredSeen = seen;
        if (auto put = driver->put(layout::tagTombstone(name, tag), next.toString()); !put)
            return put;
        repository.publishTagTombstone(tag, std::make_shared<const TagTombstone>(std::move(next)));
    }
    return {};
}

Result<Needs> Store::Private::needsOf(const Repository &repository, const RipeTest &isRipe) const
{
    const auto keeps = [&](const Digest &digest) {
        const auto found = repository.state(digest);
        return !found.isDeleted(ContentRole::Manifest) || !isRipe(digest, *found.tombstone);
    };
    return needsOf(repository, keeps);
}

Result<Needs> Store::Private::needsOf(const Repository &repository,
                                      const std::function<bool(const Digest &)> &keeps) const
{
    return findNeeds(repository, keeps, [&](const Digest &digest) -> Result<std::string> {
        if (const auto cached = cache.find(digest))
            return *cached;
        return driver->read(layout::blobData(repository.dataOf(digest)), maxManifestSize);
    });
}

Result<Store::Private::Sweep> Store::Private::sweepDigest(Repository &repository, const Digest &digest,
                                                          Needs &needs, const RipeTest &isRipe)
{
    auto begun = Sweep::Changed;
    for (int attempt = 0; attempt < maxAttempts && begun == Sweep::Changed; ++attempt) {
        if (needs.revision != repository.revision()) {
            auto found = needsOf(repository, isRipe);
            if (!found)
                return tl::unexpected(found.error());
            needs = std::move(*found);
        }
        const auto result = beginSweep(repository, digest, needs, isRipe);
        if (!result || *result == Sweep::Held)
            return result;
        begun = *result;
        if (begun == Sweep::Changed && needs.revision == repository.revision())
            return begun; // not the needs, but the record itself is another one
    }
    if (begun != Sweep::Done)
        return begun;
    if (auto deleted = deleteReferrers(repository, digest); !deleted)
        return tl::unexpected(deleted.error());
    return endSweep(repository, digest);
}

// The point of no return: afterwards only a push brings the digest back.
Result<Store::Private::Sweep> Store::Private::beginSweep(Repository &repository, const Digest &digest,
                                                         const Needs &needs, const RipeTest &isRipe)
{
    const auto digestLock = keys.lockDigest(repository.name(), digest);
    const auto before = repository.state(digest).tombstone;
    if (!before || !isRipe(digest, *before))
        return Sweep::Changed;
    if (before->sweeping)
        return Sweep::Done;
    if (before->namesARole() && needs.neededBy.contains(digest))
        return Sweep::Held;
    auto next = *before;
    next.sweeping = true;
    // First in memory: a manifest that needs this and comes back after the next line finds it gone; one that
    // came back before that is seen by it.
    repository.publishTombstone(digest, std::make_shared<const Tombstone>(next));
    if (repository.revision() != needs.revision) {
        repository.publishTombstone(digest, before);
        return Sweep::Changed;
    }
    auto written = writeTombstone(repository, digest, std::move(next));
    if (!written) {
        repository.publishTombstone(digest, before);
        return tl::unexpected(written.error());
    }
    return Sweep::Done;
}

Result<void> Store::Private::deleteReferrers(Repository &repository, const Digest &subject)
{
    if (!repository.state(subject).isDeleted(ContentRole::Manifest))
        return {};
    for (const auto &referrer : repository.referrers(subject)) {
        const auto digestLock = keys.lockDigest(repository.name(), referrer.digest);
        const auto deleted =
            commitDeletion(repository, referrer.digest, ContentRole::Manifest, {}, causeSubject);
        if (!deleted && deleted.error().kind != ErrorKind::NotFound)
            return deleted;
    }
    return {};
}

Result<Store::Private::Sweep> Store::Private::endSweep(Repository &repository, const Digest &digest)
{
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        const auto found = repository.state(digest);
        const auto &before = found.tombstone;
        if (!before || !before->sweeping) {
            const bool isGone =
                !before && !found.isLinked(ContentRole::Manifest) && !found.isLinked(ContentRole::Blob);
            return isGone ? Sweep::Done : Sweep::Changed; // another pass was quicker, or a push
        }
        const auto tags = repository.tagsSweptWith(digest);
        const auto tagLocks = keys.lockTags(repository.name(), toTags(tags));
        const auto digestLock = keys.lockDigest(repository.name(), digest);
        if (repository.state(digest).tombstone != before || repository.tagsSweptWith(digest) != tags)
            continue;
        if (auto gone = finishSweep(*driver, repository, digest, tags); !gone)
            return tl::unexpected(gone.error());
        emitEvent(StoreEventType::Sweep, repository.name(), digest, toTags(tags));
        return Sweep::Done;
    }
    return Sweep::Changed;
}

Result<Store::Private::Sweep>
Store::Private::sweepTag(Repository &repository, const Tag &tag,
                         const std::function<bool(const TagTombstone &)> &isRipe)
{
    const auto tagLock = keys.lockTags(repository.name(), {tag});
    const auto before = repository.state(tag);
    if (!before.isDeleted() || !isRipe(*before.tombstone))
        return Sweep::Changed;
    auto next = *before.tombstone;
    next.sweeping = true;
    if (auto put = driver->put(layout::tagTombstone(repository.name(), tag), next.toString()); !put)
        return tl::unexpected(put.error());
    const auto digest = next.digest;
    repository.publishTagTombstone(tag, std::make_shared<const TagTombstone>(std::move(next)));
    if (auto gone = endSweep(repository, tag); !gone)
        return tl::unexpected(gone.error());
    if (digest)
        emitEvent(StoreEventType::Sweep, repository.name(), *digest, {tag});
    return Sweep::Done;
}

Result<void> Store::Private::endSweep(Repository &repository, const Tag &tag)
{
    const auto current = repository.state(tag).current;
    if (!current)
        return finishSweep(*driver, repository, tag);
    const auto digestLock = keys.lockDigest(repository.name(), *current);
    return finishSweep(*driver, repository, tag);
}

// The trash says what is held. What only an index can need is known in memory; for a blob the manifests are
// read.
void Store::Private::addHolders(std::vector<TrashEntry> &entries) const
{
    const auto rule = expiryRule();
    const auto isRipe = [&](const Digest &, const Tombstone &record) { return rule.isRipe(record); };
    for (auto first = entries.begin(); first != entries.end();) {
        const auto end = std::find_if(first, entries.end(),
                                      [&](const auto &e) { return e.repository != first->repository; });
        const bool hasBlob = std::any_of(first, end, [](const auto &e) {
            return std::find(e.roles.begin(), e.roles.end(), ContentRole::Blob) != e.roles.end();
        });
        if (const auto repository = repositories->find(first->repository)) {
            auto needs = hasBlob ? needsOf(**repository, isRipe) : fail(ErrorKind::NotFound, {});
            const auto neededBy = needs ? std::move(needs->neededBy) : (*repository)->parents();
            for (; first != end; ++first) {
                const auto found = neededBy.find(first->digest);
                if (!first->roles.empty() && found != neededBy.end())
                    first->heldBy = found->second;
            }
        }
        first = end;
    }
}

} // namespace quayside
