// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/storetypes.h"
#include "oci/reference.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace quayside {

class StorageDriver;
class UploadWriter;
struct FileOperation;

/// How a store is opened and how long it keeps things. Durations are wall time.
struct StoreOptions
{
    std::filesystem::path root;
    bool readOnly = false;         ///< Refuses every mutation.
    bool deletesEnabled = true;    ///< Off: no new tombstones; existing ones stay in force.
    bool allowSparseIndex = false; ///< An index may be pushed without its children.
    std::chrono::seconds trashRetention = std::chrono::hours(24 * 30);
    /// The clock; the system's if empty. Tests inject one. It must not be behind the one that stamps files:
    /// content that looks newer than its tombstone counts as pushed by another program.
    std::function<Timestamp()> now;
    /// Younger than this, links and data that nothing needs are not collected.
    std::chrono::seconds gcGrace = std::chrono::hours(24);
    /// Nor is a blob that a client was told of, by HEAD, GET, mount or push, within this.
    std::chrono::seconds leaseDuration = std::chrono::hours(24);
    /// A manifest that has had no tag for so long, is in no live index and has no live subject is deleted by
    /// the sweep. Nothing: never.
    std::optional<std::chrono::seconds> trashUntagged;
    std::function<std::chrono::steady_clock::time_point()> steadyNow; ///< Likewise; counts the uptime.
    /// A writer that has been idle for so long can be cut off by a new one.
    std::chrono::milliseconds uploadWriterIdle = std::chrono::seconds(2);
    /// Sessions without activity for longer are removed, by the hourly pass or when their repository is
    /// loaded.
    std::chrono::seconds uploadRetention = std::chrono::hours(24);
    /// Hears of each of Store::problems() as it is found. On any thread, from before open() returns until the
    /// store is gone.
    std::function<void(const std::string &)> problemListener;
    /// Tests: sees every file operation and can make it fail, see files.h.
    std::function<int(const FileOperation &)> fileObserver;
};

/// The embedded registry's store: distribution's layout on disk plus tombstones, the index in memory.
/// docs/storage-format.md is its contract.
///
/// Threads: every method may be called from any thread. Methods marked "memory" take short locks only and
/// touch no file. Methods marked "disk" block on I/O and run on a commit-pool thread; they hold their key
/// locks from the first check until the change is durable and published.
///
/// Errors: `Error::code` is the registry's code wherever there is one. Every mutation can answer NoSpace and
/// Storage (no code) and ReadOnly: UNSUPPORTED if the store was opened so, UNAVAILABLE after an fsync
/// failure.
/// - NotFound, MANIFEST_UNKNOWN, BLOB_UNKNOWN or BLOB_UPLOAD_UNKNOWN: the object is not live, or its
///   repository does not exist.
/// - NotFound, NAME_UNKNOWN: a list of a repository that holds nothing.
/// - InvalidInput, MANIFEST_INVALID: an index with indexes nested deeper than 32.
/// - InvalidInput, MANIFEST_BLOB_UNKNOWN: references of a pushed manifest are not live; the message is their
///   digests, one a line.
/// - DigestMismatch, DIGEST_INVALID: the bytes do not hash to the digest.
/// - TooLarge, MANIFEST_INVALID: a manifest over 4 MiB.
/// - DeletesDisabled, UNSUPPORTED: deletesEnabled is off.
/// - TooManyRequests, TOOMANYREQUESTS: too many upload sessions.
/// - Conflict, BLOB_UPLOAD_INVALID: an upload session has another writer.
class Store
{
public:
    /// Locks the root, recovers and starts to load the index in the background. disk.
    /// Errors: Conflict (served by another process; the message names it), Storage, Unsupported (a newer
    /// format, or the directory or its file system cannot hold a store; the message says why).
    static Result<std::unique_ptr<Store>> open(StoreOptions options);
    ~Store();
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;

