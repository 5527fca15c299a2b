// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <algorithm>

namespace quayside::test {

namespace {

constexpr std::chrono::hours uploadRetention(24);

} // namespace

Model::Model(const World &world, Timestamp start)
    : m_world(&world)
    , m_start(start)
    , m_clock(start)
{}

// Copies taken between two commits must not go on to write into the list they are in.
void Model::commit()
{
    if (!m_between)
        return;
    m_between->push_back(*this);
    m_between->back().m_between = nullptr;
}

std::string Model::take(const Step &step, std::vector<Model> *between)
{
    using Kind = Step::Kind;
    m_between = between;
    auto &repository = m_repositories[static_cast<std::size_t>(step.repository)];
    std::string answer = "ok";
    switch (step.kind) {
    case Kind::PushBlob:
        answer = pushBlob(repository, step.content);
        break;
    case Kind::MountBlob:
        answer = mountBlob(repository, step);
        break;
    case Kind::PutManifest:
        answer = putManifest(repository, step);
        break;
    case Kind::DeleteManifest:
        answer = deleteManifest(repository, step.content);
        break;
    case Kind::DeleteBlob:
        answer = deleteBlob(repository, step.content);
        break;
    case Kind::DeleteTag:
        answer = deleteTag(repository, step.tag());
        break;
    case Kind::RestoreDigest:
    case Kind::RestoreTag:
        answer = restore(repository, step);
        break;
    case Kind::StartUpload:
    case Kind::AppendUpload:
    case Kind::FinishUpload:
    case Kind::CancelUpload:
        answer = takeUpload(repository, step);
        break;
    case Kind::StepClock:
        m_clock = std::max(m_clock + step.clockStep(), m_start);
        break;
    case Kind::Restart:
        endIdleUploads();
        break;
    case Kind::Sweep:
        answer = sweep();
        break;
    case Kind::Collect:
        break; // see adoptCollection
    case Kind::PurgeDigest:
        answer = purgeDigest(repository, step.content);
        break;
    case Kind::PurgeTag:
        answer = purgeTag(repository, step.tag());
        break;
    }
    m_between = nullptr;
    return answer;
}

// What is live.

const Model::Tombstone &Model::tombstone(const Repository &repository, int content) const
{
    return repository.tombstones[static_cast<std::size_t>(content)];
}

Model::Tombstone &Model::tombstone(Repository &repository, int content)
{
    return repository.tombstones[static_cast<std::size_t>(content)];
}

bool Model::isLiveManifest(const Repository &repository, int content) const
{
    return has(repository.revisions, content) && !tombstone(repository, content).manifest;
}

bool Model::isLiveBlob(const Repository &repository, int content) const
{
    return has(repository.layers, content) && !tombstone(repository, content).blob;
}

bool Model::isDeleted(const Tag &tag) const
{
    return tag.tombstone && (tag.current < 0 || tag.current == tag.tombstone->content);
}

bool Model::isHidden(const Repository &repository, int tag) const
{
    const int current = repository.tags[static_cast<std::size_t>(tag)].current;
    return current >= 0 && has(tombstone(repository, current).hidden, tag);
}

bool Model::isLiveTag(const Repository &repository, int tag) const
{
    const auto &state = repository.tags[static_cast<std::size_t>(tag)];
    return state.current >= 0 && isLiveManifest(repository, state.current) && !isDeleted(state) &&
           !isHidden(repository, tag);
}

Mask Model::liveTags(const Repository &repository, int content) const
{
    Mask tags = 0;
    for (int i = 0; i < World::tagCount; ++i) {
        if (repository.tags[static_cast<std::size_t>(i)].current == content && isLiveTag(repository, i))
            tags |= 1u << i;
    }
    return tags;
}

Mask Model::missingOf(const Repository &repository, int content) const
{
    Mask missing = 0;
    for (int i = 0; i < World::contentCount; ++i) {
        if ((has(m_world->content(content).blobs, i) && !isLiveBlob(repository, i)) ||
            (has(m_world->content(content).children, i) && !isLiveManifest(repository, i)))
            missing |= 1u << i;
    }
    return missing;
}

// Pushes and deletes.

std::string Model::pushBlob(Repository &repository, int content)
{
    repository.layers |= 1u << content;
    auto &record = tombstone(repository, content);
    if (record.blob)
        record.expiredSeen.reset();
    record.blob.reset();
    return "ok";
}

std::string Model::mountBlob(Repository &repository, const Step &step)
{
    const bool isThere =
        step.other > 0 ? isLiveBlob(m_repositories[static_cast<std::size_t>(step.other - 1)], step.content)
                       : std::any_of(m_repositories.begin(), m_repositories.end(),
                                     [&](const auto &source) { return isLiveBlob(source, step.content); });
    return isThere ? pushBlob(repository, step.content) : "BLOB_UNKNOWN";
}

std::string Model::putManifest(Repository &repository, const Step &step)
{
    if (const auto missing = missingOf(repository, step.content); missing != 0)
        return "MANIFEST_BLOB_UNKNOWN " + std::to_string(missing);
    const bool wasLive = isLiveManifest(repository, step.content);
    auto &record = tombstone(repository, step.content);
    repository.revisions |= 1u << step.content;
    if (record.manifest) {
        record.hiddenSince = record.manifest;
        record.manifest.reset();
        record.expiredSeen.reset();
        record.tags = 0;
        record.hidden = 0;
        for (int i = 0; i < World::tagCount; ++i) {
            if (repository.tags[static_cast<std::size_t>(i)].current == step.content)
                record.hidden |= 1u << i;
        }
    }
    if ((record.hidden & step.tags) != 0)
        record.expiredSeen.reset();
    record.hidden &= ~step.tags;
    commit();
    for (int i = 0; i < World::tagCount; ++i) {
        if (!has(step.tags, i))
            continue;
        repository.tags[static_cast<std::size_t>(i)] = {step.content, std::nullopt};
        commit();
    }
    return wasLive ? "ok" : "ok created";
}

std::string Model::deleteManifest(Repository &repository, int content)
{
    if (!isLiveManifest(repository, content))
        return "MANIFEST_UNKNOWN";
    auto &record = tombstone(repository, content);
    record.tags = liveTags(repository, content);
    record.manifest = m_clock;
    record.expiredSeen.reset();
    return "ok";
}

std::string Model::deleteBlob(Repository &repository, int content)
{
    if (!isLiveBlob(repository, content))
        return "BLOB_UNKNOWN";
    auto &record = tombstone(repository, content);
    record.blob = m_clock;
    record.expiredSeen.reset();
    return "ok";
}

std::string Model::deleteTag(Repository &repository, int tag)
{
    if (!isLiveTag(repository, tag))
        return "MANIFEST_UNKNOWN";
    auto &state = repository.tags[static_cast<std::size_t>(tag)];
    state.tombstone = TagTombstone{state.current, m_clock};
    return "ok";
}

// Uploads and restarts.

std::string Model::takeUpload(Repository &repository, const Step &step)
{
    auto &upload = m_uploads[static_cast<std::size_t>(step.other)];
    if (step.kind == Step::Kind::StartUpload) {
        upload.reset(); // the client forgets an earlier one
        commit();
        upload = Upload{step.repository, {}};
        return "ok";
    }
    if (!upload || upload->repository != step.repository)
        return "BLOB_UPLOAD_UNKNOWN";
    if (step.kind == Step::Kind::AppendUpload) {
        upload->bytes += step.uploadedBytes(*m_world);
        return "ok " + std::to_string(upload->bytes.size());
    }
    if (step.kind == Step::Kind::FinishUpload)
        return finishUpload(repository, upload, step.content);
    upload.reset();
    return "ok";
}

// One that fails ends the session, and so may one that was cut short: its bytes may have left it already.
std::string Model::finishUpload(Repository &repository, std::optional<Upload> &upload, int content)
{
    const bool matches = upload->bytes == m_world->content(content).bytes;
    upload.reset();
    commit();
    return matches ? pushBlob(repository, content) : "DIGEST_INVALID";
}

// By a start and by the hourly pass. A session's age counts from the real time of its files, minutes before
// the start of the clock.
void Model::endIdleUploads()
{
    if (m_clock - m_start < uploadRetention)
        return;
    for (auto &upload : m_uploads)
        upload.reset();
}

std::string Model::uploaded(int slot) const
{
    const auto &upload = m_uploads[static_cast<std::size_t>(slot)];
    return upload ? upload->bytes : std::string();
}

// What a client sees.

View Model::view() const
{
    View result;
    for (std::size_t i = 0; i < m_repositories.size(); ++i)
        result.repositories[i] = view(m_repositories[i]);
    for (std::size_t i = 0; i < m_uploads.size(); ++i)
        result.uploads[i] = m_uploads[i] ? static_cast<std::int64_t>(m_uploads[i]->bytes.size()) : -1;
    return result;
}

View::Repository Model::view(const Repository &repository) const
{
    View::Repository result;
    for (int i = 0; i < World::contentCount; ++i) {
        if (isLiveManifest(repository, i)) {
            result.manifests |= 1u << i;
            if (const int subject = m_world->content(i).subject; subject >= 0)
                result.referrers[static_cast<std::size_t>(subject)] |= 1u << i;
        }
        if (isLiveBlob(repository, i))
            result.blobs |= 1u << i;
    }
    for (int i = 0; i < World::tagCount; ++i) {
        if (isLiveTag(repository, i))
            result.tags[static_cast<std::size_t>(i)] = repository.tags[static_cast<std::size_t>(i)].current;
    }
    result.isListed = result.manifests != 0;
    // A tag or tombstone without a link to go with does not exist in this world.
    result.isKnown = (repository.revisions | repository.layers) != 0;
    result.trash = trash(repository);
    return result;
}

std::vector<View::Trash> Model::trash(const Repository &repository) const
{
    std::vector<View::Trash> entries;
    const auto add = [&](View::Trash entry, const std::optional<Timestamp> &last) {
        if (last)
            entry.expiresAt = *last + trashRetention;
        entries.push_back(entry);
    };
    for (int i = 0; i < World::tagCount; ++i) {
        const auto &tag = repository.tags[static_cast<std::size_t>(i)];
        if (isDeleted(tag))
            add({i, tag.tombstone->content, 0, 0, 0, tag.tombstone->deletedAt}, tag.tombstone->deletedAt);
        else if (isHidden(repository, i) && isLiveManifest(repository, tag.current))
            add({i, tag.current, 0, 0, 0, tombstone(repository, tag.current).hiddenSince},
                tombstone(repository, tag.current).hiddenSince);
    }
    const auto tagEntries = entries.size();
    for (int i = 0; i < World::contentCount; ++i) {
        const auto &record = tombstone(repository, i);
        if (!record.manifest && !record.blob)
            continue;
        const Mask roles = (record.manifest ? 1u : 0u) | (record.blob ? 2u : 0u);
        const auto count = static_cast<std::size_t>(__builtin_popcount(record.tags));
        add({-1, i, roles, record.tags, count, std::max(record.manifest, record.blob)}, lastDeletion(record));
    }
    std::sort(entries.begin() + static_cast<std::ptrdiff_t>(tagEntries), entries.end(),
              [this](const auto &a, const auto &b) {
                  return m_world->content(a.content).digest < m_world->content(b.content).digest;
              });
    return entries;
}

} // namespace quayside::test
