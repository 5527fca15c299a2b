// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace quayside {

/// A manifest that the journal keeps, read once for its way back.
struct KeptManifest
{
    RepositoryName repository;
    JournalItem item;
    std::optional<MediaType> mediaType; ///< To push it with; nothing if it cannot be told.
    std::set<Digest> blobs;             ///< What the registry must have for it; foreign layers live elsewhere.
    std::set<Digest> subjects;          ///< What it is attached to: by its `subject`, or by a tool's tag.

    static KeptManifest read(RepositoryName repository, JournalItem item);
};

/// A blob or manifest in a repository.
struct ContentName
{
    RepositoryName repository;
    Digest digest;
    auto operator<=>(const ContentName &) const = default;
};

/// What depends on what among the manifests of a restore: the platforms of an image must be there before its
/// index, the index before what is attached to it. Pure.
class RestoreGraph
{
public:
    explicit RestoreGraph(std::vector<KeptManifest> manifests);

    const std::vector<KeptManifest> &manifests() const { return m_manifests; }
    /// Every distinct blob that must be readable before anything is put.
    std::set<ContentName> blobs() const;
    /// Platforms that the journal does not keep: the registry must still have them.
    std::set<ContentName> otherParts() const;
    /// The manifests in rounds: what is in one round needs only what is in earlier ones.
    std::vector<std::vector<std::size_t>> rounds() const;
    /// Those that it needs: its platforms.
    const std::vector<std::size_t> &parts(std::size_t index) const { return m_parts[index]; }
    /// Those that it is attached to.
    const std::vector<std::size_t> &subjects(std::size_t index) const { return m_subjects[index]; }
    /// Whether nobody asked for it: it comes with what it belongs to.
    bool isOnlyAlong(std::size_t index) const;
    /// Those that belong to it: its platforms, and what is attached to it.
    std::vector<std::size_t> belongings(std::size_t index) const;

    /// Why a manifest stays away. An image comes back with all its platforms or not at all, and nothing comes
    /// back for an image that does not.
    struct Refusal
    {
        std::set<Digest> missing; ///< Empty: only the image that it belongs to lacks something.
        std::size_t needed = 0;   ///< Blobs and parts that it has in all.
    };
    /// By index; `missing` is what is gone of blobs() and otherParts().
    std::map<std::size_t, Refusal> refused(const std::set<ContentName> &missing) const;

private:
    std::set<ContentName> needs(std::size_t index) const;
    std::set<ContentName> ownNeeds(std::size_t index) const;
    std::vector<std::size_t> lacking(const std::set<ContentName> &missing) const;
    std::vector<std::size_t> before(std::size_t index) const;
    std::vector<std::size_t> levels() const;

    std::vector<KeptManifest> m_manifests;
    std::map<ContentName, std::vector<std::size_t>> m_byName;
    // By index:
    std::vector<std::vector<std::size_t>> m_parts;
    std::vector<std::vector<std::size_t>> m_users; // that it is a part of
    std::vector<std::vector<std::size_t>> m_subjects;
    std::vector<std::vector<std::size_t>> m_attached;
};

/// The kept manifests that go back with the chosen ones: their platforms, what is attached to them, and so on.
/// `items` are those of one operation, `chosen` indexes of it; the result contains `chosen`.
std::set<std::size_t> withWhatBelongs(const std::vector<JournalItem> &items, std::set<std::size_t> chosen);

} // namespace quayside
