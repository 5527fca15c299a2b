// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/error.h"
#include "oci/manifest.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"
#include "oci/timestamp.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace quayside {

/// Who changed the store, for display only: it proves nothing.
struct Actor
{
    std::string by;   ///< "api", "desktop" or "ctl", from the User-Agent.
    std::string user; ///< The authenticated login; empty if none.
};

/// What a digest can be in a repository; one tombstone file serves both.
enum class ContentRole { Manifest, Blob };

/// A live manifest, as the index in memory knows it.
struct ManifestInfo
{
    Digest digest;
    std::string mediaType;
    std::string artifactType;
    std::int64_t size = 0; ///< Of the manifest itself, bytes.
    std::int64_t downloadSize =
        0; ///< With config and layers; of an index: of all its platforms, each blob once.
    std::optional<Digest> subject;
    std::vector<Digest> children;       ///< Of an index.
    std::vector<std::string> platforms; ///< "linux/amd64"; attestation children are left out.
    std::vector<Tag> tags;              ///< Live tags that name it, in byte-wise order.
    std::map<std::string, std::string> annotations;
    Timestamp pushed;
    std::optional<Timestamp> built; ///< From the config (of the first platform).
};

/// What a client needs to know of a live manifest to fetch it.
struct ManifestHead
{
    Digest digest;
    std::string_view mediaType; ///< Valid as long as the store.
    std::int64_t size = 0;      ///< Bytes.
};

struct BlobInfo
{
    Digest digest;
    std::int64_t size = 0;
};

/// An open blob; the descriptor is closed with the last copy.
struct BlobFile
{
    BlobInfo info;
    std::shared_ptr<const int> descriptor;
};

struct NamePage
{
    std::vector<std::string> names;
    bool more = false; ///< Names follow after the last one of this page.
};

struct ContentPage
{
    std::vector<ManifestInfo> manifests;
    bool more = false;
};

/// One tombstone in force: of a manifest or blob (`digest`) or of a tag (`tag` and the digest it named).
struct TrashEntry
{
    RepositoryName repository;
    std::optional<Tag> tag;
    Digest digest;
    std::vector<ContentRole> roles; ///< Empty for a tag.
    std::string mediaType;          ///< Empty for a blob.
    std::int64_t size = 0;          ///< downloadSize for a manifest.
    std::vector<std::string> platforms;
    std::vector<Tag> tags; ///< The tags that named it when it was deleted, at most 100.
    std::size_t tagCount = 0;
    std::optional<Timestamp> deletedAt; ///< Nothing when the record cannot be read: its age is unknown.
    std::optional<Timestamp> expiresAt; ///< Nothing: never swept by itself.
    std::string by;
    std::string user;
    std::string cause; ///< "subject": its subject was swept. "untagged": it had no tag for long. Else empty.
    /// Another program pushed it after it was deleted here: it is kept until someone restores or purges it.
    bool isOutdated = false;
    /// The manifests that need it, deleted ones too: until they are gone it can only be restored.
    std::vector<Digest> heldBy;

    /// What lists are sorted and paged by: the repository, a space, then "_tags/<tag>" or the digest.
    std::string key() const;
};

struct TrashPage
{
    std::vector<TrashEntry> entries;
    bool more = false;
};

struct PutManifestResult
{
    Digest digest;
    std::optional<Digest> subject;
    bool created = false; ///< The digest was not live before.
};

struct RestoreOptions
{
    std::optional<ContentRole> role; ///< Both roles if absent.
    bool deep = false;               ///< Also restore children and blobs that are in the trash.
};

/// What a restore brought back, and what it could not.
struct RestoreResult
{
    struct Missing
    {
        Digest digest;
        bool inTrash = false; ///< Else it is gone.
    };
    Digest digest;
    /// What came back, or has a tag that did; `digest` first. Empty when all was live already.
    std::vector<Digest> restored;
    std::vector<Tag> tagsRestored;
    std::vector<Tag> tagsMoved;   ///< Name something else now; left as they are.
    std::vector<Missing> missing; ///< Blobs and children, and what those need, that are not live.
};

/// What one pass over the trash did.
struct SweepResult
{
    std::size_t swept = 0;             ///< Tombstones whose content is gone for good now.
    std::size_t held = 0;              ///< Expired, but still needed by a manifest.
    std::size_t uploads = 0;           ///< Sessions that had been idle for too long.
    std::size_t untagged = 0;          ///< Manifests that were deleted because they had no tag for long.
    std::vector<std::string> problems; ///< What could not be swept and why, in words.
};

