// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"
#include "localregistry/storage/sharedsync.h"
#include "localregistry/storage/sparechains.h"
#include "localregistry/storage/storagedriver.h"

#include <atomic>
#include <mutex>
#include <set>

namespace quayside {

/// Objects as files below the store's root.
///
/// An object is written aside in `quayside.tmp/w<n>`, in the directories that are missing at its place,
/// synced, and renamed to its place; then the directory that got the new name is synced and every parent
/// directory whose own entry is not known to be durable. "Known" means synced by this process: who made a
/// directory does not matter, since another process may have made it and died before its fsync.
class FilesystemDriver final : public StorageDriver
{
public:
    /// Removes the temporary files of an earlier process, which must be gone (the lock file tells).
    static Result<std::unique_ptr<FilesystemDriver>> create(Files &files);

    Result<std::unique_ptr<StagedObjects>> stage(const std::vector<std::vector<NewObject>> &steps) override;
    Result<void> putIdentified(const std::string &path,
                               const std::function<std::string(const std::string &identity)> &bytes) override;
    Result<void> putReserved(const std::string &path, std::string_view bytes) override;
    void reserve() override;
    Result<void> move(const std::string &from, const std::string &to) override;
    Result<void> makeDurable(const std::string &path) override;
    Result<void> remove(const std::string &path) override;
    void removeTree(const std::string &path) override;
    Result<void> discard(const std::vector<std::string> &paths) override;
    Result<void> removeIfEmpty(const std::string &path) override;
    Result<std::string> read(const std::string &path, std::size_t limit) const override;
    Result<void> readThrough(const std::string &path,
                             const std::function<void(std::span<const std::byte>)> &sink) const override;
    Result<OpenObject> open(const std::string &path) const override;
    Result<Info> info(const std::string &path) const override;
    Result<std::vector<Entry>> list(const std::string &path) const override;
    Result<std::unique_ptr<AppendableObject>> append(const std::string &path, std::int64_t size) override;
    bool isBroken() const override { return m_broken; }

private:
    static inline const std::string temporaryDirectory = "quayside.tmp";

    class AppendableFile;
    class Staging;

    explicit FilesystemDriver(Files &files)
        : m_files(files)
        , m_spares(files)
        , m_sharedSync([&files] { return files.syncAll(); })
    {}
    static std::string parentOf(const std::string &path);

    // What is written aside.
    std::string nextWritePath();
    Result<void> makeWriteDirectories();
    Result<void> makeAside(const std::string &directory);
    Result<FileDescriptor> createAside(const std::string &path);
    Result<void> writeNew(const std::string &path, std::string_view bytes, bool syncsIt);
    std::optional<std::string> highestMissing(const std::string &path,
                                              const std::set<std::string> &planned) const;

    /// The bytes to write into a file that is open at `path`.
    using Content = std::function<Result<std::string>(const FileDescriptor &, const std::string &path)>;
    Result<void> putContent(const std::string &path, const Content &content);
    Result<void> orFromSpare(Result<void> done, const std::string &path, const Content &content);
    Result<void> putInto(const std::string &chain, const std::string &path, const Content &content);
    Result<void> moveFromChain(const std::string &chain, const std::string &path);
    Result<void> makeParents(const std::string &path);
    Result<void> renameDurably(const std::string &from, const std::string &to);
    Result<void> syncParents(const std::string &path);
    void rememberDurable(const std::vector<std::string> &directories);
    bool isKnownDurable(const std::string &directory) const;
    void forgetDurable(const std::string &tree);
    void forgetParents(const std::string &path);
    bool removeEmptyTree(const std::string &path);
    /// Remembers a failed sync.
    Result<void> checkedSync(Result<void> result);

    Files &m_files;
    SpareChains m_spares;
    SharedSync m_sharedSync;
    std::atomic<int> m_stagings = 0; // being written
    std::atomic<bool> m_broken = false;
    std::atomic<std::uint64_t> m_lastTemporary = 0;
    mutable std::mutex m_durableMutex;
    std::set<std::string> m_durable; // directories whose entry in their parent is durable
};

} // namespace quayside
