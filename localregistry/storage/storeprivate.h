// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/expiryrule.h"
#include "localregistry/storage/filesystemdriver.h"
#include "localregistry/storage/keylocks.h"
#include "localregistry/storage/layout.h"
#include "localregistry/storage/leases.h"
#include "localregistry/storage/lockfile.h"
#include "localregistry/storage/lostdata.h"
#include "localregistry/storage/manifestcache.h"
#include "localregistry/storage/needs.h"
#include "localregistry/storage/objectreader.h"
#include "localregistry/storage/repositoryindex.h"
#include "localregistry/storage/statefile.h"
#include "localregistry/storage/store.h"
#include "localregistry/storage/untaggedfile.h"
#include "localregistry/storage/uploadsession.h"

#include <set>
#include <stop_token>

namespace quayside {

/// The parts of an open store and the steps that several mutations share. The mutations themselves are
/// methods of Store, one source file per subject: storereading, storepushing, storedeleting, storerestoring,
/// storeuploads.
class Store::Private
{
public:
    static constexpr std::size_t cacheSize = std::size_t(32) << 20;

    StoreOptions options;
    std::unique_ptr<Files> files;
    std::optional<LockFile> lock;
    std::unique_ptr<FilesystemDriver> driver;
    std::optional<StateFile> state;
    bool comparesTimes = false; ///< See RepositoryLoader::Settings.
    std::mutex passMutex;       ///< One pass over the whole store at a time; guards the state file.
    mutable StringPool strings;
    mutable ManifestCache cache{cacheSize};
    KeyLocks keys;
    DataLocks data;
    UploadSessions uploads;
    mutable std::optional<Leases> leases;
    LostData lost;
    std::function<void(const StoreEvent &)> listener;
    mutable std::mutex problemsMutex;
    std::vector<std::string> problems;
    std::unique_ptr<RepositoryIndex> repositories; // last: its thread uses the others

    Result<void> openFiles();
    RepositoryLoader makeLoader();

    Timestamp now() const;
    void addProblem(const std::string &problem);
    void emitEvent(StoreEventType type, const RepositoryName &repository, const Digest &digest,
                   std::vector<Tag> tags) const;
    Result<void> checkWritable() const;
    Result<void> checkDeletable() const;
    /// The repository if the object may be there; its absence is answered with the object's own code.
    Result<std::shared_ptr<Repository>> find(const RepositoryName &name, const char *code) const;

    /// What the files of one object say while its repository is not loaded; nothing if the index has to
    /// answer.
    template <typename Found>
    std::optional<Result<Found>>
    fromFiles(const RepositoryName &name,
              const std::function<Result<Found>(const ObjectReader &)> &read) const;
    std::optional<Result<ObjectReader::FoundManifest>> manifestFromFiles(const RepositoryName &name,
                                                                         const TagOrDigest &reference) const;
    std::optional<Result<ObjectReader::FoundBlob>> blobFromFiles(const RepositoryName &name,
                                                                 const Digest &digest) const;

    /// The size of a live blob, whose lease is renewed.
    std::optional<std::int64_t> promisedSize(const Repository &repository, const Digest &digest);
    /// The digests that a directory of links is named by; none if it cannot be read.
    std::vector<Digest> digestsBelow(const std::string &directory) const;

    /// Called when data of which the index says that it has `size` bytes was not found so. Returns false if
    /// it is there after all: a push was quicker, look again. Else everything that is linked to it is not
    /// live until it is pushed again.
    bool noteLost(const Digest &data, std::int64_t size);
    /// After a push of data in this role, with no locks held: what waits for it in any repository is live
    /// again.
    void bringBack(const Digest &data, ContentRole pushed);

    /// Writes a link, or makes the one that is there durable: rewriting it would hide when it was made.
    Result<void> writeLink(const std::string &path, const Digest &data, bool isThere);
    Result<void> putTombstone(const std::string &path, const Digest &digest, Tombstone &tombstone);
    /// Replaces a digest's tombstone by one rename, or removes it if it says nothing any more; returns what
    /// to publish.
    Result<std::shared_ptr<const Tombstone>> writeTombstone(const Repository &repository,
                                                            const Digest &digest, Tombstone tombstone);
    /// Links a layer whose data is durable and makes it live. Wants the digest's key lock and its data lock.
    Result<BlobInfo> commitLayer(Repository &repository, const Digest &digest, const Digest &data,
                                 std::int64_t size);

    // Pushing a manifest.
    Result<void> checkReferences(const Repository *repository, const Manifest &manifest) const;
    Result<bool> commitManifest(Repository &repository, const Digest &digest, const Manifest &manifest,
                                const std::vector<Tag> &tags);
    Result<std::shared_ptr<const Tombstone>> clearForPush(const Repository &repository, const Digest &digest,
                                                          const std::vector<Tag> &tags);
    /// Those that do not name the digest yet.
    std::vector<Tag> tagsToMove(const Repository &repository, const Digest &digest,
                                const std::vector<Tag> &tags) const;
    Result<std::unique_ptr<StagedObjects>> stagePush(const Repository &repository, const Digest &digest,
                                                     const Manifest &manifest, const std::vector<Tag> &moved,
                                                     bool withRevision);
    /// `staged`: where the tag's new link waits; null if it names the digest already.
    Result<void> commitTag(Repository &repository, const Tag &tag, const Digest &digest,
                           StagedObjects *staged);

