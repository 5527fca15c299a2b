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
    if (options.deep) {
        std::set<Digest> seen;
        if (auto done = d->restoreReferences(**found, result->digest, seen, result->changed); !done)
            return tl::unexpected(done.error());
    }
    auto missing = d->missingReferences(**found, result->digest);
    if (!missing)
        return tl::unexpected(missing.error());
    result->missing = std::move(*missing);
    if (result->changed)
        d->emitEvent(StoreEventType::Restore, repository, result->digest, result->tagsRestored);
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
        return RestoreResult{digest, false, {}, {}, {}};
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
    return RestoreResult{
        digest, true, tagsBeyond(liveBefore, repository.tagsNaming(digest, true)), std::move(moved), {}};
}

Result<RestoreResult> Store::Private::restoreTag(Repository &repository, const Tag &tag)
{
    const auto tagLock = keys.lockTags(repository.name(), {tag});
    const auto before = repository.state(tag);
    if (before.isLive)
        return RestoreResult{*before.current, false, {}, {}, {}};
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
        return RestoreResult{*digest, false, {}, {}, {}};
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
    return RestoreResult{*digest, true, tagsBeyond(liveBefore, repository.tagsNaming(*digest, true)), {}, {}};
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
                                               std::set<Digest> &seen, bool &changed)
{
    const auto references = readReferences(repository, digest);
    if (!references)
        return tl::unexpected(references.error());
    for (const auto &[reference, role] : *references) {
        if (!seen.insert(reference).second)
            continue;
        const auto restored = restoreDigest(repository, reference, role);
        if (!restored && restored.error().kind != ErrorKind::NotFound)
            return tl::unexpected(restored.error());
        changed = changed || (restored && restored->changed);
        if (!restored || role != ContentRole::Manifest)
            continue;
        if (auto done = restoreReferences(repository, reference, seen, changed); !done)
            return done;
    }
    return {};
}

Result<std::vector<RestoreResult::Missing>> Store::Private::missingReferences(const Repository &repository,
                                                                              const Digest &digest) const
{
    std::vector<RestoreResult::Missing> missing;
    if (!repository.isLive(digest, ContentRole::Manifest))
        return missing;
    const auto references = readReferences(repository, digest);
    if (!references)
        return tl::unexpected(references.error());
    for (const auto &[reference, role] : *references) {
        const auto found = repository.state(reference);
        if (!found.isLive(role))
            missing.push_back({reference, found.isLinked(role) && !found.tombstone->sweeping});
    }
    return missing;
}

} // namespace quayside
