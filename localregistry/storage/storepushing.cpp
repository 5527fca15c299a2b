// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"
#include "oci/hasher.h"

#include <algorithm>

namespace quayside {

namespace {

std::vector<std::string> without(const std::vector<std::string> &names, const std::vector<Tag> &tags)
{
    std::vector<std::string> rest;
    std::copy_if(names.begin(), names.end(), std::back_inserter(rest), [&](const auto &name) {
        return std::none_of(tags.begin(), tags.end(),
                            [&](const auto &tag) { return tag.toString() == name; });
    });
    return rest;
}

/// Counts how deep indexes are nested. Every manifest is entered once, so that a graph of many ways costs no
/// more than it has edges.
class IndexWalk
{
public:
    explicit IndexWalk(const Repository &repository)
        : m_repository(repository)
    {}

    /// Indexes on the longest way down, the one with these children included; more than `room` means just
    /// that.
    int depth(const std::vector<Digest> &children, int room)
    {
        if (children.empty())
            return 0;
        if (room == 0)
            return 1;
        int below = 0;
        for (const auto &child : children) {
            if (++m_steps > maxSteps)
                return room + 1;
            below = std::max(below, depthOf(child, room - 1));
        }
        return below + 1;
    }

private:
    static constexpr std::size_t maxSteps = 1'000'000; // less than a second

    int depthOf(const Digest &digest, int room)
    {
        const auto [known, isNew] = m_known.try_emplace(digest, 0);
        if (!isNew)
            return known->second;
        const auto record = m_repository.state(digest).manifest;
        return known->second = record ? depth(record->children, room) : 0;
    }

    const Repository &m_repository;
    std::map<Digest, int> m_known;
    std::size_t m_steps = 0;
};

} // namespace

Result<PutManifestResult> Store::putManifest(const RepositoryName &repository, const TagOrDigest &reference,
                                             const std::vector<Tag> &moreTags, Manifest manifest,
                                             const Actor &)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    if (manifest.bytes().size() > maxManifestSize)
        return failWithCode(ErrorKind::TooLarge, "MANIFEST_INVALID", "a manifest is at most 4 MiB");
    const auto *asked = std::get_if<Digest>(&reference);
    const auto digest = Hasher::hash(manifest.bytes(), asked ? asked->algorithm() : DigestAlgorithm::Sha256);
    if (asked && *asked != digest)
        return failWithCode(ErrorKind::DigestMismatch, "DIGEST_INVALID",
                            "the manifest hashes to " + digest.toString() + ", not to " + asked->toString());
    auto tags = moreTags;
    if (const auto *tag = std::get_if<Tag>(&reference))
        tags.insert(tags.begin(), *tag);

    auto needed = digestsIn(manifest);
    needed.push_back(digest);
    auto lease = d->leases->hold(std::move(needed)); // before it is looked whether they are live
    const auto existing = d->repositories->find(repository);
    if (!existing && existing.error().kind != ErrorKind::NotFound)
        return tl::unexpected(existing.error());
    if (auto complete = d->checkReferences(existing ? existing->get() : nullptr, manifest); !complete)
        return tl::unexpected(complete.error());
    const auto target = d->repositories->findOrMake(repository);
    if (!target)
        return tl::unexpected(target.error());

    const auto created = d->commitManifest(**target, digest, manifest, tags);
    if (!created)
        return tl::unexpected(created.error());
    lease.keep();
    d->bringBack(digest, ContentRole::Manifest);
    return PutManifestResult{
        digest, manifest.subject() ? std::optional(manifest.subject()->digest) : std::nullopt, *created};
}

Result<void> Store::Private::checkReferences(const Repository *repository, const Manifest &manifest) const
{
    std::string missing;
    for (const auto &[digest, role] : referencesOf(manifest)) {
        const bool mayBeMissing = role == ContentRole::Manifest && options.allowSparseIndex;
        if (mayBeMissing || (repository && repository->isLive(digest, role)))
            continue;
        missing += (missing.empty() ? "" : "\n") + digest.toString();
    }
    if (!missing.empty())
        return failWithCode(ErrorKind::InvalidInput, "MANIFEST_BLOB_UNKNOWN", std::move(missing));
    if (!repository || manifest.manifests().empty())
        return {};
    std::vector<Digest> children;
    for (const auto &child : manifest.manifests())
        children.push_back(child.digest);
    if (IndexWalk(*repository).depth(children, maxIndexDepth) > maxIndexDepth)
        return failWithCode(ErrorKind::InvalidInput, "MANIFEST_INVALID",
                            "indexes may be nested at most 32 deep");
    return {};
}

