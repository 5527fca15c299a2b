// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"

namespace quayside {

namespace {

std::vector<Tag> toTags(const std::vector<std::string> &names)
{
    std::vector<Tag> tags;
    for (const auto &name : names)
        tags.push_back(*Tag::parse(name));
    return tags;
}

const char *unknownCode(ContentRole role)
{
    return role == ContentRole::Manifest ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN";
}

} // namespace

Result<void> Store::deleteManifest(const RepositoryName &repository, const Digest &digest, const Actor &actor)
{
    return d->deleteDigest(repository, digest, ContentRole::Manifest, actor);
}

Result<void> Store::deleteBlob(const RepositoryName &repository, const Digest &digest, const Actor &actor)
{
    return d->deleteDigest(repository, digest, ContentRole::Blob, actor);
}

// The rename of the tombstone is the whole commit: the tags go with the manifest because a tag is live only
// while its manifest is, so their number does not matter.
Result<void> Store::Private::deleteDigest(const RepositoryName &name, const Digest &digest, ContentRole role,
                                          const Actor &actor)
{
    if (auto deletable = checkDeletable(); !deletable)
        return deletable;
    const auto repository = find(name, unknownCode(role));
    if (!repository)
        return tl::unexpected(repository.error());
    const auto digestLock = keys.lockDigest(name, digest);
    return commitDeletion(**repository, digest, role, actor, {});
}

Result<void> Store::Private::commitDeletion(Repository &repository, const Digest &digest, ContentRole role,
                                            const Actor &actor, const std::string &cause)
{
    if (!repository.state(digest).isDeletable(role))
        return failWithCode(ErrorKind::NotFound, unknownCode(role),
                            digest.toString() + " is not in " + repository.name().toString());
    auto tombstone = repository.deletion(digest, role, now(), actor, cause);
    auto tags = role == ContentRole::Manifest ? toTags(tombstone.tags) : std::vector<Tag>();
    auto written = writeTombstone(repository, digest, std::move(tombstone));
    if (!written)
        return tl::unexpected(written.error());
    repository.publishTombstone(digest, std::move(*written));
    emitEvent(StoreEventType::Delete, repository.name(), digest, std::move(tags));
    return {};
}

Result<void> Store::deleteTag(const RepositoryName &repository, const Tag &tag, const Actor &actor)
{
    if (auto deletable = d->checkDeletable(); !deletable)
        return deletable;
    const auto found = d->find(repository, "MANIFEST_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    const auto tagLock = d->keys.lockTags(repository, {tag});
    const auto before = (*found)->state(tag);
    if (!before.isLive)
        return failWithCode(ErrorKind::NotFound, "MANIFEST_UNKNOWN",
                            "there is no tag " + tag.toString() + " in " + repository.toString());
    TagTombstone deletion;
    deletion.digest = before.current;
    deletion.deletedAt = d->now();
    deletion.by = actor.by;
    deletion.user = actor.user;
    auto tombstone = std::make_shared<const TagTombstone>(std::move(deletion));
    if (auto put = d->driver->putReserved(layout::tagTombstone(repository, tag), tombstone->toString()); !put)
        return put;
    (*found)->publishTagTombstone(tag, std::move(tombstone));
    d->emitEvent(StoreEventType::Delete, repository, *before.current, {tag});
    return {};
}

} // namespace quayside
