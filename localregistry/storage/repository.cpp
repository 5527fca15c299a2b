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

Result<void> Repository::ensureLoaded(const std::function<Result<void>(Repository &)> &load)
{
    if (m_loaded)
        return {};
    const std::lock_guard lock(m_loadMutex);
    if (m_loaded)
        return {};
    auto loaded = load(*this);
    m_loaded = loaded.has_value();
    return loaded;
}

// Meaning of the files: what is live.

const Tombstone *Repository::tombstoneOf(const Digest &digest) const
{
    const auto found = m_tombstones.find(digest);
    return found == m_tombstones.end() ? nullptr : found->second.get();
}

bool Repository::isLiveManifest(const ManifestMap::value_type &entry) const
{
    if (!entry.second.record)
        return false;
    const auto *tombstone = tombstoneOf(entry.first);
    return !tombstone || !tombstone->names(ContentRole::Manifest);
}

bool Repository::isDeletedTag(const TagEntry &entry) const
{
    return entry.tombstone && (!entry.current || entry.tombstone->appliesTo(entry.current->first));
}

bool Repository::isHiddenTag(const TagMap::value_type &tag) const
{
    if (!tag.second.current)
        return false;
    const auto *tombstone = tombstoneOf(tag.second.current->first);
    return tombstone && tombstone->hides(tag.first);
}

bool Repository::isLiveTag(const TagMap::value_type &tag) const
{
    return tag.second.current && isLiveManifest(*tag.second.current) && !isDeletedTag(tag.second) &&
           !isHiddenTag(tag);
}

// Reading.

std::optional<Digest> Repository::resolve(const Tag &tag) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_tags.find(tag.toString());
    if (found == m_tags.end() || !isLiveTag(*found))
        return std::nullopt;
    return found->second.current->first;
}

ManifestInfo Repository::infoOf(const ManifestMap::value_type &entry) const
{
    auto info = entry.second.record->toInfo(entry.first);
    for (const auto *name : entry.second.tags) {
        const auto tag = m_tags.find(*name);
        if (isLiveTag(*tag))
            info.tags.push_back(*Tag::parse(*name));
    }
    std::sort(info.tags.begin(), info.tags.end());
    return info;
}

std::optional<ManifestInfo> Repository::manifest(const Digest &digest) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_manifests.find(digest);
    if (found == m_manifests.end() || !isLiveManifest(*found))
        return std::nullopt;
    return infoOf(*found);
}

std::optional<std::int64_t> Repository::blobSize(const Digest &digest) const
{
    const auto found = state(digest);
    return found.isLive(ContentRole::Blob) ? found.blobSize : std::nullopt;
}

bool Repository::isLive(const Digest &digest, ContentRole role) const
{
    return state(digest).isLive(role);
}

bool Repository::hasLiveManifest() const
{
    const std::shared_lock lock(m_mutex);
    return std::any_of(m_manifests.begin(), m_manifests.end(),
                       [this](const auto &entry) { return isLiveManifest(entry); });
}

bool Repository::isEmpty() const
{
    const std::shared_lock lock(m_mutex);
    return m_manifests.empty() && m_tags.empty() && m_layers.empty() && m_tombstones.empty();
}

NamePage Repository::tags(const std::string &last, std::size_t limit) const
{
    const std::shared_lock lock(m_mutex);
    NamePage page;
    for (auto tag = m_tags.upper_bound(last); tag != m_tags.end(); ++tag) {
        if (!isLiveTag(*tag))
            continue;
        if (page.names.size() == limit) {
            page.more = true;
            break;
        }
        page.names.push_back(tag->first);
    }
    return page;
}

ContentPage Repository::content(const std::string &last, std::size_t limit) const
{
    const std::shared_lock lock(m_mutex);
    ContentPage page;
    // Digests compare like their texts: by algorithm, then by bytes.
    const auto start = Digest::parse(last);
    for (auto entry = start ? m_manifests.upper_bound(*start) : m_manifests.begin();
         entry != m_manifests.end(); ++entry) {
        if (!isLiveManifest(*entry))
            continue;
        if (page.manifests.size() == limit) {
            page.more = true;
            break;
        }
        page.manifests.push_back(infoOf(*entry));
    }
    return page;
}

std::vector<ManifestInfo> Repository::referrers(const Digest &subject) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<ManifestInfo> result;
    const auto found = m_referrers.find(subject);
    if (found == m_referrers.end())
        return result;
    for (const auto &digest : found->second) {
        const auto entry = m_manifests.find(digest);
        if (isLiveManifest(*entry))
            result.push_back(infoOf(*entry));
    }
    return result;
}

Digest Repository::dataOf(const Digest &digest) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_dataOf.find(digest);
    return found == m_dataOf.end() ? digest : found->second;
}

// The trash.

TrashEntry Repository::trashEntry(const TagMap::value_type &tag, std::chrono::seconds retention) const
{
    const auto &[name, entry] = tag;
    const bool own = isDeletedTag(entry);
    const auto digest = entry.current ? entry.current->first : *entry.tombstone->digest;
    TrashEntry result{m_name, *Tag::parse(name), digest, {}, {}, 0, {}, {}, 0, {}, {}, {}, {}};
    if (const auto found = m_manifests.find(digest); found != m_manifests.end() && found->second.record) {
        const auto info = found->second.record->toInfo(digest);
        result.mediaType = info.mediaType;
        result.size = info.downloadSize;
        result.platforms = info.platforms;
    }
    if (own) {
        result.deletedAt = entry.tombstone->deletedAt;
        result.by = entry.tombstone->by;
        result.user = entry.tombstone->user;
    } else if (const auto *tombstone = tombstoneOf(digest)) {
        result.deletedAt = tombstone->hiddenSince;
        result.by = tombstone->by;
        result.user = tombstone->user;
    }
    result.expiresAt = later(result.deletedAt, retention);
    return result;
}