// All is written aside first. Then every step is durable before the next begins: a tag never names what may
// be lost, and a tombstone only goes once what it hid is safe. Returns whether the manifest was not live
// before.
Result<bool> Store::Private::commitManifest(Repository &repository, const Digest &digest,
                                            const Manifest &manifest, const std::vector<Tag> &tags)
{
    const auto tagLocks = keys.lockTags(repository.name(), tags);
    const auto digestLock = keys.lockDigest(repository.name(), digest);
    const auto dataLock = data.share(digest);
    const auto before = repository.state(digest);
    const auto revisionLink = layout::revisionLink(repository.name(), digest);
    const bool isLinked = before.hasSoundLink(ContentRole::Manifest) && repository.dataOf(digest) == digest &&
                          driver->info(revisionLink);
    const auto moved = tagsToMove(repository, digest, tags);
    const auto staged = stagePush(repository, digest, manifest, moved, !isLinked);
    if (!staged)
        return tl::unexpected(staged.error());
    auto placed = (*staged)->placeNext();
    if (placed)
        placed = isLinked ? driver->makeDurable(revisionLink) : (*staged)->placeNext();
    if (!placed)
        return tl::unexpected(placed.error());
    const auto pushed = before.manifest ? before.manifest->pushed : now();
    auto record = makeManifestRecord(manifest, pushed, strings, repositories->loader().contentReader());
    auto tombstone = clearForPush(repository, digest, tags);
    if (!tombstone)
        return tl::unexpected(tombstone.error());
    repository.publishDataOf(digest, digest);
    repository.publishManifest(digest, std::move(record), std::move(*tombstone));
    cache.insert(digest, manifest.sharedBytes());
    for (const auto &tag : tags) {
        const bool moves = std::find(moved.begin(), moved.end(), tag) != moved.end();
        if (auto committed = commitTag(repository, tag, digest, moves ? staged->get() : nullptr); !committed)
            return tl::unexpected(committed.error());
    }
    emitEvent(StoreEventType::Push, repository.name(), digest, tags);
    return !before.isLive(ContentRole::Manifest);
}

// The tags that named the manifest before it was deleted do not come back with a push of the digest or of
// another tag: the record that replaces the tombstone keeps them hidden, however many there are, by one
// rename.
Result<std::shared_ptr<const Tombstone>>
Store::Private::clearForPush(const Repository &repository, const Digest &digest, const std::vector<Tag> &tags)
{
    const auto before = repository.state(digest);
    if (!before.tombstone)
        return nullptr;
    auto next = *before.tombstone;
    if (before.isDeleted(ContentRole::Manifest)) {
        next = withoutRoles(before, {ContentRole::Manifest});
        next.hiddenSince = before.tombstone->deletedAt(ContentRole::Manifest);
        next.hidden = without(repository.tagsNaming(digest, false), tags);
    } else {
        next.renew();
        next.hidden = without(next.hidden, tags);
        if (next.hidden.size() == before.tombstone->hidden.size() && !before.tombstone->sweeping)
            return before.tombstone;
    }
    return writeTombstone(repository, digest, std::move(next));
}

// A link that names the digest already is left as it is: one that is newer than a tombstone looks like
// another program's push.
std::vector<Tag> Store::Private::tagsToMove(const Repository &repository, const Digest &digest,
                                            const std::vector<Tag> &tags) const
{
    std::vector<Tag> moved;
    std::copy_if(tags.begin(), tags.end(), std::back_inserter(moved), [&](const auto &tag) {
        return repository.state(tag).current != digest ||
               !driver->info(layout::tagLink(repository.name(), tag));
    });
    return moved;
}

// The steps: the data, the revision link if it is missing, each tag that moves with its entry in the history
// before its new value. The data is written even if it is there: the rename repairs what is damaged.
Result<std::unique_ptr<StagedObjects>>
Store::Private::stagePush(const Repository &repository, const Digest &digest, const Manifest &manifest,
                          const std::vector<Tag> &moved, bool withRevision)
{
    const auto &name = repository.name();
    const auto link = digest.toString();
    std::vector<std::vector<NewObject>> steps{{{layout::blobData(digest), manifest.bytes()}}};
    if (withRevision)
        steps.push_back({{layout::revisionLink(name, digest), link}});
    for (const auto &tag : moved) {
        auto &objects = steps.emplace_back();
        if (repository.state(tag).current != digest)
            objects.push_back({layout::tagIndexLink(name, tag, digest), link});
        objects.push_back({layout::tagLink(name, tag), link});
    }
    return driver->stage(steps);
}

Result<void> Store::Private::commitTag(Repository &repository, const Tag &tag, const Digest &digest,
                                       StagedObjects *staged)
{
    const auto before = repository.state(tag);
    const auto link = layout::tagLink(repository.name(), tag);
    if (auto placed = staged ? staged->placeNext() : driver->makeDurable(link); !placed)
        return placed;
    repository.publishTag(tag, digest);
    if (!before.tombstone)
        return {};
    if (auto removed = driver->remove(layout::tagTombstone(repository.name(), tag)); !removed)
        return removed;
    repository.publishTagTombstone(tag, nullptr);
    return {};
}

} // namespace quayside
