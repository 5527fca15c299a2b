// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"
#include "localregistry/storage/sweeping.h"

namespace quayside {

namespace {

tl::unexpected<Error> notInTrash(const RepositoryName &repository, const std::string &reference)
{
    return failWithCode(ErrorKind::NotFound, "MANIFEST_UNKNOWN",
                        reference + " is not in the trash of " + repository.toString());
}

std::string lines(const std::vector<Digest> &digests)
{
    std::string text;
    for (const auto &digest : digests)
        text += (text.empty() ? "" : "\n") + digest.toString();
    return text;
}

} // namespace

Result<void> Store::purge(const RepositoryName &repository, const TagOrDigest &reference, const Actor &)
{
    if (auto deletable = d->checkDeletable(); !deletable)
        return deletable;
    const auto found = d->find(repository, "MANIFEST_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    const auto *tag = std::get_if<Tag>(&reference);
    return tag ? d->purgeTag(**found, *tag) : d->purgeDigest(**found, std::get<Digest>(reference));
}

Result<HandOverResult> Store::purgeAll(StoreOptions options)
{
    auto store = open(std::move(options));
    if (!store)
        return tl::unexpected(store.error());
    auto &p = *(*store)->d;
    HandOverResult result;
    Result<void> done = p.checkDeletable();
    p.repositories->visitFrom({}, [&](Repository &repository) {
        if (done)
            done = p.purgeAll(repository, result);
        return done.has_value();
    });
    if (!done)
        return tl::unexpected(done.error());
    if (auto marked = p.state->markHandedOver(p.now()); !marked)
        return tl::unexpected(marked.error());
    return result;
}

// A subject takes its referrers with it, so it ends when a round finds nothing.
Result<void> Store::Private::purgeAll(Repository &repository, HandOverResult &result)
{
    for (const auto &[tag, tombstone] : repository.tagTombstones()) {
        if (tombstone->isOutdated) {
            ++result.kept;
            continue;
        }
        const auto swept = sweepTag(repository, tag, [](const auto &) { return true; });
        if (!swept)
            return tl::unexpected(swept.error());
        result.purged += *swept == Sweep::Done ? 1 : 0;
    }
    for (const auto &[digest, tombstone] : repository.tombstones()) {
        if (auto done = purgeHiddenTags(repository, digest, *tombstone, result); !done)
            return done;
    }
    const auto isRipe = [](const Digest &, const Tombstone &record) { return !record.keepsForeignPush(); };
    for (bool found = true; found;) {
        found = false;
        for (const auto &[digest, tombstone] : repository.tombstones()) {
            Needs nothing{repository.revision(), {}};
            const auto swept = sweepDigest(repository, digest, nothing, isRipe);
            if (!swept)
                return tl::unexpected(swept.error());
            result.purged += *swept == Sweep::Done ? 1 : 0;
            found = found || *swept == Sweep::Done;
        }
    }
    result.kept += repository.tombstones().size();
    return {};
}

// Another program pushed some of the tags that a record hides: the others go without the record.
Result<void> Store::Private::purgeHiddenTags(Repository &repository, const Digest &digest,
                                             const Tombstone &tombstone, HandOverResult &result)
{
    if (tombstone.namesARole() || !tombstone.keepsForeignPush())
        return {};
    for (const auto &name : tombstone.hidden) {
        const auto tag = *Tag::parse(name);
        if (tombstone.isOutdatedTag(name) || repository.state(tag).current != digest)
            continue;
        if (auto done = purgeHiddenTag(repository, tag, digest); !done)
            return done;
        ++result.purged;
    }
    return {};
}

Result<void> Store::Private::purgeDigest(Repository &repository, const Digest &digest)
{
    const auto before = repository.state(digest);
    const bool isInTrash = before.tombstone && before.tombstone->namesARole();
    if (!isInTrash)
        return notInTrash(repository.name(), digest.toString());
    if (const auto obstacle = repository.obstacle(digest))
        return failWithCode(ErrorKind::Conflict, "UNAVAILABLE",
                            "it is not known what needs it: " + *obstacle);
    const auto rule = expiryRule();
    const auto isRipe = [&](const Digest &other, const Tombstone &record) {
        return rule.isRipe(record) || (other == digest && record.namesARole());
    };
    auto needs = needsOf(repository, isRipe);
    if (!needs)
        return tl::unexpected(needs.error());
    const auto swept = sweepDigest(repository, digest, *needs, isRipe);
    if (!swept)
        return tl::unexpected(swept.error());
    if (*swept == Sweep::Held)
        return failWithCode(ErrorKind::Conflict, "HELD", lines(needs->neededBy[digest]));
    if (*swept == Sweep::Changed)
        return notInTrash(repository.name(), digest.toString());
    return {};
}

Result<void> Store::Private::purgeTag(Repository &repository, const Tag &tag)
{
    const auto before = repository.state(tag);
    if (!before.isDeleted() && before.current && !before.isLive)
        return purgeHiddenTag(repository, tag, *before.current);
    const auto swept = sweepTag(repository, tag, [](const auto &) { return true; });
    if (!swept)
        return tl::unexpected(swept.error());
    return *swept == Sweep::Done ? Result<void>() : notInTrash(repository.name(), tag.toString());
}

Result<void> Store::Private::purgeHiddenTag(Repository &repository, const Tag &tag, const Digest &digest)
{
    const auto tagLock = keys.lockTags(repository.name(), {tag});
    const auto digestLock = keys.lockDigest(repository.name(), digest);
    const auto before = repository.state(digest).tombstone;
    if (repository.state(tag).current != digest || !before || !before->hides(tag.toString()))
        return notInTrash(repository.name(), tag.toString());
    // A tombstone of its own hides it while the record stops to do so.
    TagTombstone own;
    own.digest = digest;
    own.deletedAt = before->hiddenSince;
    own.sweeping = true;
    if (auto put = driver->put(layout::tagTombstone(repository.name(), tag), own.toString()); !put)
        return put;
    repository.publishTagTombstone(tag, std::make_shared<const TagTombstone>(std::move(own)));
    if (auto gone = finishSweep(*driver, repository, tag); !gone)
        return gone;
    emitEvent(StoreEventType::Sweep, repository.name(), digest, {tag});
    return {};
}

} // namespace quayside
