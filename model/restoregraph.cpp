// SPDX-License-Identifier: Apache-2.0
#include "model/restoregraph.h"

#include "model/tagentry.h"
#include "oci/manifest.h"

#include <algorithm>

namespace quayside {

namespace {

std::set<Digest> neededBlobs(const Manifest &manifest)
{
    std::set<Digest> blobs;
    if (manifest.config())
        blobs.insert(manifest.config()->digest);
    for (const Descriptor &layer : manifest.layers()) {
        if (!layer.mediaType.isNondistributableLayer() || layer.urls.empty())
            blobs.insert(layer.digest);
    }
    return blobs;
}

} // namespace

KeptManifest KeptManifest::read(RepositoryName repository, JournalItem item)
{
    KeptManifest kept{std::move(repository), std::move(item)};
    const auto manifest =
        Manifest::parse(kept.item.manifest.toStdString(), kept.item.mediaType, JsonRules::Lenient);
    kept.mediaType = kept.item.mediaType;
    if (manifest) {
        if (!kept.mediaType)
            kept.mediaType = manifest->mediaType();
        kept.blobs = neededBlobs(*manifest);
        if (manifest->subject())
            kept.subjects.insert(manifest->subject()->digest);
    }
    for (const Tag &tag : kept.item.tags) {
        if (const auto subject = subjectOfTag(tag))
            kept.subjects.insert(*subject);
    }
    return kept;
}

RestoreGraph::RestoreGraph(std::vector<KeptManifest> manifests)
    : m_manifests(std::move(manifests))
    , m_parts(m_manifests.size())
    , m_owners(m_manifests.size())
    , m_subjects(m_manifests.size())
{
    for (std::size_t i = 0; i < m_manifests.size(); ++i)
        m_byName[{m_manifests[i].repository, m_manifests[i].item.digest}].push_back(i);
    const auto find = [this](std::size_t i, const Digest &digest) {
        const auto found = m_byName.find({m_manifests[i].repository, digest});
        return found == m_byName.end() ? std::vector<std::size_t>() : found->second;
    };
    for (std::size_t i = 0; i < m_manifests.size(); ++i) {
        for (const Digest &child : m_manifests[i].item.children) {
            for (const std::size_t part : find(i, child)) {
                m_parts[i].push_back(part);
                m_owners[part].push_back(i);
            }
        }
        for (const Digest &subject : m_manifests[i].subjects) {
            for (const std::size_t owner : find(i, subject)) {
                m_subjects[i].push_back(owner);
                m_owners[i].push_back(owner);
            }
        }
    }
}

bool RestoreGraph::isOnlyAlong(std::size_t index) const
{
    const auto role = m_manifests[index].item.role;
    return role == JournalItem::Role::Also || role == JournalItem::Role::Kept;
}

std::set<ContentName> RestoreGraph::blobs() const
{
    std::set<ContentName> blobs;
    for (const KeptManifest &manifest : m_manifests) {
        for (const Digest &blob : manifest.blobs)
            blobs.insert({manifest.repository, blob});
    }
    return blobs;
}

std::set<ContentName> RestoreGraph::otherParts() const
{
    std::set<ContentName> parts;
    for (const KeptManifest &manifest : m_manifests) {
        for (const Digest &child : manifest.item.children) {
            if (!m_byName.contains({manifest.repository, child}))
                parts.insert({manifest.repository, child});
        }
    }
    return parts;
}

/// One more than the highest level of what must be there before.
std::size_t RestoreGraph::level(std::size_t index, std::map<std::size_t, std::size_t> &levels) const
{
    const auto [known, isNew] = levels.emplace(index, 0);
    if (!isNew)
        return known->second; // 0 within a circle, which only a tool's tag can make
    std::size_t highest = 0;
    for (const auto *before : {&m_parts[index], &m_subjects[index]}) {
        for (const std::size_t other : *before)
            highest = std::max(highest, level(other, levels) + 1);
    }
    levels[index] = highest;
    return highest;
}

std::vector<std::vector<std::size_t>> RestoreGraph::rounds() const
{
    std::map<std::size_t, std::size_t> levels;
    std::vector<std::vector<std::size_t>> rounds;
    for (std::size_t i = 0; i < m_manifests.size(); ++i) {
        const std::size_t round = level(i, levels);
        if (rounds.size() <= round)
            rounds.resize(round + 1);
        rounds[round].push_back(i);
    }
    return rounds;
}

void RestoreGraph::collectNeeds(std::size_t index, std::set<std::size_t> &seen,
                                std::set<ContentName> &needs) const
{
    if (!seen.insert(index).second)
        return;
    const KeptManifest &manifest = m_manifests[index];
    for (const Digest &blob : manifest.blobs)
        needs.insert({manifest.repository, blob});
    for (const Digest &child : manifest.item.children) {
        const ContentName name{manifest.repository, child};
        if (!m_byName.contains(name))
            needs.insert(name);
    }
    for (const std::size_t part : m_parts[index])
        collectNeeds(part, seen, needs);
}

std::set<ContentName> RestoreGraph::needs(std::size_t index) const
{
    std::set<std::size_t> seen;
    std::set<ContentName> needs;
    collectNeeds(index, seen, needs);
    return needs;
}

std::map<std::size_t, RestoreGraph::Refusal>
RestoreGraph::refused(const std::set<ContentName> &missing) const
{
    std::map<std::size_t, Refusal> refused;
    if (missing.empty())
        return refused;
    for (std::size_t i = 0; i < m_manifests.size(); ++i) {
        const auto all = needs(i);
        Refusal refusal{{}, all.size()};
        for (const ContentName &name : all) {
            if (missing.contains(name))
                refusal.missing.insert(name.digest);
        }
        if (!refusal.missing.empty())
            refused.emplace(i, std::move(refusal));
    }
    for (std::size_t before = refused.size() + 1; before != refused.size();) {
        before = refused.size();
        for (std::size_t i = 0; i < m_manifests.size(); ++i) {
            const auto &owners = m_owners[i];
            const bool alone = std::all_of(owners.begin(), owners.end(),
                                           [&](std::size_t owner) { return refused.contains(owner); });
            if (isOnlyAlong(i) && !owners.empty() && alone)
                refused.emplace(i, Refusal());
        }
    }
    return refused;
}

std::set<std::size_t> withWhatBelongs(const std::vector<JournalItem> &items, std::set<std::size_t> chosen)
{
    const auto repository = RepositoryName::parse("any"); // all of them are in the same one
    std::vector<KeptManifest> manifests;
    for (const JournalItem &item : items)
        manifests.push_back(KeptManifest::read(*repository, item));
    const RestoreGraph graph(std::move(manifests));
    for (std::size_t before = 0; before != chosen.size();) {
        before = chosen.size();
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto &owners = graph.owners(i);
            const bool belongs = std::any_of(owners.begin(), owners.end(),
                                             [&](std::size_t owner) { return chosen.contains(owner); });
            if (graph.isOnlyAlong(i) && belongs)
                chosen.insert(i);
        }
    }
    return chosen;
}

} // namespace quayside
