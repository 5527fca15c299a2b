// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"

#include <algorithm>

namespace quayside {

namespace {

std::vector<Tag> tagsBeyond(const std::vector<std::string> &before, const std::vector<std::string> &after)
{
    std::vector<Tag> tags;
    for (const auto &name : after) {
        if (!std::binary_search(before.begin(), before.end(), name))
            tags.push_back(*Tag::parse(name));
    }
    return tags;
}

// Of the tags that named the digest when it was deleted, those that name something else now.
std::vector<Tag> tagsMovedFrom(const Repository &repository, const Digest &digest,
                               const std::vector<std::string> &names)
{
    std::vector<Tag> moved;
    for (const auto &name : names) {
        const auto tag = *Tag::parse(name);
        if (repository.state(tag).current != digest)
            moved.push_back(tag);
    }
    return moved;
}

std::string linkPath(const RepositoryName &name, const Digest &digest, ContentRole role)
{
    return role == ContentRole::Manifest ? layout::revisionLink(name, digest)
                                         : layout::layerLink(name, digest);
}

void append(RestoreResult &result, const RestoreResult &more)
{
    const auto add = [](auto &list, const auto &others) {
        list.insert(list.end(), others.begin(), others.end());
    };
    for (const auto &digest : more.restored) { // one that is a blob and a manifest comes back twice
        if (std::find(result.restored.begin(), result.restored.end(), digest) == result.restored.end())
            result.restored.push_back(digest);
    }
    add(result.tagsRestored, more.tagsRestored);
    add(result.tagsMoved, more.tagsMoved);
}

} // namespace

Result<RestoreResult> Store::restore(const RepositoryName &repository, const TagOrDigest &reference,
                                     const RestoreOptions &options, const Actor &)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    const auto *tag = std::get_if<Tag>(&reference);
    const auto found =
        d->find(repository, options.role == ContentRole::Blob ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    auto result = tag ? d->restoreTag(**found, *tag)
                      : d->restoreDigest(**found, std::get<Digest>(reference), options.role);
    if (!result)
        return result;
    std::set<ManifestReference> seen;
    if (options.deep) {
        if (auto done = d->restoreReferences(**found, result->digest, seen, *result); !done)
            return tl::unexpected(done.error());
        seen.clear();
    }
    if ((*found)->isLive(result->digest, ContentRole::Manifest)) {
        if (auto done = d->addMissingReferences(**found, result->digest, seen, result->missing); !done)
            return tl::unexpected(done.error());
    }
    return result;
}

Result<RestoreResult> Store::Private::restoreDigest(Repository &repository, const Digest &digest,
                                                    std::optional<ContentRole> role)
{
    const auto digestLock = keys.lockDigest(repository.name(), digest);
    const auto before = repository.state(digest);
    std::vector<ContentRole> roles;
    bool isLive = false;
    for (const auto each : {ContentRole::Manifest, ContentRole::Blob}) {
        if (role && *role != each)
            continue;
        isLive = isLive || before.isLive(each);
        if (before.isDeleted(each) && before.isLinked(each) && !before.tombstone->sweeping)
            roles.push_back(each);
    }
    if (roles.empty() && isLive)
        return RestoreResult{digest, {}, {}, {}, {}};
    if (roles.empty())
        return failWithCode(ErrorKind::NotFound,
                            role == ContentRole::Blob ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN",
                            digest.toString() + " is not in the trash of " + repository.name().toString());
    for (const auto each : roles) {
        if (auto kept = driver->makeDurable(linkPath(repository.name(), digest, each)); !kept)
            return tl::unexpected(kept.error());
    }
    const auto liveBefore = repository.tagsNaming(digest, true);
    auto written = writeTombstone(repository, digest, withoutRoles(before, roles));
    if (!written)
        return tl::unexpected(written.error());
    repository.publishTombstone(digest, std::move(*written));
    // Tags come back, or do not, with the manifest alone.
    std::vector<Tag> moved;
    if (std::find(roles.begin(), roles.end(), ContentRole::Manifest) != roles.end())
        moved = tagsMovedFrom(repository, digest, before.tombstone->tags);
    auto tags = tagsBeyond(liveBefore, repository.tagsNaming(digest, true));
    emitEvent(StoreEventType::Restore, repository.name(), digest, tags);
    return RestoreResult{digest, {digest}, std::move(tags), std::move(moved), {}};
}

Result<RestoreResult> Store::Private::restoreTag(Repository &repository, const Tag &tag)
{
    const auto tagLock = keys.lockTags(repository.name(), {tag});
    const auto before = repository.state(tag);
    if (before.isLive)
        return RestoreResult{*before.current, {}, {}, {}, {}};
    const auto unknown = [&] {
        return failWithCode(ErrorKind::NotFound, "MANIFEST_UNKNOWN",
                            "the tag " + tag.toString() + " is not in the trash of " +
                                repository.name().toString());
    };
    const auto digest =
        before.isDeleted() && before.tombstone->digest ? before.tombstone->digest : before.current;
    if (!digest || (before.isDeleted() && before.tombstone->sweeping))
        return unknown();
    const auto digestLock = keys.lockDigest(repository.name(), *digest);
    if (repository.state(tag).isLive) // a restore of the manifest was quicker
        return RestoreResult{*digest, {}, {}, {}, {}};
    // Without its revision link the manifest was swept: nothing to come back to.
    const auto manifest = repository.state(*digest);
    if (!manifest.isLinked(ContentRole::Manifest) || (manifest.tombstone && manifest.tombstone->sweeping))
        return unknown();
    const auto liveBefore = repository.tagsNaming(*digest, true);
    const bool isThere = before.current == digest;
    if (auto kept = writeLink(layout::tagLink(repository.name(), tag), *digest, isThere); !kept)
        return tl::unexpected(kept.error());
    repository.publishTag(tag, *digest);
    if (auto shown = showManifestOf(repository, tag, *digest); !shown)
        return tl::unexpected(shown.error());
    if (before.tombstone) {
        if (auto removed = driver->remove(layout::tagTombstone(repository.name(), tag)); !removed)
            return tl::unexpected(removed.error());
        repository.publishTagTombstone(tag, nullptr);
    }
    auto tags = tagsBeyond(liveBefore, repository.tagsNaming(*digest, true));
    emitEvent(StoreEventType::Restore, repository.name(), *digest, tags);
    return RestoreResult{*digest, {*digest}, std::move(tags), {}, {}};
}

// Restores the manifest that a tag names, if it is deleted, and takes the tag off its hidden list.
Result<void> Store::Private::showManifestOf(Repository &repository, const Tag &tag, const Digest &digest)
{
    if (auto kept = driver->makeDurable(layout::revisionLink(repository.name(), digest)); !kept)
        return kept;
    const auto before = repository.state(digest);
    if (!before.isDeleted(ContentRole::Manifest) &&
        !(before.tombstone && before.tombstone->hides(tag.toString())))
        return {};
    auto next = withoutRoles(before, {ContentRole::Manifest});
    std::erase(next.hidden, tag.toString());
    next.renew();
    auto written = writeTombstone(repository, digest, std::move(next));
    if (!written)
        return tl::unexpected(written.error());
    repository.publishTombstone(digest, std::move(*written));
    return {};
}

// What a manifest needs. One that cannot be parsed, or has lost its data, is known to need nothing; one that
// cannot be read just now is an error: "restored with all it needs" would not be true.
Result<std::vector<ManifestReference>> Store::Private::readReferences(const Repository &repository,
                                                                      const Digest &digest) const
{
    std::vector<ManifestReference> none;
    if (!repository.state(digest).isLinked(ContentRole::Manifest))
        return none;
    auto bytes = driver->read(layout::blobData(repository.dataOf(digest)), maxManifestSize);
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return none;
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto manifest = Manifest::parse(std::move(*bytes), std::nullopt, JsonRules::Lenient);
    return manifest ? referencesOf(*manifest) : none;
}

// Each reference is a restore of its own, under its own lock; one that is gone is told as missing.
Result<void> Store::Private::restoreReferences(Repository &repository, const Digest &digest,
                                               std::set<ManifestReference> &seen, RestoreResult &result)
{
    const auto references = readReferences(repository, digest);
    if (!references)
        return tl::unexpected(references.error());
    for (const auto &reference : *references) {
        if (!seen.insert(reference).second)
            continue;
        const auto restored = restoreDigest(repository, reference.digest, reference.role);
        if (!restored && restored.error().kind != ErrorKind::NotFound)
            return tl::unexpected(restored.error());
        if (restored)
            append(result, *restored);
        if (!restored || reference.role != ContentRole::Manifest)
            continue;
        if (auto done = restoreReferences(repository, reference.digest, seen, result); !done)
            return done;
    }
    return {};
}

// What a child needs is missing, too, whether the child is live or not.
Result<void> Store::Private::addMissingReferences(const Repository &repository, const Digest &digest,
                                                  std::set<ManifestReference> &seen,
                                                  std::vector<RestoreResult::Missing> &missing) const
{
    const auto references = readReferences(repository, digest);
    if (!references)
        return tl::unexpected(references.error());
    for (const auto &reference : *references) {
        if (!seen.insert(reference).second)
            continue;
        const auto found = repository.state(reference.digest);
        if (!found.isLive(reference.role))
            missing.push_back(
                {reference.digest, found.isLinked(reference.role) && !found.tombstone->sweeping});
        if (reference.role != ContentRole::Manifest)
            continue;
        if (auto done = addMissingReferences(repository, reference.digest, seen, missing); !done)
            return done;
    }
    return {};
}

} // namespace quayside
