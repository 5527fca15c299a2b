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
    const bool itself = result->changed;
    if (options.deep) {
        std::set<Digest> seen;
        if (auto done = d->restoreReferences(**found, result->digest, seen, result->changed); !done)
            return tl::unexpected(done.error());
    }
    result->missing = d->missingReferences(**found, result->digest);
    if (itself || result->changed)
        d->emitEvent(StoreEventType::Restore, repository, result->digest, result->tagsRestored);
    return result;
}

Result<RestoreResult> Store::Private::restoreDigest(Repository &repository, const Digest &digest,
                                                    std::optional<ContentRole> role)
{
    const auto digestLock = keys.lockDigest(repository.name(), digest);
    const auto before = repository.state(digest);
    RestoreResult result{digest, false, {}, {}, {}};
    auto next = before.tombstone ? *before.tombstone : Tombstone();
    bool isLive = false;
    for (const auto each : {ContentRole::Manifest, ContentRole::Blob}) {
        if (role && *role != each)
            continue;
        isLive = isLive || before.isLive(each);
        if (!before.isDeleted(each) || !before.isLinked(each))
            continue;
        const auto link = each == ContentRole::Manifest ? layout::revisionLink(repository.name(), digest)
                                                        : layout::layerLink(repository.name(), digest);
        if (auto kept = driver->makeDurable(link); !kept)
            return tl::unexpected(kept.error());
        next.clear(each);
        result.changed = true;
    }
    if (!result.changed && isLive)
        return result;
    if (!result.changed)
        return failWithCode(ErrorKind::NotFound,
                            role == ContentRole::Blob ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN",
                            digest.toString() + " is not in the trash of " + repository.name().toString());
    // An unreadable record named both roles; what has no link is not kept deleted for ever.
    if (!before.tombstone->readable && !before.isLinked(ContentRole::Blob))
        next.clear(ContentRole::Blob);
    if (!before.tombstone->readable && !before.isLinked(ContentRole::Manifest))
        next.clear(ContentRole::Manifest);

    const auto liveBefore = repository.tagsNaming(digest, true);
    auto written = writeTombstone(repository, digest, std::move(next));
    if (!written)
        return tl::unexpected(written.error());
    repository.publishTombstone(digest, std::move(*written));
    result.tagsRestored = tagsBeyond(liveBefore, repository.tagsNaming(digest, true));
    for (const auto &name : before.tombstone->tags) {
        const auto tag = *Tag::parse(name);
        if (repository.state(tag).current != digest)
            result.tagsMoved.push_back(tag);
    }
    return result;
}

Result<RestoreResult> Store::Private::restoreTag(Repository &repository, const Tag &tag)
{
    const auto tagLock = keys.lockTags(repository.name(), {tag});
    const auto before = repository.state(tag);
    if (before.isLive)
        return RestoreResult{*before.current, false, {}, {}, {}};
    const auto unknown =
        failWithCode(ErrorKind::NotFound, "MANIFEST_UNKNOWN",
                     "the tag " + tag.toString() + " is not in the trash of " + repository.name().toString());
    const auto named =
        before.isDeleted() && before.tombstone->digest ? before.tombstone->digest : before.current;
    if (!named)
        return unknown;
    const auto &digest = *named;
    const auto digestLock = keys.lockDigest(repository.name(), digest);
    const auto content = repository.state(digest);
    if (!content.isLinked(ContentRole::Manifest))
        return unknown; // swept

    const auto liveBefore = repository.tagsNaming(digest, true);
    if (auto kept = driver->makeDurable(layout::revisionLink(repository.name(), digest)); !kept)
        return tl::unexpected(kept.error());
    if (auto put = driver->put(layout::tagLink(repository.name(), tag), digest.toString()); !put)
        return tl::unexpected(put.error());
    repository.publishTag(tag, digest);
    if (content.tombstone) {
        auto next = *content.tombstone;
        if (next.names(ContentRole::Manifest))
            next.clear(ContentRole::Manifest);
        if (!content.tombstone->readable && !content.isLinked(ContentRole::Blob))
            next.clear(ContentRole::Blob);
        std::erase(next.hidden, tag.toString());
        auto written = writeTombstone(repository, digest, std::move(next));
        if (!written)
            return tl::unexpected(written.error());
        repository.publishTombstone(digest, std::move(*written));
    }
    if (before.tombstone) {
        if (auto removed = driver->remove(layout::tagTombstone(repository.name(), tag)); !removed)
            return tl::unexpected(removed.error());
        repository.publishTagTombstone(tag, nullptr);
    }
    return RestoreResult{digest, true, tagsBeyond(liveBefore, repository.tagsNaming(digest, true)), {}, {}};
}

std::optional<Manifest> Store::Private::readManifest(const Repository &repository, const Digest &digest) const
{
    if (!repository.state(digest).isLinked(ContentRole::Manifest))
        return std::nullopt;
    auto bytes = driver->read(layout::blobData(repository.dataOf(digest)), maxManifestSize);
    if (!bytes)
        return std::nullopt;
    auto manifest = Manifest::parse(std::move(*bytes), std::nullopt, JsonRules::Lenient);
    return manifest ? std::optional(std::move(*manifest)) : std::nullopt;
}

// Each reference is a restore of its own, under its own lock; one that is gone is told as missing.
Result<void> Store::Private::restoreReferences(Repository &repository, const Digest &digest,
                                               std::set<Digest> &seen, bool &changed)
{
    const auto manifest = readManifest(repository, digest);
    if (!manifest)
        return {};
    for (const auto &[reference, role] : referencesOf(*manifest)) {
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

std::vector<RestoreResult::Missing> Store::Private::missingReferences(const Repository &repository,
                                                                      const Digest &digest) const
{
    std::vector<RestoreResult::Missing> missing;
    if (!repository.isLive(digest, ContentRole::Manifest))
        return missing;
    const auto manifest = readManifest(repository, digest);
    if (!manifest)
        return missing;
    for (const auto &[reference, role] : referencesOf(*manifest)) {
        const auto found = repository.state(reference);
        if (!found.isLive(role))
            missing.push_back({reference, found.isLinked(role)});
    }
    return missing;
}

} // namespace quayside
