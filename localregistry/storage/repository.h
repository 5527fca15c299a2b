// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/layerset.h"
#include "localregistry/storage/manifestrecord.h"
#include "localregistry/storage/tombstonefile.h"
#include "oci/reference.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <shared_mutex>

namespace quayside {

/// Why something that has a link is not live.
enum class LinkFault {
    Lost,       ///< The data is not there, or is corrupt.
    Unreadable, ///< The link or the data cannot be read.
};

/// The index of one repository in memory: which manifests, layers, tags and tombstones its files hold.
///
/// Its maps are ordered and guarded by one shared mutex. (An immutable snapshot per change would let readers
/// go without a lock, but costs a copy of all tags for every push; a reader here copies a small answer out
/// instead.) The lock is held for memory only, never across I/O: a mutation changes the files first, under
/// its key locks, and publishes the durable result in one short exclusive section.
class Repository
{
public:
    explicit Repository(RepositoryName name)
        : m_name(std::move(name))
    {}

    const RepositoryName &name() const { return m_name; }

    /// Runs `load` unless it has succeeded before. Others wait meanwhile.
    Result<void> ensureLoaded(const std::function<Result<void>(Repository &)> &load);
    bool isLoaded() const { return m_loaded; }
    void markLoaded() { m_loaded = true; }

    // Reading what is live.
    std::optional<Digest> resolve(const Tag &tag) const;
    std::optional<ManifestInfo> manifest(const Digest &digest) const;
    std::optional<ManifestHead> manifestHead(const TagOrDigest &reference) const;
    std::optional<std::int64_t> blobSize(const Digest &digest) const;
    bool isLive(const Digest &digest, ContentRole role) const;
    bool hasLiveManifest() const;
    std::size_t liveTagCount() const;
    /// No link and no tombstone.
    bool isEmpty() const;
    NamePage tags(const std::string &last, std::size_t limit) const;
    ContentPage content(const std::string &last, std::size_t limit) const;
    std::vector<ManifestInfo> referrers(const Digest &subject) const;
    /// Appends tombstones whose key is after `last`, until `page` holds `limit`.
    void trash(const std::string &last, std::size_t limit, std::chrono::seconds retention,
               TrashPage &page) const;
    /// Calls `visit` for each manifest and layer that has a link: where its data is, its bytes, whether it is
    /// live.
    using DataVisitor = std::function<void(const Digest &, std::int64_t, bool)>;
    void visitData(const DataVisitor &visit) const;
    std::size_t countManifests() const;
    /// Where the data of a linked digest is: another digest only in stores that distribution 3 has written.
    Digest dataOf(const Digest &digest) const;

    // What a mutation decides upon, under its key locks.
    struct DigestState
    {
        std::shared_ptr<const ManifestRecord> manifest; ///< Null without a revision link.
        std::optional<std::int64_t> blobSize;           ///< Nothing without a layer link.
        std::shared_ptr<const Tombstone> tombstone;     ///< Null if there is none.
        std::optional<LinkFault> manifestFault;         ///< Of a link that is not counted above.
        std::optional<LinkFault> blobFault;

        std::optional<LinkFault> fault(ContentRole role) const
        {
            return role == ContentRole::Manifest ? manifestFault : blobFault;
        }
        /// There is a link, and it says where the data is or should be.
        bool hasSoundLink(ContentRole role) const { return isLinked(role) || fault(role) == LinkFault::Lost; }
        bool isLinked(ContentRole role) const;
        bool isDeleted(ContentRole role) const { return tombstone && tombstone->names(role); }
        bool isLive(ContentRole role) const { return isLinked(role) && !isDeleted(role); }
        /// A manifest that is lost for good can be deleted too: it would stop sweeps and collections for
        /// ever.
        bool isDeletable(ContentRole role) const
        {
            const bool isLost = role == ContentRole::Manifest && fault(role) == LinkFault::Lost;
            return isLive(role) || (isLost && !isDeleted(role));
        }
    };
    struct TagState
    {
        std::optional<Digest> current;                 ///< Nothing without a readable `current/link`.
        std::shared_ptr<const TagTombstone> tombstone; ///< In force or not.
        bool isLive = false;

