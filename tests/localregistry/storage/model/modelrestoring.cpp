// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <set>
#include <tuple>

namespace quayside::test {

std::string toString(const Restored &restored)
{
    return "ok restored " + std::to_string(restored.contents) + " tags " + std::to_string(restored.tags) +
           " moved " + std::to_string(restored.moved) + " missing " + std::to_string(restored.missing) +
           " in trash " + std::to_string(restored.inTrash);
}

std::string Model::restore(Repository &repository, const Step &step)
{
    Restored restored;
    int content = step.content;
    std::string error;
    if (step.kind == Step::Kind::RestoreTag) {
        const auto &tag = repository.tags[static_cast<std::size_t>(step.tag())];
        content = isDeleted(tag) ? tag.tombstone->content : tag.current;
        error = restoreTag(repository, step.tag(), restored);
    } else {
        error = restoreDigest(repository, content, step.other & 3, restored);
    }
    if (!error.empty())
        return error;
    if ((step.other & Step::restoreDeep) != 0) {
        commit();
        References seen;
        restoreReferences(repository, content, seen, restored);
    }
    References seen;
    if (isLiveManifest(repository, content))
        addMissing(repository, content, seen, restored);
    return toString(restored);
}

void Model::addMissing(const Repository &repository, int content, References &seen, Restored &restored) const
{
    if (!has(repository.revisions, content))
        return;
    const auto &wanted = m_world->content(content);
    for (int i = 0; i < World::contentCount; ++i) {
        const Mask bit = 1u << i;
        if (has(wanted.blobs, i) && !isLiveBlob(repository, i)) {
            restored.missing |= bit;
            restored.inTrash |= bit & repository.layers;
        }
        if (!has(wanted.children & ~seen.manifests, i))
            continue;
        seen.manifests |= bit;
        if (!isLiveManifest(repository, i)) {
            restored.missing |= bit;
            restored.inTrash |= bit & repository.revisions;
        }
        addMissing(repository, i, seen, restored);
    }
}

std::string Model::restoreDigest(Repository &repository, int content, int role, Restored &restored)
{
    auto &record = tombstone(repository, content);
    const bool asManifest = role != Step::restoreBlob && record.manifest;
    const bool asBlob = role != Step::restoreManifest && record.blob;
    if (!asManifest && !asBlob) {
        const bool isLive = (role != Step::restoreBlob && isLiveManifest(repository, content)) ||
                            (role != Step::restoreManifest && isLiveBlob(repository, content));
        return isLive ? "" : role == Step::restoreBlob ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN";
    }
    const auto before = liveTags(repository, content);
    restored.contents |= 1u << content;
    record.expiredSeen.reset();
    if (asBlob)
        record.blob.reset();
    if (asManifest) {
        for (int i = 0; i < World::tagCount; ++i) {
            if (has(record.tags, i) && repository.tags[static_cast<std::size_t>(i)].current != content)
                restored.moved |= 1u << i;
        }
        record.manifest.reset();
        record.tags = 0;
    }
    restored.tags |= liveTags(repository, content) & ~before;
    return {};
}

std::string Model::restoreTag(Repository &repository, int tag, Restored &restored)
{
    auto &state = repository.tags[static_cast<std::size_t>(tag)];
    if (isLiveTag(repository, tag))
        return {};
    const int content = isDeleted(state) ? state.tombstone->content : state.current;
    if (content < 0 || !has(repository.revisions, content))
        return "MANIFEST_UNKNOWN";
    const auto before = liveTags(repository, content);
    restored.contents |= 1u << content;
    state.current = content;
    auto &record = tombstone(repository, content);
    if (record.manifest || has(record.hidden, tag))
        record.expiredSeen.reset();
    record.manifest.reset();
    record.tags = 0;
    record.hidden &= ~(1u << tag);
    commit();
    state.tombstone.reset();
    restored.tags |= liveTags(repository, content) & ~before;
    return {};
}

void Model::restoreReferences(Repository &repository, int content, References &seen, Restored &restored)
{
    if (!has(repository.revisions, content))
        return; // a blob refers to nothing
    // A store goes through them in the order of their digests, as a manifest before as a blob; between two of
    // them it may stop.
    const auto &wanted = m_world->content(content);
    std::set<std::tuple<Digest, bool, int>> references;
    for (int i = 0; i < World::contentCount; ++i) {
        if (has(wanted.children, i))
            references.emplace(m_world->content(i).digest, false, i);
        if (has(wanted.blobs, i))
            references.emplace(m_world->content(i).digest, true, i);
    }
    for (const auto &[digest, isBlob, i] : references) {
        Mask &visited = isBlob ? seen.blobs : seen.manifests;
        if (has(visited, i))
            continue;
        visited |= 1u << i;
        const auto error =
            restoreDigest(repository, i, isBlob ? Step::restoreBlob : Step::restoreManifest, restored);
        commit();
        if (error.empty() && !isBlob)
            restoreReferences(repository, i, seen, restored);
    }
}

} // namespace quayside::test
