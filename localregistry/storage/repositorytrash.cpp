// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/repository.h"

#include <algorithm>

namespace quayside {

namespace {

std::vector<Tag> toTags(const std::vector<std::string> &names)
{
    std::vector<Tag> tags;
    tags.reserve(names.size());
    for (const auto &name : names)
        tags.push_back(*Tag::parse(name)); // names in the index are tags
    return tags;
}

std::optional<Timestamp> later(const std::optional<Timestamp> &time, std::chrono::seconds duration)
{
    return time ? std::optional(*time + duration) : std::nullopt;
}

} // namespace

TrashEntry Repository::trashEntry(const TagMap::value_type &tag, std::chrono::seconds retention) const
{
    const auto &[name, entry] = tag;
    const bool own = isDeletedTag(entry);
    const auto digest = entry.current ? entry.current->first : *entry.tombstone->digest;
    TrashEntry result{m_name, *Tag::parse(name), digest, {}, {}, 0, {}, {}, 0, {}, {}, {}, {}, {}, {}, {}};
    if (const auto found = m_manifests.find(digest); found != m_manifests.end() && found->second.record) {
        const auto info = found->second.record->toInfo(digest);
        result.mediaType = info.mediaType;
        result.size = info.downloadSize;
        result.platforms = info.platforms;
    }
    bool isKept = false;
    if (own) {
        result.deletedAt = entry.tombstone->deletedAt;
        result.by = entry.tombstone->by;
        result.user = entry.tombstone->user;
        isKept = result.isOutdated = entry.tombstone->isOutdated;
    } else if (const auto *tombstone = tombstoneOf(digest)) {
        result.deletedAt = tombstone->hiddenSince;
        result.by = tombstone->by;
        result.user = tombstone->user;
        result.isOutdated = tombstone->isOutdatedTag(name);
        isKept = tombstone->keepsForeignPush();
    }
    if (!isKept)
        result.expiresAt = later(result.deletedAt, retention);
    return result;
}

TrashEntry Repository::trashEntry(const Digest &digest, const Tombstone &tombstone,
                                  std::chrono::seconds retention) const
{
    TrashEntry result{m_name, {}, digest, {}, {}, 0, {}, {}, 0, {}, {}, {}, {}, {}, {}, {}};
    const auto found = m_manifests.find(digest);
    const auto *record = found == m_manifests.end() ? nullptr : found->second.record.get();
    const auto layerSize = m_layers.size(digest);
    // An unreadable record names both roles: told is what has a link.
    const bool hasManifest = record || m_faults.contains({digest, ContentRole::Manifest});
    const bool hasLayer = layerSize || m_faults.contains({digest, ContentRole::Blob});
    if (tombstone.names(ContentRole::Manifest) && (tombstone.readable || hasManifest || !hasLayer))
        result.roles.push_back(ContentRole::Manifest);
    if (tombstone.names(ContentRole::Blob) && (tombstone.readable || hasLayer || !hasManifest))
        result.roles.push_back(ContentRole::Blob);
    if (record && tombstone.names(ContentRole::Manifest)) {
        const auto info = record->toInfo(digest);
        result.mediaType = info.mediaType;
        result.size = info.downloadSize;
        result.platforms = info.platforms;
    } else {
        result.size = layerSize.value_or(0);
    }
    result.tags = toTags(tombstone.tags);
    result.tagCount = tombstone.tagCount;
    result.deletedAt =
        std::max(tombstone.deletedAt(ContentRole::Manifest), tombstone.deletedAt(ContentRole::Blob));
    result.isOutdated = tombstone.keepsForeignPush();
    if (!result.isOutdated)
        result.expiresAt = later(tombstone.lastDeletion(), retention);
    result.cause = tombstone.cause;
    result.by = tombstone.by;
    result.user = tombstone.user;
    return result;
}

void Repository::trash(const std::string &last, std::size_t limit, std::chrono::seconds retention,
                       TrashPage &page) const
{
    const std::shared_lock lock(m_mutex);
    const auto add = [&](TrashEntry entry) {
        if (entry.key() <= last)
            return true;
        if (page.entries.size() == limit) {
            page.more = true;
            return false;
        }
        page.entries.push_back(std::move(entry));
        return true;
    };
    for (const auto &tag : m_tags) {
        const bool hidden = tag.second.current && isLiveManifest(*tag.second.current) && isHiddenTag(tag);
        if (!isDeletedTag(tag.second) && !hidden)
            continue;
        if (!tag.second.current && !tag.second.tombstone->digest)
            continue; // names nothing, so nothing could come back
        if (hidden ? tombstoneOf(tag.second.current->first)->sweeping : tag.second.tombstone->sweeping)
            continue;
        if (!add(trashEntry(tag, retention)))
            return;
    }
    for (const auto &[digest, tombstone] : m_tombstones) {
        if (!tombstone->namesARole())
            continue;
        if (tombstone->sweeping)
            continue;
        if (!add(trashEntry(digest, *tombstone, retention)))
            return;
    }
}

Tombstone Repository::deletion(const Digest &digest, ContentRole role, Timestamp time, const Actor &actor,
                               const std::string &cause) const
{
    const auto found = state(digest);
    auto next = found.tombstone ? *found.tombstone : Tombstone();
    next.renew();
    if (role == ContentRole::Manifest) {
        next.manifest = Tombstone::Deletion{time, false, found.manifestFault == LinkFault::Lost};
        next.outdatedTags.clear(); // whoever pushed them did so before this
        next.tagCount = 0;
        next.tags.clear();
        const std::shared_lock lock(m_mutex);
        if (const auto entry = m_manifests.find(digest); entry != m_manifests.end()) {
            visitLiveTags(*entry, [&](const auto &name) {
                if (next.tagCount++ < maxListedTags)
                    next.tags.push_back(name);
            });
        }
    } else {
        next.blob = Tombstone::Deletion{time, false, false};
    }
    next.by = actor.by;
    next.user = actor.user;
    next.cause = cause;
    return next;
}

std::vector<std::string> Repository::tagsSweptWith(const Digest &digest) const
{
    const std::shared_lock lock(m_mutex);
    const auto *tombstone = tombstoneOf(digest);
    std::vector<std::string> names;
    if (!tombstone)
        return names; // a push was quicker
    for (const auto &[name, entry] : m_tags) {
        // A tag whose link is gone already leaves its tombstone.
        const bool isHere =
            entry.current ? entry.current->first == digest : entry.tombstone->digest == digest;
        if (isHere && (tombstone->names(ContentRole::Manifest) || tombstone->hides(name)))
            names.push_back(name);
    }
    return names;
}

} // namespace quayside