TrashEntry Repository::trashEntry(const Digest &digest, const Tombstone &tombstone,
                                  std::chrono::seconds retention) const
{
    TrashEntry result{m_name, {}, digest, {}, {}, 0, {}, {}, 0, {}, {}, {}, {}};
    const auto found = m_manifests.find(digest);
    const auto *record = found == m_manifests.end() ? nullptr : found->second.record.get();
    const auto layerSize = m_layers.size(digest);
    // An unreadable record names both roles; only what has a link can come back.
    if (tombstone.names(ContentRole::Manifest) && (record || !layerSize))
        result.roles.push_back(ContentRole::Manifest);
    if (tombstone.names(ContentRole::Blob) && (layerSize || !record))
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
    result.expiresAt = later(result.deletedAt, retention);
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
        if (!add(trashEntry(tag, retention)))
            return;
    }
    for (const auto &[digest, tombstone] : m_tombstones) {
        if (!tombstone->names(ContentRole::Manifest) && !tombstone->names(ContentRole::Blob))
            continue;
        if (!add(trashEntry(digest, *tombstone, retention)))
            return;
    }
}

// What a mutation decides upon.

bool Repository::DigestState::isLinked(ContentRole role) const
{
    return role == ContentRole::Manifest ? manifest != nullptr : blobSize.has_value();
}

Repository::DigestState Repository::state(const Digest &digest) const
{
    const std::shared_lock lock(m_mutex);
    DigestState result;
    if (const auto found = m_manifests.find(digest); found != m_manifests.end())
        result.manifest = found->second.record;
    result.blobSize = m_layers.size(digest);
    if (const auto found = m_tombstones.find(digest); found != m_tombstones.end())
        result.tombstone = found->second;
    return result;
}

Repository::TagState Repository::state(const Tag &tag) const
{
    const std::shared_lock lock(m_mutex);
    TagState result;
    const auto found = m_tags.find(tag.toString());
    if (found == m_tags.end())
        return result;
    if (found->second.current)
        result.current = found->second.current->first;
    result.tombstone = found->second.tombstone;
    result.isLive = isLiveTag(*found);
    return result;
}

std::vector<std::string> Repository::tagsNaming(const Digest &digest, bool liveOnly) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<std::string> names;
    const auto found = m_manifests.find(digest);
    if (found == m_manifests.end())
        return names;
    for (const auto *name : found->second.tags) {
        if (!liveOnly || isLiveTag(*m_tags.find(*name)))
            names.push_back(*name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

// Publishing.

void Repository::setTombstone(const Digest &digest, std::shared_ptr<const Tombstone> tombstone)
{
    if (tombstone)
        m_tombstones[digest] = std::move(tombstone);
    else
        m_tombstones.erase(digest);
}

void Repository::publishManifest(const Digest &digest, std::shared_ptr<const ManifestRecord> record,
                                 std::shared_ptr<const Tombstone> tombstone)
{
    const std::lock_guard lock(m_mutex);
    auto &entry = m_manifests[digest];
    if (record->subject && !entry.record)
        m_referrers[*record->subject].push_back(digest);
    entry.record = std::move(record);
    setTombstone(digest, std::move(tombstone));
}

void Repository::publishLayer(const Digest &digest, std::int64_t size,
                              std::shared_ptr<const Tombstone> tombstone)
{
    const std::lock_guard lock(m_mutex);
    m_layers.insert(digest, size);
    setTombstone(digest, std::move(tombstone));
}

void Repository::publishTombstone(const Digest &digest, std::shared_ptr<const Tombstone> tombstone)
{
    const std::lock_guard lock(m_mutex);
    setTombstone(digest, std::move(tombstone));
}

void Repository::publishTag(const Tag &tag, const Digest &digest)
{
    const std::lock_guard lock(m_mutex);
    const auto entry = m_tags.try_emplace(tag.toString()).first;
    const auto next = m_manifests.try_emplace(digest).first;
    auto *previous = std::exchange(entry->second.current, &*next);
    if (previous == &*next)
        return;
    next->second.tags.push_back(&entry->first);
    if (!previous)
        return;
    std::erase(previous->second.tags, &entry->first);
    if (!previous->second.record && previous->second.tags.empty())
        m_manifests.erase(previous->first);
}

void Repository::publishTagTombstone(const Tag &tag, std::shared_ptr<const TagTombstone> tombstone)
{
    const std::lock_guard lock(m_mutex);
    const auto entry = m_tags.try_emplace(tag.toString()).first;
    entry->second.tombstone = std::move(tombstone);
    if (!entry->second.tombstone && !entry->second.current)
        m_tags.erase(entry);
}

void Repository::publishDataOf(const Digest &digest, const Digest &data)
{
    const std::lock_guard lock(m_mutex);
    if (digest == data)
        m_dataOf.erase(digest);
    else
        m_dataOf.insert_or_assign(digest, data);
}

} // namespace quayside
