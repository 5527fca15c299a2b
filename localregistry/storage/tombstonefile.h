// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/storetypes.h"

#include <chrono>

namespace quayside {

/// At most so many tags are written into a tombstone, for display.
inline constexpr std::size_t maxListedTags = 100;

/// Why the store itself deletes something, see Tombstone::cause.
inline const std::string causeSubject = "subject";   ///< The subject of the manifest was swept.
inline const std::string causeUntagged = "untagged"; ///< No tag named it for as long as StoreOptions says.

/// When an expired tombstone was first seen to be so, by three clocks: one that jumps must not destroy
/// anything. Text: "2026-11-25T09:12:00Z 86400 3".
struct ExpirySighting
{
    Timestamp time;
    std::chrono::seconds uptime{0}; ///< The store's counted uptime then.
    int startDays = 0;              ///< On how many dates the store had been opened until then.

    static std::optional<ExpirySighting> parse(std::string_view text);
    std::string toString() const;
    bool operator==(const ExpirySighting &) const = default;
};

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
        /// Not part of the file: another program pushed the content in this role after it was deleted.
        bool isOutdated = false;
        /// Of a manifest: its data was lost. What it needed is not known, and nothing is kept for it.
        bool wasLost = false;
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
    std::string cause; ///< Why the store itself deleted it: "subject" or "untagged"; else empty.
    std::optional<ExpirySighting> expiredSeen;
    bool sweeping = false; ///< Its links are being removed: there is no way back but a push.
    KeyValues others;      ///< Keys that this version does not use.
    /// Not part of the file: tags that another program made to name the digest after that; sorted.
    std::vector<std::string> outdatedTags;

    /// Another program pushed something that a sweep of this would remove.
    bool keepsForeignPush() const;
    bool isOutdatedTag(const std::string &tag) const;
    bool names(ContentRole role) const;
    /// Whether it deletes anything; else it only hides tags.
    bool namesARole() const { return names(ContentRole::Manifest) || names(ContentRole::Blob); }
    bool hides(const std::string &tag) const;
    std::optional<Timestamp> deletedAt(ContentRole role) const;
    /// The time of the last deletion in it, which its expiry counts from; nothing if one is not known.
    std::optional<Timestamp> lastDeletion() const;
    /// Nothing is left to say: the file is to be removed.
    bool isEmpty() const;
    void clear(ContentRole role);
    /// Something in it has come back or was deleted anew: its expiry begins anew.
    void renew();

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
    std::optional<ExpirySighting> expiredSeen;
    bool sweeping = false;
    KeyValues others;
    bool isOutdated = false; ///< As for a Tombstone::Deletion.

    bool appliesTo(const Digest &current) const { return !digest || *digest == current; }

    static TagTombstone parse(std::string_view text);
    std::string toString() const;
};

} // namespace quayside
