// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/repository.h"

#include <algorithm>

namespace quayside {

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
    visitLiveTags(entry, [&](const auto &name) { info.tags.push_back(*Tag::parse(name)); });
    return info;
}

// There may be very many, so what is the same for all is looked up once.
void Repository::visitLiveTags(const ManifestMap::value_type &manifest,
                               const std::function<void(const std::string &)> &visit) const
{
    if (!isLiveManifest(manifest))
        return;
    const auto *tombstone = tombstoneOf(manifest.first);
    for (const auto *tag : manifest.second.tags) {
        if (!isDeletedTag(tag->second) && !(tombstone && tombstone->hides(tag->first)))
            visit(tag->first);
    }
}

std::optional<ManifestInfo> Repository::manifest(const Digest &digest) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_manifests.find(digest);
    if (found == m_manifests.end() || !isLiveManifest(*found))
        return std::nullopt;
    return infoOf(*found);
}

std::optional<ManifestHead> Repository::manifestHead(const TagOrDigest &reference) const
{
    const std::shared_lock lock(m_mutex);
    const ManifestMap::value_type *entry = nullptr;
    if (const auto *tag = std::get_if<Tag>(&reference)) {
        const auto found = m_tags.find(tag->toString());
        if (found != m_tags.end() && isLiveTag(*found))
            entry = found->second.current;
    } else {
        const auto found = m_manifests.find(std::get<Digest>(reference));
        if (found != m_manifests.end() && isLiveManifest(*found))
            entry = &*found;
    }
    if (!entry)
        return std::nullopt;
    const auto &record = *entry->second.record;
    return ManifestHead{entry->first, *record.mediaType, record.size};
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

std::size_t Repository::liveTagCount() const
{
    const std::shared_lock lock(m_mutex);
    return static_cast<std::size_t>(
        std::count_if(m_tags.begin(), m_tags.end(), [this](const auto &tag) { return isLiveTag(tag); }));
}

bool Repository::isEmpty() const
{
    const std::shared_lock lock(m_mutex);
    return m_manifests.empty() && m_tags.empty() && m_layers.empty() && m_tombstones.empty() &&
           m_faults.empty();
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

std::size_t Repository::countManifests() const
{
    const std::shared_lock lock(m_mutex);
    return static_cast<std::size_t>(std::count_if(
        m_manifests.begin(), m_manifests.end(), [this](const auto &entry) { return isLiveManifest(entry); }));
}

void Repository::visitData(const DataVisitor &visit) const
{
    const std::shared_lock lock(m_mutex);
    const auto add = [&](const Digest &digest, std::int64_t size, ContentRole role) {
        const auto data = m_dataOf.find(digest);
        const auto *tombstone = tombstoneOf(digest);
        visit(data == m_dataOf.end() ? digest : data->second, size, !tombstone || !tombstone->names(role));
    };
    for (const auto &[digest, entry] : m_manifests) {
        if (entry.record)
            add(digest, entry.record->size, ContentRole::Manifest);
    }
    m_layers.visit([&](const Digest &digest, std::int64_t size) { add(digest, size, ContentRole::Blob); });
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
    const auto faultOf = [&](ContentRole role) {
        const auto found = m_faults.find({digest, role});
        return found == m_faults.end() ? std::nullopt : std::optional(found->second);
    };
    result.manifestFault = faultOf(ContentRole::Manifest);
    result.blobFault = faultOf(ContentRole::Blob);
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
    if (liveOnly) {
        visitLiveTags(*found, [&](const auto &name) { names.push_back(name); });
    } else {
        for (const auto *tag : found->second.tags)
            names.push_back(tag->first);
    }
    return names;
}

std::vector<std::pair<Digest, std::shared_ptr<const Tombstone>>> Repository::tombstones() const
{
    const std::shared_lock lock(m_mutex);
    return {m_tombstones.begin(), m_tombstones.end()};
}

std::vector<std::pair<Tag, std::shared_ptr<const TagTombstone>>> Repository::tagTombstones() const
{
    const std::shared_lock lock(m_mutex);
    std::vector<std::pair<Tag, std::shared_ptr<const TagTombstone>>> result;
    for (const auto &[name, entry] : m_tags) {
        if (entry.tombstone)
            result.emplace_back(*Tag::parse(name), entry.tombstone);
    }
    return result;
}

std::vector<Digest> Repository::linkedManifests() const
{
    const std::shared_lock lock(m_mutex);
    std::vector<Digest> result;
    for (const auto &[digest, entry] : m_manifests) {
        if (entry.record)
            result.push_back(digest);
    }
    return result;
}

std::vector<Digest> Repository::linkedLayers() const
{
    const std::shared_lock lock(m_mutex);
    return m_layers.digests();
}

std::vector<std::pair<Digest, ContentRole>> Repository::lostLinks(const Digest &data) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<std::pair<Digest, ContentRole>> links;
    for (const auto &[link, fault] : m_faults) {
        const auto found = m_dataOf.find(link.first);
        if (fault == LinkFault::Lost && (found == m_dataOf.end() ? link.first : found->second) == data)
            links.push_back(link);
    }
    return links;
}

std::vector<Digest> Repository::lostManifests() const
{
    const std::shared_lock lock(m_mutex);
    std::vector<Digest> result;
    for (const auto &[link, fault] : m_faults) {
        if (fault == LinkFault::Lost && link.second == ContentRole::Manifest)
            result.push_back(link.first);
    }
    return result;
}

// Lost data of a layer is no obstacle: a layer needs nothing. Nor is a manifest that somebody deleted
// although its data was lost.
std::optional<std::string> Repository::obstacle(const std::optional<Digest> &except) const
{
    const std::shared_lock lock(m_mutex);
    if (!m_oddNames.empty())
        return m_oddNames.front() + " in " + m_name.toString() + " is not named like a digest";
    for (const auto &[link, fault] : m_faults) {
        const auto *tombstone = tombstoneOf(link.first);
        const bool isGivenUp = tombstone && tombstone->manifest && tombstone->manifest->wasLost;
        if (link.first == except || (fault == LinkFault::Lost && isGivenUp))
            continue;
        if (link.second == ContentRole::Manifest || fault == LinkFault::Unreadable)
            return link.first.toString() + " in " + m_name.toString() + " cannot be read";
    }
    return std::nullopt;
}

std::map<Digest, std::vector<Digest>> Repository::parents() const
{
    const std::shared_lock lock(m_mutex);
    std::map<Digest, std::vector<Digest>> result;
    for (const auto &[digest, entry] : m_manifests) {
        const auto *tombstone = tombstoneOf(digest);
        if (!entry.record || (tombstone && tombstone->sweeping))
            continue;
        for (const auto &child : entry.record->children)
            result[child].push_back(digest);
    }
    return result;
}

std::vector<Digest> Repository::untaggedManifests() const
{
    const std::shared_lock lock(m_mutex);
    std::set<Digest> children;
    std::vector<Digest> candidates;
    for (const auto &entry : m_manifests) {
        if (!isLiveManifest(entry))
            continue;
        const auto &record = *entry.second.record;
        children.insert(record.children.begin(), record.children.end());
        const auto &tags = entry.second.tags;
        const bool hasTag =
            std::any_of(tags.begin(), tags.end(), [this](const auto *tag) { return isLiveTag(*tag); });
        const auto subject = record.subject ? m_manifests.find(*record.subject) : m_manifests.end();
        if (!hasTag && (subject == m_manifests.end() || !isLiveManifest(*subject)))
            candidates.push_back(entry.first);
    }
    std::erase_if(candidates, [&](const auto &digest) { return children.contains(digest); });
    return candidates;
}

bool Repository::hasManifestBeside(const Digest &digest) const
{
    const std::shared_lock lock(m_mutex);
    return m_manifests.size() > (m_manifests.contains(digest) ? 1 : 0);
}

} // namespace quayside
