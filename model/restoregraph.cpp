// SPDX-License-Identifier: Apache-2.0
#include "model/restoregraph.h"

#include "model/neededblobs.h"
#include "model/tagentry.h"
#include "oci/manifest.h"

#include <algorithm>

namespace quayside {

namespace {

/// So many are looked at to say what is missing; then each manifest tells only of its own.
constexpr std::size_t mostNeeds = 2'000'000;

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
        for (const auto &[blob, size] : neededBlobs(*manifest))
            kept.blobs.insert(blob);
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
    , m_users(m_manifests.size())
    , m_subjects(m_manifests.size())
    , m_attached(m_manifests.size())
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
                m_users[part].push_back(i);
            }
        }
        for (const Digest &subject : m_manifests[i].subjects) {
            for (const std::size_t owner : find(i, subject)) {
                m_subjects[i].push_back(owner);
                m_attached[owner].push_back(i);
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

/// What must be there before, one after the other: its parts, then what it is attached to.
std::vector<std::size_t> RestoreGraph::before(std::size_t index) const
{
    std::vector<std::size_t> before = m_parts[index];
    before.insert(before.end(), m_subjects[index].begin(), m_subjects[index].end());
    return before;
}

/// Of each one more than the highest of what must be there before; 0 counts within a circle, which only a
/// tool's tag can make. Not recursive: who pushed the images has decided how deep they are.
std::vector<std::size_t> RestoreGraph::levels() const
{
    struct Visit
    {
        std::size_t index;
        std::vector<std::size_t> before;
        std::size_t next = 0;
    };
    std::vector<std::size_t> levels(m_manifests.size());
    std::vector<bool> seen(m_manifests.size());
    std::vector<Visit> open;
    const auto visit = [&](std::size_t index) {
        if (!seen[index])
            open.push_back({index, before(index)});
        seen[index] = true;
    };
    for (std::size_t i = 0; i < m_manifests.size(); ++i) {
        visit(i);
        while (!open.empty()) {
            Visit &current = open.back();
            if (current.next < current.before.size()) {
                visit(current.before[current.next++]);
                continue;
            }
            std::size_t highest = 0;
            for (const std::size_t other : current.before)
                highest = std::max(highest, levels[other] + 1);
            levels[current.index] = highest;
            open.pop_back();
        }
    }
    return levels;
}

std::vector<std::vector<std::size_t>> RestoreGraph::rounds() const
{
    std::vector<std::vector<std::size_t>> rounds;
    const auto all = levels();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (rounds.size() <= all[i])
            rounds.resize(all[i] + 1);
        rounds[all[i]].push_back(i);
    }
    return rounds;
}

/// Not recursive either.
std::set<ContentName> RestoreGraph::needs(std::size_t index) const
{
    std::set<std::size_t> seen{index};
    std::set<ContentName> needs;
    std::vector<std::size_t> open(1, index);
    while (!open.empty()) {
        const std::size_t current = open.back();
        open.pop_back();
        const auto own = ownNeeds(current);
        needs.insert(own.begin(), own.end());
        for (const std::size_t part : m_parts[current]) {
            if (seen.insert(part).second)
                open.push_back(part);
        }
    }
    return needs;
}

std::vector<std::size_t> RestoreGraph::belongings(std::size_t index) const
{
    std::vector<std::size_t> belongings = m_parts[index];
    belongings.insert(belongings.end(), m_attached[index].begin(), m_attached[index].end());
    return belongings;
}

std::set<ContentName> RestoreGraph::ownNeeds(std::size_t index) const
{
    const KeptManifest &manifest = m_manifests[index];
    std::set<ContentName> needs;
    for (const Digest &blob : manifest.blobs)
        needs.insert({manifest.repository, blob});
    for (const Digest &child : manifest.item.children) {
        const ContentName name{manifest.repository, child};
        if (!m_byName.contains(name))
            needs.insert(name);
    }
    return needs;
}

/// Those that lack something themselves, or a part of which does.
std::vector<std::size_t> RestoreGraph::lacking(const std::set<ContentName> &missing) const
{
    std::vector<bool> seen(m_manifests.size());
    std::vector<std::size_t> lacking;
    for (std::size_t i = 0; i < m_manifests.size(); ++i) {
        const auto own = ownNeeds(i);
        seen[i] =
            std::any_of(own.begin(), own.end(), [&](const auto &name) { return missing.contains(name); });
        if (seen[i])
            lacking.push_back(i);
    }
    for (std::size_t next = 0; next < lacking.size(); ++next) {
        for (const std::size_t index : m_users[lacking[next]]) {
            if (!seen[index])
                lacking.push_back(index);
            seen[index] = true;
        }
    }
    return lacking;
}

std::map<std::size_t, RestoreGraph::Refusal>
RestoreGraph::refused(const std::set<ContentName> &missing) const
{
    std::map<std::size_t, Refusal> refused;
    std::vector<std::size_t> open;
    std::size_t looked = 0;
    for (const std::size_t i : missing.empty() ? std::vector<std::size_t>() : lacking(missing)) {
        const auto all = looked < mostNeeds ? needs(i) : ownNeeds(i);
        looked += all.size();
        Refusal refusal{{}, all.size()};
        for (const ContentName &name : all) {
            if (missing.contains(name))
                refusal.missing.insert(name.digest);
        }
        refused.emplace(i, std::move(refusal));
        open.push_back(i);
    }
    std::vector<std::size_t> hopeful(m_manifests.size()); // owners that are not refused
    for (std::size_t i = 0; i < m_manifests.size(); ++i)
        hopeful[i] = m_users[i].size() + m_subjects[i].size();
    while (!open.empty()) {
        const std::size_t owner = open.back();
        open.pop_back();
        for (const std::size_t i : belongings(owner)) {
            if (--hopeful[i] == 0 && isOnlyAlong(i) && refused.emplace(i, Refusal()).second)
                open.push_back(i);
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
    std::vector<std::size_t> open(chosen.begin(), chosen.end());
    while (!open.empty()) {
        const std::size_t owner = open.back();
        open.pop_back();
        for (const std::size_t i : graph.belongings(owner)) {
            if (graph.isOnlyAlong(i) && chosen.insert(i).second)
                open.push_back(i);
        }
    }
    return chosen;
}

} // namespace quayside
