// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "step.h"
#include "world.h"

#include "localregistry/storage/store.h"

#include <array>

namespace quayside::test {

/// All that a client can see of a store of the small world, in numbers, so that two can be compared fast.
struct View
{
    struct Trash
    {
        int tag = -1; ///< -1: the digest itself.
        int content = -1;
        Mask roles = 0; ///< 1: manifest, 2: blob.
        Mask tags = 0;
        std::size_t tagCount = 0;
        std::optional<Timestamp> deletedAt;
        std::optional<Timestamp> expiresAt;
        bool operator==(const Trash &) const = default;
    };
    struct Repository
    {
        bool isKnown = false;  ///< Its tags can be listed.
        bool isListed = false; ///< In the catalog.
        Mask manifests = 0;
        Mask blobs = 0;
        std::array<int, World::tagCount> tags{-1, -1, -1, -1}; ///< What each names; -1: not live.
        std::array<Mask, World::contentCount> referrers{};
        std::vector<Trash> trash;
        bool operator==(const Repository &) const = default;
    };
    std::array<Repository, World::repositoryCount> repositories;
    std::array<std::int64_t, Step::uploadSlots> uploads{-1, -1, -1}; ///< Their offsets; -1: none.

    bool operator==(const View &) const = default;
    std::string toString() const;
    /// Nothing is live here that is not live in `other`.
    bool showsNoMoreThan(const View &other) const;
};

/// An open session as a client remembers it.
struct UploadName
{
    int repository = 0;
    UploadId id;
};
using UploadNames = std::array<std::optional<UploadName>, Step::uploadSlots>;

/// Asks the store for everything but the trash, each thing in every way in which it can be asked, pages
/// included. Adds to `contradictions` what the store says differently the second time.
View viewOf(const Store &store, const World &world, const UploadNames &uploads,
            std::vector<std::string> &contradictions);
/// The same for the trash, which may read files to tell what is held.
void viewTrash(View &view, const Store &store, const World &world, std::vector<std::string> &contradictions);

} // namespace quayside::test
