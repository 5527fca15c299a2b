// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <map>

namespace quayside::test {

std::string restoreAnswer(bool changed, Mask back, Mask moved, Mask missing, Mask inTrash)
{
    return std::string(changed ? "ok changed" : "ok") + " back " + std::to_string(back) + " moved " +
           std::to_string(moved) + " missing " + std::to_string(missing) + " in trash " +
           std::to_string(inTrash);
}

std::string Model::restore(Repository &repository, const Step &step)
{
    bool changed = false;
    Mask back = 0;
    Mask moved = 0;
    int content = step.content;
    std::string error;
    if (step.kind == Step::Kind::RestoreTag) {
        const auto &tag = repository.tags[static_cast<std::size_t>(step.tag())];
        content = isDeleted(tag) ? tag.tombstone->content : tag.current;
        error = restoreTag(repository, step.tag(), changed, back);
    } else {
        error = restoreDigest(repository, content, step.other & 3, changed, back, moved);
    }
    if (!error.empty())
        return error;
    if ((step.other & Step::restoreDeep) != 0) {
        commit();
        Mask seen = 0;
        restoreReferences(repository, content, seen, changed);
    }
    const Mask missing = isLiveManifest(repository, content) ? missingOf(repository, content) : 0;
    const auto &wanted = m_world->content(content);
    const Mask inTrash =
        missing & ((wanted.blobs & repository.layers) | (wanted.children & repository.revisions));
    return restoreAnswer(changed, back, moved, missing, inTrash);
}

std::string Model::restoreDigest(Repository &repository, int content, int role, bool &changed, Mask &back,
                                 Mask &moved)
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
    changed = true;
    record.expiredSeen.reset();
    if (asBlob)
        record.blob.reset();
    if (asManifest) {
        for (int i = 0; i < World::tagCount; ++i) {
            if (has(record.tags, i) && repository.tags[static_cast<std::size_t>(i)].current != content)
                moved |= 1u << i;
        }
        record.manifest.reset();
        record.tags = 0;
    }
    back = liveTags(repository, content) & ~before;
    return {};
}

std::string Model::restoreTag(Repository &repository, int tag, bool &changed, Mask &back)
{
    auto &state = repository.tags[static_cast<std::size_t>(tag)];
    if (isLiveTag(repository, tag))
        return {};
    const int content = isDeleted(state) ? state.tombstone->content : state.current;
    if (content < 0 || !has(repository.revisions, content))
        return "MANIFEST_UNKNOWN";
    const auto before = liveTags(repository, content);
    changed = true;
    state.current = content;
    auto &record = tombstone(repository, content);
    if (record.manifest || has(record.hidden, tag))
        record.expiredSeen.reset();
    record.manifest.reset();
    record.tags = 0;
    record.hidden &= ~(1u << tag);
    commit();
    state.tombstone.reset();
    back = liveTags(repository, content) & ~before;
    return {};
}

void Model::restoreReferences(Repository &repository, int content, Mask &seen, bool &changed)
{
    if (!has(repository.revisions, content))
        return; // a blob refers to nothing
    // A store goes through them in the order of their digests; between two of them it may stop.
    const auto &wanted = m_world->content(content);
    std::map<Digest, int> references;
    for (int i = 0; i < World::contentCount; ++i) {
        if (has(wanted.blobs | wanted.children, i) && !has(seen, i))
            references.emplace(m_world->content(i).digest, i);
    }
    for (const auto &[digest, i] : references) {
        if (has(seen, i))
            continue;
        seen |= 1u << i;
        Mask back = 0;
        Mask moved = 0;
        const bool isChild = has(wanted.children, i);
        const auto error = restoreDigest(repository, i, isChild ? Step::restoreManifest : Step::restoreBlob,
                                         changed, back, moved);
        commit();
        if (error.empty() && isChild)
            restoreReferences(repository, i, seen, changed);
    }
}

} // namespace quayside::test
