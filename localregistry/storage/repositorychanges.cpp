// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/repository.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr auto byName = [](const auto *a, const auto *b) { return a->first < b->first; };

} // namespace

void Repository::setTombstone(const Digest &digest, std::shared_ptr<const Tombstone> tombstone)
{
    const auto *before = tombstoneOf(digest);
    const bool comesBack = before && before->names(ContentRole::Manifest) &&
                           (!tombstone || !tombstone->names(ContentRole::Manifest));
    if (tombstone)
        m_tombstones[digest] = std::move(tombstone);
    else
        m_tombstones.erase(digest);
    if (comesBack)
        ++m_revision;
}

void Repository::publishManifest(const Digest &digest, std::shared_ptr<const ManifestRecord> record,
                                 std::shared_ptr<const Tombstone> tombstone)
{
    const std::lock_guard lock(m_mutex);
    auto &entry = m_manifests[digest];
    if (record->subject && !entry.record)
        m_referrers[*record->subject].push_back(digest);
    entry.record = std::move(record);
    m_faults.erase({digest, ContentRole::Manifest});
    ++m_revision;
    setTombstone(digest, std::move(tombstone));
}

void Repository::publishLayer(const Digest &digest, std::int64_t size,
                              std::shared_ptr<const Tombstone> tombstone)
{
    const std::lock_guard lock(m_mutex);
    m_layers.insert(digest, size);
    m_faults.erase({digest, ContentRole::Blob});
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
    auto &tags = next->second.tags;
    tags.insert(std::lower_bound(tags.begin(), tags.end(), &*entry, byName), &*entry);
    if (previous)
        detach(*previous, *entry);
}

// The manifest's entry goes with its last tag if it has no record.
void Repository::detach(ManifestMap::value_type &manifest, const NamedTag &tag)
{
    auto &tags = manifest.second.tags;
    tags.erase(std::lower_bound(tags.begin(), tags.end(), &tag, byName));
    if (!manifest.second.record && manifest.second.tags.empty())
        m_manifests.erase(m_manifests.find(manifest.first));
}

void Repository::eraseTag(TagMap::iterator tag)
{
    if (auto *manifest = tag->second.current)
        detach(*manifest, *tag);
    m_tags.erase(tag);
}

void Repository::eraseManifest(const Digest &digest)
{
    const auto found = m_manifests.find(digest);
    if (found == m_manifests.end() || !found->second.record)
        return;
    if (const auto &subject = found->second.record->subject) {
        const auto referrers = m_referrers.find(*subject);
        std::erase(referrers->second, digest);
        if (referrers->second.empty())
            m_referrers.erase(referrers);
    }
    found->second.record.reset();
    if (found->second.tags.empty())
        m_manifests.erase(found);
}

void Repository::publishSwept(const Digest &digest, const std::vector<ContentRole> &roles,
                              const std::vector<std::string> &tags)
{
    const std::lock_guard lock(m_mutex);
    for (const auto &name : tags) {
        if (const auto tag = m_tags.find(name); tag != m_tags.end())
            eraseTag(tag);
    }
    for (const auto role : roles) {
        if (role == ContentRole::Manifest)
            eraseManifest(digest);
        else
            m_layers.erase(digest);
        m_faults.erase({digest, role});
    }
    m_tombstones.erase(digest);
    if (!m_manifests.contains(digest) && !m_layers.size(digest))
        m_dataOf.erase(digest);
}

void Repository::publishFault(const Digest &digest, ContentRole role, LinkFault fault)
{
    const std::lock_guard lock(m_mutex);
    m_faults.insert_or_assign({digest, role}, fault);
}

void Repository::publishOddName(const std::string &name)
{
    const std::lock_guard lock(m_mutex);
    m_oddNames.push_back(name);
}

void Repository::publishLost(const Digest &data)
{
    const std::lock_guard lock(m_mutex);
    std::vector<Digest> names{data};
    for (const auto &[name, target] : m_dataOf) {
        if (target == data)
            names.push_back(name);
    }
    for (const auto &name : names) {
        const auto manifest = m_manifests.find(name);
        if (manifest != m_manifests.end() && manifest->second.record) {
            eraseManifest(name);
            m_faults.insert_or_assign({name, ContentRole::Manifest}, LinkFault::Lost);
        }
        if (m_layers.size(name)) {
            m_layers.erase(name);
            m_faults.insert_or_assign({name, ContentRole::Blob}, LinkFault::Lost);
        }
    }
}

void Repository::hideLayer(const Digest &digest)
{
    const std::lock_guard lock(m_mutex);
    m_layers.erase(digest);
}

void Repository::publishSwept(const Tag &tag)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_tags.find(tag.toString()); found != m_tags.end())
        eraseTag(found);
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
