// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/sweeping.h"

#include "localregistry/storage/layout.h"

namespace quayside {

namespace {

Result<void> discardTags(StorageDriver &driver, const RepositoryName &name,
                         const std::vector<std::string> &tags)
{
    if (tags.empty())
        return {};
    std::vector<std::string> directories;
    std::vector<std::string> tombstones;
    for (const auto &text : tags) {
        const auto tag = *Tag::parse(text);
        directories.push_back(layout::tagDirectory(name, tag));
        tombstones.push_back(layout::directoryOf(layout::tagTombstone(name, tag)));
    }
    if (auto gone = driver.discard(directories); !gone)
        return gone;
    return driver.discard(tombstones);
}

} // namespace

Result<void> finishSweep(StorageDriver &driver, Repository &repository, const Digest &digest,
                         const std::vector<std::string> &tags)
{
    const auto &name = repository.name();
    const auto tombstone = repository.state(digest).tombstone;
    if (auto gone = discardTags(driver, name, tags); !gone)
        return gone;
    std::vector<ContentRole> roles;
    std::vector<std::string> links;
    if (tombstone->names(ContentRole::Manifest)) {
        roles.push_back(ContentRole::Manifest);
        links.push_back(layout::directoryOf(layout::revisionLink(name, digest)));
    }
    if (tombstone->names(ContentRole::Blob)) {
        roles.push_back(ContentRole::Blob);
        links.push_back(layout::directoryOf(layout::layerLink(name, digest)));
    }
    if (auto gone = driver.discard(links); !gone)
        return gone;
    if (tombstone->names(ContentRole::Manifest) && !repository.hasManifestBeside(digest)) {
        if (auto gone = driver.removeIfEmpty(layout::repository(name) + '/' + layout::manifests); !gone)
            return gone;
    }
    if (auto gone = driver.discard({layout::directoryOf(layout::tombstone(name, digest))}); !gone)
        return gone;
    repository.publishSwept(digest, roles, tags);
    return {};
}

namespace {

// The record of what the tag names does not go on hiding a tag that is gone: it would be kept for it.
Result<void> takeOffRecord(StorageDriver &driver, Repository &repository, const Tag &tag)
{
    const auto digest = repository.state(tag).current;
    const auto before = digest ? repository.state(*digest).tombstone : nullptr;
    if (!before || !before->hides(tag.toString()))
        return {};
    auto next = *before;
    std::erase(next.hidden, tag.toString());
    const auto path = layout::tombstone(repository.name(), *digest);
    if (auto done = next.isEmpty() ? driver.remove(path) : driver.put(path, next.toString(*digest)); !done)
        return done;
    repository.publishTombstone(*digest, next.isEmpty() ? nullptr : std::make_shared<const Tombstone>(next));
    return {};
}

} // namespace

Result<void> finishSweep(StorageDriver &driver, Repository &repository, const Tag &tag)
{
    if (auto shown = takeOffRecord(driver, repository, tag); !shown)
        return shown;
    if (auto gone = discardTags(driver, repository.name(), {tag.toString()}); !gone)
        return gone;
    repository.publishSwept(tag);
    return {};
}

} // namespace quayside