    const StoreOptions &options() const;
    /// Writes the serving address into the lock file, for other programs of the same user. disk.
    Result<void> announce(const std::string &url);
    /// Called after each durable change, on the thread that made it. Set before the first mutation.
    /// The listener may read from the store, but not change it: the change's locks are still held.
    void setEventListener(std::function<void(const StoreEvent &)> listener);
    /// What was found amiss while loading and left out, in words: for logs and tools. memory.
    std::vector<std::string> problems() const;
    /// What is said about the repository is in memory, or it is known not to exist: lists answer at once.
    /// memory.
    bool isLoaded(const RepositoryName &repository) const;
    /// All repositories are. memory.
    bool isLoaded() const;
    /// Waits until every repository is loaded. Tools and tests; answers never need it.
    void waitUntilLoaded() const;
    /// Ends the loading, for a store that is about to be closed: lists that wait for it are cut short.
    void stopLoading();

    // Reading, memory; a repository that is not loaded yet is loaded first (disk). NotFound unless live.
    Result<ManifestInfo> manifest(const RepositoryName &repository, const TagOrDigest &reference) const;
    /// The same without what has to be gathered: costs as much with one tag as with 10,000. This one, blob(),
    /// manifestBytes() and openBlob() read a few small files (disk, but short) while the repository is not
    /// loaded.
    Result<ManifestHead> manifestHead(const RepositoryName &repository, const TagOrDigest &reference) const;
    Result<BlobInfo> blob(const RepositoryName &repository, const Digest &digest) const;
    /// Tags strictly after `last`, byte-wise order, at most `limit`. NotFound for an unknown repository.
    Result<NamePage> tags(const RepositoryName &repository, const std::string &last, std::size_t limit) const;
    /// Repositories with a live tag or manifest, strictly after `last`, byte-wise order of the whole name.
    NamePage repositories(const std::string &last, std::size_t limit) const;
    /// Live manifests, untagged ones too, in the order of their digests' text, strictly after `last`.
    Result<ContentPage> content(const RepositoryName &repository, const std::string &last,
                                std::size_t limit) const;
    /// Tombstones in force, of one repository or of all, in the order of TrashEntry::key(), strictly after
    /// `last`. Reads manifests (disk) if a blob is among them, to tell who holds it.
    TrashPage trash(const std::optional<RepositoryName> &repository, const std::string &last,
                    std::size_t limit) const;
    /// Waits until every repository is loaded, and looks at all of them.
    StoreStatistics statistics() const;
    /// Live referrers of a subject.
    std::vector<ManifestInfo> referrers(const RepositoryName &repository, const Digest &subject) const;

    /// The digests that a tag has named, the latest first; also of a deleted tag until it is swept. "Point
    /// back" is a push of one of them with the tag. disk. NotFound, MANIFEST_UNKNOWN.
    Result<std::vector<TagHistoryEntry>> tagHistory(const RepositoryName &repository, const Tag &tag) const;

    // Reading content. Opens the file (disk, but short) or takes manifest bytes from a bounded cache.
    Result<std::shared_ptr<const std::string>> manifestBytes(const RepositoryName &repository,
                                                             const Digest &digest) const;
    Result<BlobFile> openBlob(const RepositoryName &repository, const Digest &digest) const;

    // Mutations, disk.
    Result<PutManifestResult> putManifest(const RepositoryName &repository, const TagOrDigest &reference,
                                          const std::vector<Tag> &moreTags, Manifest manifest,
                                          const Actor &actor);
    Result<void> deleteManifest(const RepositoryName &repository, const Digest &digest, const Actor &actor);
    Result<void> deleteTag(const RepositoryName &repository, const Tag &tag, const Actor &actor);
    Result<void> deleteBlob(const RepositoryName &repository, const Digest &digest, const Actor &actor);
    Result<RestoreResult> restore(const RepositoryName &repository, const TagOrDigest &reference,
                                  const RestoreOptions &options, const Actor &actor);