        bool isDeleted() const { return tombstone && (!current || tombstone->appliesTo(*current)); }
    };
    DigestState state(const Digest &digest) const;
    TagState state(const Tag &tag) const;
    /// Sorted. With `liveOnly`, without tags that are deleted or hidden.
    std::vector<std::string> tagsNaming(const Digest &digest, bool liveOnly) const;
    /// Grows whenever a manifest becomes live: who has decided on what manifests need looks again.
    std::uint64_t revision() const { return m_revision; }
    std::vector<std::pair<Digest, std::shared_ptr<const Tombstone>>> tombstones() const;
    std::vector<std::pair<Tag, std::shared_ptr<const TagTombstone>>> tagTombstones() const;
    /// All that have a revision link, deleted ones too.
    std::vector<Digest> linkedManifests() const;
    std::vector<Digest> linkedLayers() const;
    /// The links, by digest and role, whose data is lost and was at `data`.
    std::vector<std::pair<Digest, ContentRole>> lostLinks(const Digest &data) const;
    std::vector<Digest> lostManifests() const;
    /// Why it is not known what the repository's manifests, `except` left out, need, in words; nothing if it
    /// is.
    std::optional<std::string> obstacle(const std::optional<Digest> &except = {}) const;
    /// The indexes that have each child; without those whose sweep has begun.
    std::map<Digest, std::vector<Digest>> parents() const;
    /// Live manifests that no live tag names, that are in no live index and whose subject is not live.
    std::vector<Digest> untaggedManifests() const;
    bool hasManifestBeside(const Digest &digest) const;
    /// The tags that are removed when the digest's tombstone is swept: those that name its manifest, or those
    /// that it hides; deleted ones too. Sorted.
    std::vector<std::string> tagsSweptWith(const Digest &digest) const;
    /// The tombstone that deletes this role as well.
    Tombstone deletion(const Digest &digest, ContentRole role, Timestamp time, const Actor &actor,
                       const std::string &cause) const;

    // Publishing what is durable.
    void publishManifest(const Digest &digest, std::shared_ptr<const ManifestRecord> record,
                         std::shared_ptr<const Tombstone> tombstone);
    void publishLayer(const Digest &digest, std::int64_t size, std::shared_ptr<const Tombstone> tombstone);
    void publishTombstone(const Digest &digest, std::shared_ptr<const Tombstone> tombstone);
    void publishTag(const Tag &tag, const Digest &digest);
    void publishTagTombstone(const Tag &tag, std::shared_ptr<const TagTombstone> tombstone);
    void publishDataOf(const Digest &digest, const Digest &data);
    void publishFault(const Digest &digest, ContentRole role, LinkFault fault);
    /// A file that is named like nothing that this program knows.
    void publishOddName(const std::string &name);
    /// Its link is gone, or about to go.
    void hideLayer(const Digest &digest);
    /// Data that is gone: what is linked to it is not live until it is pushed again.
    void publishLost(const Digest &data);
    /// Its links for these roles, its tombstone and these tags are gone.
    void publishSwept(const Digest &digest, const std::vector<ContentRole> &roles,
                      const std::vector<std::string> &tags);
    /// The tag is gone with its tombstone.
    void publishSwept(const Tag &tag);

private:
    struct TagEntry;
    using NamedTag = std::pair<const std::string, TagEntry>;
    struct ManifestEntry
    {
        std::shared_ptr<const ManifestRecord>
            record;                         // null: tags name the digest, but it has no revision link
        std::vector<const NamedTag *> tags; // whose current link names it, in the order of their names
    };
    using ManifestMap = std::map<Digest, ManifestEntry>;
    struct TagEntry
    {
        ManifestMap::value_type *current = nullptr;
        std::shared_ptr<const TagTombstone> tombstone;
    };
    using TagMap = std::map<std::string, TagEntry>;

    // All of these want the lock.
    const Tombstone *tombstoneOf(const Digest &digest) const;
    void setTombstone(const Digest &digest, std::shared_ptr<const Tombstone> tombstone);
    void detach(ManifestMap::value_type &manifest, const NamedTag &tag);
    void eraseTag(TagMap::iterator tag);
    void eraseManifest(const Digest &digest);
    bool isLiveManifest(const ManifestMap::value_type &entry) const;
    bool isDeletedTag(const TagEntry &entry) const;
    bool isHiddenTag(const TagMap::value_type &tag) const;
    bool isLiveTag(const TagMap::value_type &tag) const;
    /// Calls `visit` for each live tag of a manifest, in the order of their names.
    void visitLiveTags(const ManifestMap::value_type &manifest,
                       const std::function<void(const std::string &)> &visit) const;
    ManifestInfo infoOf(const ManifestMap::value_type &entry) const;
    TrashEntry trashEntry(const Digest &digest, const Tombstone &tombstone,
                          std::chrono::seconds retention) const;
    TrashEntry trashEntry(const TagMap::value_type &tag, std::chrono::seconds retention) const;

    const RepositoryName m_name;
    std::atomic<bool> m_loaded = false;
    std::mutex m_loadMutex;

    mutable std::shared_mutex m_mutex;
    ManifestMap m_manifests;
    TagMap m_tags;
    LayerSet m_layers;
    std::map<Digest, std::shared_ptr<const Tombstone>> m_tombstones;
    std::map<Digest, std::vector<Digest>> m_referrers; // subject → manifests, live or not
    std::map<Digest, Digest> m_dataOf;
    std::map<std::pair<Digest, ContentRole>, LinkFault> m_faults;
    std::vector<std::string> m_oddNames;
    std::atomic<std::uint64_t> m_revision = 0;
};

} // namespace quayside
