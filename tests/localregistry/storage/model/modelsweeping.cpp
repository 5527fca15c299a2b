// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <algorithm>

namespace quayside::test {

namespace {

constexpr std::chrono::hours ripening(24);

} // namespace

// Of a record with several deletions the last one counts.
std::optional<Timestamp> Model::lastDeletion(const Tombstone &record) const
{
    const auto hidden = record.hidden != 0 ? record.hiddenSince : std::nullopt;
    return std::max({record.manifest, record.blob, hidden});
}

bool Model::hasExpired(const std::optional<Timestamp> &deleted) const
{
    return deleted && *deleted + trashRetention <= m_clock;
}

// The time that the store was served is never what is missing, see Subject.
bool Model::isRipe(const std::optional<Timestamp> &deleted, const std::optional<Timestamp> &seen) const
{
    return hasExpired(deleted) && seen && *seen + ripening <= m_clock;
}

void Model::noteExpiry(const std::optional<Timestamp> &deleted, std::optional<Timestamp> &seen)
{
    const auto before = seen;
    if (!hasExpired(deleted))
        seen.reset();
    else if (!seen || *seen > m_clock)
        seen = m_clock;
    if (seen != before)
        commit();
}

// Manifests that stay, and what they need, and so on.
Mask Model::holders(const Repository &repository, int content, int purged) const
{
    Mask kept = 0;
    for (int i = World::firstManifest; i < World::contentCount; ++i) {
        const auto &record = tombstone(repository, i);
        const bool goes =
            record.manifest && (i == purged || isRipe(lastDeletion(record), record.expiredSeen));
        if (has(repository.revisions, i) && !goes)
            kept |= 1u << i;
    }
    // What is held is kept in all its roles: of a manifest that is needed as a layer, the parts are needed
    // too.
    for (int i = World::contentCount - 1; i >= World::firstManifest;
         --i) { // what is needed has lower numbers
        if (has(kept, i))
            kept |= (m_world->content(i).children | m_world->content(i).blobs) & repository.revisions;
    }
    Mask result = 0;
    for (int i = World::firstManifest; i < World::contentCount; ++i) {
        const auto &needs = m_world->content(i);
        if (has(kept, i) && has(needs.blobs | needs.children, content))
            result |= 1u << i;
    }
    return result;
}

// An error while something is written ends the pass over one repository; the others are swept all the same.
// One while something is read ends it before anything is removed.
void Model::sweepWithErrorIn(std::size_t number)
{
    auto other = *this;
    other.m_between = nullptr;
    int swept = 0;
    int held = 0;
    for (std::size_t i = 0; i < m_repositories.size(); ++i) {
        if (i == number)
            continue;
        other.noteExpiry(other.m_repositories[i]);
        other.sweepRepository(other.m_repositories[i], swept, held);
    }
    other.m_between = m_between;
    other.commit();
    other.noteExpiry(other.m_repositories[number]);
    other.sweepRepository(other.m_repositories[number], swept, held);
}

// A session whose end meets an error goes on; that is no error of the sweep.
void Model::sweepLeaving(const std::optional<Upload> &upload)
{
    auto other = *this;
    other.m_between = nullptr;
    other.sweep();
    other.m_uploads[static_cast<std::size_t>(&upload - m_uploads.data())] = upload;
    other.m_between = m_between;
    other.commit();
}

std::string Model::sweep()
{
    for (const auto &upload : m_uploads) {
        if (m_between && upload)
            sweepLeaving(upload);
    }
    endIdleUploads();
    for (std::size_t i = 0; m_between && i < m_repositories.size(); ++i)
        sweepWithErrorIn(i);
    int swept = 0;
    int held = 0;
    for (auto &repository : m_repositories)
        noteExpiry(repository);
    for (auto &repository : m_repositories)
        sweepRepository(repository, swept, held);
    return "ok swept " + std::to_string(swept) + " held " + std::to_string(held);
}

std::vector<int> Model::contentsByDigest() const
{
    std::vector<int> contents;
    for (int i = 0; i < World::contentCount; ++i)
        contents.push_back(i);
    std::sort(contents.begin(), contents.end(),
              [this](int a, int b) { return m_world->content(a).digest < m_world->content(b).digest; });
    return contents;
}

void Model::noteExpiry(Repository &repository)
{
    for (const int i : contentsByDigest())
        noteExpiry(lastDeletion(tombstone(repository, i)), tombstone(repository, i).expiredSeen);
    for (auto &tag : repository.tags) {
        if (tag.tombstone)
            noteExpiry(tag.tombstone->deletedAt, tag.tombstone->expiredSeen);
    }
}

void Model::sweepRepository(Repository &repository, int &swept, int &held)
{
    for (auto &tag : repository.tags) {
        if (!isDeleted(tag) || !isRipe(tag.tombstone->deletedAt, tag.tombstone->expiredSeen))
            continue;
        removeTag(repository, tag);
        ++swept;
        commit();
    }
    for (const int i : contentsByDigest()) {
        const auto &record = tombstone(repository, i);
        if (!isRipe(lastDeletion(record), record.expiredSeen))
            continue;
        if ((record.manifest || record.blob) && holders(repository, i) != 0) {
            ++held;
            continue;
        }
        sweepDigest(repository, i);
        ++swept;
    }
}

void Model::sweepDigest(Repository &repository, int content)
{
    auto &record = tombstone(repository, content);
    for (int i = World::firstManifest; record.manifest && i < World::contentCount; ++i) {
        if (m_world->content(i).subject == content && isLiveManifest(repository, i))
            deleteManifest(repository, i);
    }
    for (int i = 0; i < World::tagCount; ++i) {
        auto &tag = repository.tags[static_cast<std::size_t>(i)];
        if (tag.current == content && (record.manifest || has(record.hidden, i)))
            tag = {};
    }
    if (record.manifest)
        repository.revisions &= ~(1u << content);
    if (record.blob)
        repository.layers &= ~(1u << content);
    record = {};
    commit();
}

bool Model::adoptCollection(const View &seen)
{
    for (std::size_t r = 0; r < m_repositories.size(); ++r) {
        auto &repository = m_repositories[r];
        // Whatever can still be restored needs its parts too, expired or not.
        Mask needed = 0;
        for (int i = World::firstManifest; i < World::contentCount; ++i) {
            if (has(repository.revisions, i))
                needed |= m_world->content(i).blobs;
        }
        for (int i = 0; i <= World::lastBlob; ++i) {
            const bool mayGo = isLiveBlob(repository, i) && !has(needed, i);
            if (mayGo && !has(seen.repositories[r].blobs, i))
                repository.layers &= ~(1u << i);
        }
    }
    return view() == seen;
}

std::string Model::purgeDigest(Repository &repository, int content)
{
    const auto &record = tombstone(repository, content);
    if (!record.manifest && !record.blob)
        return "MANIFEST_UNKNOWN";
    if (const auto held = holders(repository, content, content); held != 0)
        return "HELD " + std::to_string(held);
    sweepDigest(repository, content);
    return "ok";
}

std::string Model::purgeTag(Repository &repository, int number)
{
    auto &tag = repository.tags[static_cast<std::size_t>(number)];
    const bool hidden = isHidden(repository, number);
    if (!isDeleted(tag) && !hidden)
        return "MANIFEST_UNKNOWN";
    removeTag(repository, tag);
    return "ok";
}

// No record goes on hiding it.
void Model::removeTag(Repository &repository, Tag &tag)
{
    const auto number = &tag - repository.tags.data();
    if (tag.current >= 0)
        tombstone(repository, tag.current).hidden &= ~(1u << number);
    tag = {};
}

} // namespace quayside::test
