// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/lostdata.h"
#include "localregistry/storage/repository.h"
#include "localregistry/storage/storagedriver.h"

namespace quayside {

/// Reads a repository's files into its index, and repairs on the way what a killed process or another program
/// left: interrupted sweeps are finished, garbled links are rewritten once their data hashes to their name,
/// tombstones of tags that have moved on are removed, old upload sessions are purged. What cannot be read is
/// reported and left out; it never hides the rest.
class RepositoryLoader
{
public:
    struct Settings
    {
        bool repairs = true;           ///< Off for a read-only store.
        bool endedWithMachine = false; ///< Bytes of uploads that were not synced cannot be trusted.
        /// A link that is newer than its tombstone was pushed by another program meanwhile.
        bool comparesTimes = false;
        std::optional<Timestamp> timesFrom; ///< Unless it is older than this.
        std::chrono::seconds uploadRetention;
        std::function<Timestamp()> now;
    };
    /// A session that survived.
    struct FoundUpload
    {
        std::string id;
        std::int64_t size = 0;
    };
    using UploadSink = std::function<void(const RepositoryName &, const FoundUpload &)>;
    /// Hears of each thing that was left out, in words.
    using ProblemSink = std::function<void(const std::string &)>;

    RepositoryLoader(StorageDriver &driver, StringPool &strings, LostData &lost, Settings settings,
                     UploadSink uploads, ProblemSink problems);

    /// Errors: TooManyRequests when the process is out of descriptors or memory (worth another try), Storage.
    Result<void> load(Repository &repository) const;
    /// Makes one link whose data was lost live again, if the data is back. Wants the digest's key lock and
    /// its data lock.
    Result<void> reload(Repository &repository, const Digest &digest, ContentRole role) const;
    /// The session has had no activity for longer than StoreOptions::uploadRetention.
    bool isIdleUpload(const RepositoryName &name, const std::string &id) const;
    /// Of a repository that is not loaded; returns how many there were.
    std::size_t removeIdleUploads(const RepositoryName &name) const;
    /// Reads manifests and configs of the store.
    ContentReader contentReader() const;

private:
    using LinkVisitor = std::function<Result<void>(const Digest &, const std::string &path)>;

    Result<void> loadManifests(Repository &repository) const;
    Result<void> loadManifest(Repository &repository, const Digest &digest, const std::string &path) const;
    Result<void> loadLayers(Repository &repository) const;
    Result<void> loadLayer(Repository &repository, const Digest &digest, const std::string &path) const;
    Result<void> loadTombstones(Repository &repository) const;
    Result<void> loadTags(Repository &repository) const;
    Result<void> loadTag(Repository &repository, const Tag &tag) const;
    Result<void> noteForeignTags(Repository &repository) const;
    Result<void> loadTagTombstones(Repository &repository) const;
    Result<void> loadTagTombstone(Repository &repository, const Tag &tag) const;
    Result<void> finishSweeps(Repository &repository) const;
    Result<void> deleteReferrers(Repository &repository, const Digest &subject) const;
    Result<void> loadUploads(const Repository &repository) const;
    bool isIdle(Timestamp active) const;
    Result<void> loadUpload(const RepositoryName &name, const std::string &id) const;
    std::int64_t trustedUploadSize(const RepositoryName &name, const std::string &id,
                                   std::int64_t size) const;

    Result<std::vector<StorageDriver::Entry>> listDirectories(const std::string &path) const;
    Result<void> visitLinks(Repository &repository, const std::string &directory,
                            const LinkVisitor &visit) const;
    /// What could not be loaded becomes a fault of the repository, unless another try may not meet it.
    Result<void> orFault(Result<void> done, Repository &repository, const Digest &digest,
                         ContentRole role) const;
    /// The data that a link names is not there or is not what its digest says.
    Result<void> noteLost(Repository &repository, const Digest &digest, ContentRole role, const Digest &data,
                          const std::string &what) const;
    /// The digest in a link; a garbled one is repaired from its path. Nothing if it is missing. Errors:
    /// BadAnswer if it is beyond repair.
    Result<std::optional<Digest>> repairedLink(const std::string &path, const Digest &name) const;
    /// Marks the roles that another program has pushed after they were deleted.
    void noteForeignPushes(const Repository &repository, const Digest &digest, Tombstone &tombstone) const;
    void reportForeignPush(const Repository &repository, const std::string &what) const;
    bool isNewer(const std::string &path, const std::optional<Timestamp> &deletion) const;
    /// Nothing is, or ever was, linked there.
    bool isAbsent(const std::string &path) const;
    /// Reports the error and goes on, unless it is one that another try may not meet.
    Result<void> skip(const Error &error) const;

    StorageDriver &m_driver;
    StringPool &m_strings;
    LostData &m_lost;
    Settings m_settings;
    UploadSink m_uploads;
    ProblemSink m_problems;
};

} // namespace quayside