/// How far a collection is.
struct CollectionProgress
{
    enum class Phase { Listing, Marking, Removing };
    Phase phase = Phase::Listing;
    std::size_t scanned = 0;    ///< Data files looked at.
    std::size_t candidates = 0; ///< Links and data to remove, once they are known.
    std::int64_t bytes = 0;     ///< Of the candidates.
};

struct CollectionOptions
{
    bool dryRun = false; ///< Removes nothing; the result is what would be removed.
    std::function<void(const CollectionProgress &)> progress; ///< On the collecting thread.
    std::stop_token stop;
};

/// A link of a layer that no manifest of `repository` needs, or (without one) data that no link needs.
struct GarbageItem
{
    Digest digest;
    std::optional<RepositoryName> repository;
    std::int64_t bytes = 0; ///< 0 for a link.
};

struct CollectionResult
{
    std::vector<GarbageItem> items; ///< What was removed.
    std::size_t links = 0;
    std::size_t blobs = 0;
    std::int64_t bytes = 0;
};

struct CheckOptions
{
    bool repair = false;
    std::function<void(std::size_t done, std::size_t all)> progress; ///< Data files hashed.
    std::stop_token stop;
};

struct CheckFinding
{
    enum class Kind {
        Loading, ///< Found when the store was opened; what could be repaired then was.
        Link,    ///< A link on disk differs from the index.
        Missing, ///< Something that is needed is not there.
        Corrupt, ///< Data does not hash to its digest.
    };
    Kind kind;
    std::string text;
    bool isRepaired = false; ///< Corrupt data: moved to `quayside.quarantine`; a push brings it back.
};

struct CheckResult
{
    std::size_t repositories = 0;
    std::size_t links = 0;
    std::size_t data = 0;   ///< Hashed.
    std::int64_t bytes = 0; ///< Of the data.
    std::vector<CheckFinding> findings;
};

/// Sizes are of distinct data in bytes, each counted once.
struct StoreStats
{
    std::size_t repositories = 0; ///< With a live manifest.
    std::size_t tags = 0;
    std::size_t manifests = 0;          ///< Live.
    std::size_t blobs = 0;              ///< Live, manifests not counted; each once in the store.
    std::int64_t bytesStored = 0;       ///< Of everything that has a link.
    std::int64_t bytesDeduplicated = 0; ///< What repositories share with each other.
    std::size_t trashEntries = 0;
    std::int64_t bytesInTrash = 0;  ///< Only what is in the trash needs it.
    std::chrono::seconds uptime{0}; ///< Of all processes that served the store.
};

/// A digest that a tag has named.
struct TagHistoryEntry
{
    Digest digest;
    Timestamp time;         ///< When the tag was last made to name it.
    bool isCurrent = false; ///< The tag names it now, or did when it was deleted.
    bool isLive = false;
    bool isInTrash = false; ///< Not live, but can be restored. Neither: it is gone.
};

/// What a hand-over to another program did.
struct HandOverResult
{
    std::size_t purged = 0;
    std::size_t kept = 0; ///< Outdated tombstones, see TrashEntry::isOutdated.
};

/// What the whole store holds. Bytes are those of manifests and blobs, each piece of data counted once.
struct StoreStatistics
{
    std::size_t repositories = 0; ///< With a live manifest.
    std::size_t tags = 0;
    std::size_t manifests = 0;
    std::size_t blobs = 0; ///< Pieces of data that are live, manifests included.
    std::int64_t bytesStored = 0;
    std::int64_t bytesDeduplicated = 0; ///< More would be stored if repositories shared nothing.
    std::int64_t bytesInTrash = 0;      ///< Of bytesStored, what only deleted things need.
};

using UploadId = std::string; ///< A lower-case UUID; `isUploadId` is its grammar.
bool isUploadId(std::string_view text);

struct UploadStatus
{
    UploadId id;
    std::int64_t offset = 0; ///< Bytes received.
    DigestAlgorithm algorithm = DigestAlgorithm::Sha256;
};

enum class StoreEventType { Push, Delete, Restore, Sweep };

struct StoreEvent
{
    StoreEventType type;
    RepositoryName repository;
    std::optional<Digest> digest;
    std::vector<Tag> tags; ///< Of a deleted manifest at most 100.
    Timestamp time;
};

} // namespace quayside