    // Deleting and restoring.
    Result<void> deleteDigest(const RepositoryName &name, const Digest &digest, ContentRole role,
                              const Actor &actor);
    /// Wants the digest's key lock. `cause`: see TrashEntry.
    Result<void> commitDeletion(Repository &repository, const Digest &digest, ContentRole role,
                                const Actor &actor, const std::string &cause);
    Result<RestoreResult> restoreDigest(Repository &repository, const Digest &digest,
                                        std::optional<ContentRole> role);
    Result<RestoreResult> restoreTag(Repository &repository, const Tag &tag);
    Result<void> showManifestOf(Repository &repository, const Tag &tag, const Digest &digest);
    Result<void> restoreReferences(Repository &repository, const Digest &digest,
                                   std::set<ManifestReference> &seen, RestoreResult &result);
    Result<std::vector<ManifestReference>> readReferences(const Repository &repository,
                                                          const Digest &digest) const;
    Result<void> addMissingReferences(const Repository &repository, const Digest &digest,
                                      std::set<ManifestReference> &seen,
                                      std::vector<RestoreResult::Missing> &missing) const;

    // Sweeping.
    using RipeTest = std::function<bool(const Digest &, const Tombstone &)>;
    ExpiryRule expiryRule() const;
    /// What each content is needed by: the manifests that are live or not ripe, and those that they need.
    /// Errors: Storage if a manifest cannot be read.
    Result<Needs> needsOf(const Repository &repository, const RipeTest &isRipe) const;
    Result<Needs> needsOf(const Repository &repository,
                          const std::function<bool(const Digest &)> &keeps) const;
    enum class Sweep { Done, Held, Changed };
    Result<Sweep> sweepDigest(Repository &repository, const Digest &digest, Needs &needs,
                              const RipeTest &isRipe);
    Result<Sweep> beginSweep(Repository &repository, const Digest &digest, const Needs &needs,
                             const RipeTest &isRipe);
    Result<Sweep> endSweep(Repository &repository, const Digest &digest);
    /// Wants the tag's key lock.
    Result<void> endSweep(Repository &repository, const Tag &tag);
    Result<void> deleteReferrers(Repository &repository, const Digest &subject);
    Result<Sweep> sweepTag(Repository &repository, const Tag &tag,
                           const std::function<bool(const TagTombstone &)> &isRipe);
    Result<void> sweepAll(std::stop_token stop, SweepResult &result);
    Result<void> purgeAll(Repository &repository, HandOverResult &result);
    /// With what the manifests of each repository need; nothing if nothing in it is ripe.
    using SweepPlan = std::vector<std::pair<Repository *, std::optional<Needs>>>;
    /// Notes what has expired. Errors: those of reading anything in the store.
    Result<SweepPlan> planSweep(const ExpiryRule &rule, SweepResult &result);
    Result<void> sweepRepository(Repository &repository, const ExpiryRule &rule, std::optional<Needs> &needs,
                                 std::stop_token stop, SweepResult &result);
    Result<void> deleteUntagged(Repository &repository, const UntaggedFile &before, UntaggedFile &after,
                                SweepResult &result);
    Result<void> noteExpiry(Repository &repository, const ExpiryRule &rule);
    void addHolders(std::vector<TrashEntry> &entries) const;
    Result<void> purgeHiddenTags(Repository &repository, const Digest &digest, const Tombstone &tombstone,
                                 HandOverResult &result);
    Result<void> purgeDigest(Repository &repository, const Digest &digest);
    Result<void> purgeTag(Repository &repository, const Tag &tag);
    Result<void> purgeHiddenTag(Repository &repository, const Tag &tag, const Digest &digest);

    // Uploads.
    Result<std::shared_ptr<UploadSession>> findUpload(const RepositoryName &repository,
                                                      const UploadId &id) const;
    Result<std::shared_ptr<Repository>> findMountSource(const Digest &digest,
                                                        const std::optional<RepositoryName> &from) const;
    Result<BlobInfo> commitUpload(UploadSession &session, const Digest &digest);
    /// Both want the session taken. After an error it goes on.
    Result<void> endUpload(UploadSession &session);
    /// Its data is not there any more.
    void forgetUpload(UploadSession &session);
    /// In repositories that are not loaded, too. Returns how many there were.
    std::size_t endIdleUploads();
};

/// The record that replaces a digest's tombstone when these roles come back. Of an unreadable one, which
/// named both roles, nothing stays deleted that has no link.
Tombstone withoutRoles(const Repository::DigestState &before, const std::vector<ContentRole> &roles);

} // namespace quayside
