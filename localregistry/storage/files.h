// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "oci/timestamp.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quayside {

/// One call to the file system, as an observer sees it.
struct FileOperation
{
    enum class Kind {
        Open,
        Create,
        Read,
        Write,
        Truncate,
        Sync,
        SyncAll,
        Rename,
        Unlink,
        MakeDirectory,
        List,
        Stat,
        WriteBack,
        Lock
    };
    Kind kind;
    std::string path;                 ///< Relative to the store's root; "" is the root.
    std::string target = {};          ///< Of a rename.
    std::int64_t offset = 0;          ///< Of a write; the new size of a truncate.
    std::span<const std::byte> bytes; ///< Of a write; only valid during the call.
};

/// Called before each operation, from any thread. A result other than 0 is the errno that the operation then
/// fails with, without being carried out: how tests count operations, record them and inject faults.
using FileObserver = std::function<int(const FileOperation &)>;

/// An open file, closed with the last owner.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd)
        : m_fd(fd)
    {}
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {}
    FileDescriptor &operator=(FileDescriptor &&other) noexcept;
    ~FileDescriptor();

    int get() const { return m_fd; }
    /// A shared handle for an answer that outlives the call.
    static std::shared_ptr<const int> share(FileDescriptor descriptor);

private:
    int m_fd = -1;
};

/// The one place that calls POSIX: paths are relative to the root, every call is retried after EINTR, short
/// reads and writes are completed, directories are made 0700 and files 0600 whatever the umask adds.
/// (QSaveFile would not do: its commit() reports success when fdatasync fails, and it never syncs the
/// directory.) Errors: NotFound (ENOENT, ENOTDIR), NoSpace (ENOSPC, EDQUOT), Conflict (EEXIST, ENOTEMPTY,
/// EWOULDBLOCK), TooManyRequests (the process is out of descriptors or memory: worth another try), Storage.
class Files
{
public:
    struct Entry
    {
        std::string name;
        bool isDirectory = false;
        bool mayBeLink = false; ///< A symbolic one; isDirectory is said of what it leads to.
    };
    struct Status
    {
        std::int64_t size = 0;
        Timestamp modified;
        std::string identity; ///< Device and inode: a copy of the file has another.
    };

    /// Opens the root, making it if it is missing. Errors: those of openStoreRoot().
    static Result<std::unique_ptr<Files>> open(const std::filesystem::path &root, FileObserver observer);

    Result<FileDescriptor> openForReading(const std::string &path) const;
    /// Opens for reading and writing, making the file if it is missing.
    Result<FileDescriptor> openForWriting(const std::string &path);
    /// Makes a new, empty file. Errors: Conflict if it exists.
    Result<FileDescriptor> create(const std::string &path);
    /// The whole file. Errors: TooLarge over `limit` bytes.
    Result<std::string> read(const std::string &path, std::size_t limit) const;
    /// Up to `buffer.size()` bytes at `offset`; 0 at the end.
    Result<std::size_t> readAt(const FileDescriptor &file, const std::string &path, std::int64_t offset,
                               std::span<std::byte> buffer) const;
    Result<void> writeAt(const FileDescriptor &file, const std::string &path, std::int64_t offset,
                         std::span<const std::byte> bytes);
    Result<void> truncate(const FileDescriptor &file, const std::string &path, std::int64_t size);
    /// Starts to write dirty pages to the disk without waiting, so that the final fsync is short.
    void startWriteBack(const FileDescriptor &file, const std::string &path, std::int64_t offset,
                        std::int64_t length);
    Result<void> sync(const FileDescriptor &file, const std::string &path);
    /// fsync of a directory: makes its entries durable.
    Result<void> syncDirectory(const std::string &path);
    /// syncfs: makes durable whatever any process has written to the root's file system so far.
    Result<void> syncAll();
    /// Whether syncAll() can take the place of sync(): the file system is known to carry it out, and the
    /// kernel (5.8 or newer) to report its errors.
    bool canSyncAll() const { return m_canSyncAll; }
    /// Errors: also Conflict if a directory is not empty at `to`.
    Result<void> rename(const std::string &from, const std::string &to);
    Result<void> unlink(const std::string &path);
    /// Removes an empty directory.
    Result<void> removeDirectory(const std::string &path);
    /// Removes everything below and at `path`, as far as it goes.
    void removeTree(const std::string &path);
    /// Success too if it exists.
    Result<void> makeDirectory(const std::string &path);
    /// Entries in no order, without "." and "..".
    Result<std::vector<Entry>> list(const std::string &path) const;
    Result<Status> status(const std::string &path) const;
    Result<std::int64_t> size(const FileDescriptor &file, const std::string &path) const;
    Result<Status> status(const FileDescriptor &file, const std::string &path) const;
    /// Takes the exclusive flock without waiting. Errors: Conflict if another process holds it.
    Result<void> lock(const FileDescriptor &file, const std::string &path);

private:
    Files(std::filesystem::path root, FileDescriptor directory, FileObserver observer);
    int observe(FileOperation::Kind kind, const std::string &path) const { return observe({kind, path}); }
    int observe(const FileOperation &operation) const;
    Result<FileDescriptor> openWith(FileOperation::Kind kind, const std::string &path, int flags) const;

    std::filesystem::path m_root;
    FileDescriptor m_directory;
    FileObserver m_observer;
    bool m_canSyncAll;
};

} // namespace quayside
