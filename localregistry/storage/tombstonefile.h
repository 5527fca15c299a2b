// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/storetypes.h"

namespace quayside {

/// At most so many tags are written into a tombstone, for display.
inline constexpr std::size_t maxListedTags = 100;

/// The tombstone of a digest: one file for both roles, because a manifest and a layer may share a digest and
/// deleting one must not hide the other. Line 1 is the digest, then come `key=value` lines;
/// docs/storage-format.md has the keys.
///
/// Presence means deleted. A record that cannot be read deletes both roles and has no age.
/// The one exception is a readable record that names no role and only hides tags.
struct Tombstone
{
    /// A role is deleted, since when may not be known.
    struct Deletion
    {
        std::optional<Timestamp> since;
    };

    bool readable = true;
    std::optional<Deletion> manifest;
    std::optional<Deletion> blob;
    std::vector<std::string> hidden; ///< Tags that name the digest and did not come back with it; sorted.
    std::optional<Timestamp> hiddenSince;
    std::vector<std::string> tags; ///< The live tags when the manifest was deleted, at most maxListedTags.
    std::size_t tagCount = 0;
    std::string by;
    std::string user;
    KeyValues others; ///< Keys that this version does not use.

    bool names(ContentRole role) const;
    bool hides(const std::string &tag) const;
    std::optional<Timestamp> deletedAt(ContentRole role) const;
    /// Nothing is left to say: the file is to be removed.
    bool isEmpty() const;
    void clear(ContentRole role);

    static Tombstone parse(std::string_view text);
    std::string toString(const Digest &digest) const;
};

/// The tombstone of a tag. It is in force only while the tag's `current/link` names `digest`, so a tag that
/// is pushed elsewhere is live by that one rename. One that cannot be read is in force whatever the tag
/// names.
struct TagTombstone
{
    std::optional<Digest> digest; ///< What the tag named; nothing if the record cannot be read.
    std::optional<Timestamp> deletedAt;
    std::string by;
    std::string user;

    bool appliesTo(const Digest &current) const { return !digest || *digest == current; }

    static TagTombstone parse(std::string_view text);
    std::string toString() const;
};

} // namespace quayside