    // Emptying the trash, disk.
    /// One pass over the whole store, to be called every hour: notes which tombstones have expired, removes
    /// the links of those that were noted at least a day ago, deletes what was untagged for too long. Data is
    /// collected separately. Ends uploads that are idle for too long; with deletesEnabled off that is all.
    /// Errors: Conflict while another pass over the store runs; Cancelled; BadAnswer or Storage, with nothing
    /// removed, while a manifest or link anywhere in the store cannot be read or is in quarantine.
    Result<SweepResult> sweep(std::stop_token stop = {});
    /// Sweeps one entry of the trash now, whatever its age. Errors: NotFound if it is not in the trash;
    /// Conflict, HELD: manifests need it; the message is their digests, one a line; Conflict, UNAVAILABLE:
    /// another manifest of the repository cannot be read and might.
    Result<void> purge(const RepositoryName &repository, const TagOrDigest &reference, const Actor &actor);

    /// For a store that nobody serves, before another program serves it: that one knows no tombstones, so
    /// everything in the trash is swept, whoever needs it, except what is outdated. Errors: those of open().
    static Result<HandOverResult> purgeAll(StoreOptions options);

    /// Removes links of layers that no manifest needs, and the data that no link needs then; the trash keeps
    /// what it needs. The store is served meanwhile. disk. Errors: Conflict while another pass over the store
    /// runs; Cancelled; BadAnswer or Storage if what a manifest needs cannot be told, with nothing removed.
    Result<CollectionResult> collectGarbage(const CollectionOptions &collection);
    /// Compares the index with the links on disk and hashes all data that has a link. With `repair`, links
    /// are written again and corrupt data is moved aside, so that it is not found any more and clients push
    /// it again. disk. Errors: Conflict while another pass over the store runs; Cancelled.
    Result<CheckResult> check(const CheckOptions &check);
    /// Reads every manifest. disk.
    Result<StoreStats> stats() const;

    // Uploads.
    /// Makes a session (and the repository's directory). disk. Errors: TooManyRequests over 1,000 open
    /// sessions.
    Result<UploadStatus> startUpload(const RepositoryName &repository, DigestAlgorithm algorithm);
    /// memory. NotFound.
    Result<UploadStatus> uploadStatus(const RepositoryName &repository, const UploadId &id) const;
    /// disk, but short. Becomes the session's one writer; body bytes are appended and hashed through it, on a
    /// connection worker. Errors: NotFound; Conflict while another writer is active.
    Result<std::unique_ptr<UploadWriter>> openUpload(const RepositoryName &repository, const UploadId &id);
    /// Verifies, makes durable, links and ends the session. disk. Errors: NotFound; DigestMismatch (the
    /// session ends).
    Result<BlobInfo> finishUpload(const RepositoryName &repository, const UploadId &id, const Digest &digest);
    Result<void> cancelUpload(const RepositoryName &repository, const UploadId &id);
    /// The same for a session that nobody was told of: without a flush. disk, but short.
    void dropUpload(const RepositoryName &repository, const UploadId &id);
    /// Links a blob that is live in `from` (if absent, in any repository that is loaded). disk.
    /// NotFound if it is not live there.
    Result<BlobInfo> mountBlob(const RepositoryName &repository, const Digest &digest,
                               const std::optional<RepositoryName> &from);

private:
    class Private;
    explicit Store(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

/// The one writer of an upload session. Destroying it releases the session; what was written stays.
class UploadWriter
{
public:
    virtual ~UploadWriter() = default;
    /// Bytes in the session so far.
    virtual std::int64_t offset() const = 0;
    /// Appends to the file and the running hash. Errors: NoSpace, Storage; Conflict if a newer writer took
    /// over.
    virtual Result<void> write(std::span<const std::byte> bytes) = 0;
};

} // namespace quayside
