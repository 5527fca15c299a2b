// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/files.h"

#include "localregistry/storage/storeroot.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

namespace quayside {

namespace {

constexpr mode_t directoryMode = 0700;
constexpr mode_t fileMode = 0600;

ErrorKind kindOf(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return ErrorKind::NotFound;
    case ENOSPC:
    case EDQUOT:
        return ErrorKind::NoSpace;
    case EEXIST:
    case ENOTEMPTY:
    case EWOULDBLOCK:
        return ErrorKind::Conflict;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return ErrorKind::TooManyRequests;
    default:
        return ErrorKind::Storage;
    }
}

tl::unexpected<Error> failed(const char *what, const std::string &path, int code)
{
    return fail(kindOf(code),
                std::string("cannot ") + what + " " + path + ": " + std::generic_category().message(code));
}

constexpr long xfsMagic = 0x58465342; // in no public header

bool isAtLeastKernel(int major, int minor)
{
    struct utsname system;
    int itsMajor = 0;
    int itsMinor = 0;
    return ::uname(&system) == 0 && std::sscanf(system.release, "%d.%d", &itsMajor, &itsMinor) == 2 &&
           std::pair(itsMajor, itsMinor) >= std::pair(major, minor);
}

// FUSE and some network file systems answer syncfs with success without passing it on.
bool reportsSyncfs(int fd)
{
    struct statfs system;
    if (::fstatfs(fd, &system) != 0 || !isAtLeastKernel(5, 8))
        return false;
    return system.f_type == EXT4_SUPER_MAGIC || system.f_type == xfsMagic ||
           system.f_type == BTRFS_SUPER_MAGIC || system.f_type == F2FS_SUPER_MAGIC ||
           system.f_type == TMPFS_MAGIC;
}

Files::Status toStatus(const struct stat &status)
{
    return {status.st_size, Timestamp(std::chrono::seconds(status.st_mtim.tv_sec)),
            std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino)};
}

template <typename Call>
auto retried(Call call)
{
    auto result = call();
    while (result == -1 && errno == EINTR)
        result = call();
    return result;
}

} // namespace

FileDescriptor &FileDescriptor::operator=(FileDescriptor &&other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

FileDescriptor::~FileDescriptor()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

std::shared_ptr<const int> FileDescriptor::share(FileDescriptor descriptor)
{
    const auto owner = std::make_shared<FileDescriptor>(std::move(descriptor));
    return {owner, &owner->m_fd};
}

Result<std::unique_ptr<Files>> Files::open(const std::filesystem::path &root, FileObserver observer)
{
    auto directory = openStoreRoot(root);
    if (!directory)
        return tl::unexpected(directory.error());
    return std::unique_ptr<Files>(new Files(root, std::move(*directory), std::move(observer)));
}

Files::Files(std::filesystem::path root, FileDescriptor directory, FileObserver observer)
    : m_root(std::move(root))
    , m_directory(std::move(directory))
    , m_observer(std::move(observer))
    , m_canSyncAll(reportsSyncfs(m_directory.get()))
{}

int Files::observe(const FileOperation &operation) const
{
    return m_observer ? m_observer(operation) : 0;
}

Result<FileDescriptor> Files::openWith(FileOperation::Kind kind, const std::string &path, int flags) const
{
    if (const int code = observe(kind, path))
        return failed("open", path, code);
    const int fd =
        retried([&] { return ::openat(m_directory.get(), path.c_str(), flags | O_CLOEXEC, fileMode); });
    if (fd < 0)
        return failed("open", path, errno);
    return FileDescriptor(fd);
}

Result<FileDescriptor> Files::openForReading(const std::string &path) const
{
    return openWith(FileOperation::Kind::Open, path, O_RDONLY | O_NONBLOCK);
}

Result<FileDescriptor> Files::openForWriting(const std::string &path)
{
    return openWith(FileOperation::Kind::Create, path, O_RDWR | O_CREAT);
}

Result<FileDescriptor> Files::create(const std::string &path)
{
    return openWith(FileOperation::Kind::Create, path, O_WRONLY | O_CREAT | O_EXCL);
}

Result<std::string> Files::read(const std::string &path, std::size_t limit) const
{
    auto file = openForReading(path);
    if (!file)
        return tl::unexpected(file.error());
    std::string content;
    std::size_t size = 0;
    for (;;) {
        content.resize(std::min(limit + 1, std::max<std::size_t>(4096, size * 2)));
        const auto space = std::as_writable_bytes(std::span(content)).subspan(size);
        const auto count = readAt(*file, path, static_cast<std::int64_t>(size), space);
        if (!count)
            return tl::unexpected(count.error());
        size += *count;
        if (size > limit)
            return fail(ErrorKind::TooLarge, path + " is larger than " + std::to_string(limit) + " bytes");
        if (*count < space.size())
            break;
    }
    content.resize(size);
    return content;
}

Result<std::size_t> Files::readAt(const FileDescriptor &file, const std::string &path, std::int64_t offset,
                                  std::span<std::byte> buffer) const
{
    if (const int code = observe(FileOperation::Kind::Read, path))
        return failed("read", path, code);
    std::size_t done = 0;
    while (done < buffer.size()) {
        const auto count = retried([&] {
            return ::pread(file.get(), buffer.data() + done, buffer.size() - done,
                           offset + static_cast<std::int64_t>(done));
        });
        if (count < 0)
            return failed("read", path, errno);
        if (count == 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Result<void> Files::writeAt(const FileDescriptor &file, const std::string &path, std::int64_t offset,
                            std::span<const std::byte> bytes)
{
    if (const int code = observe({FileOperation::Kind::Write, path, {}, offset, bytes}))
        return failed("write", path, code);
    while (!bytes.empty()) {
        const auto count = retried([&] { return ::pwrite(file.get(), bytes.data(), bytes.size(), offset); });
        if (count < 0)
            return failed("write", path, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += count;
    }
    return {};
}

Result<void> Files::truncate(const FileDescriptor &file, const std::string &path, std::int64_t size)
{
    if (const int code = observe({FileOperation::Kind::Truncate, path, {}, size}))
        return failed("truncate", path, code);
    if (retried([&] { return ::ftruncate(file.get(), size); }) != 0)
        return failed("truncate", path, errno);
    return {};
}

void Files::startWriteBack(const FileDescriptor &file, const std::string &path, std::int64_t offset,
                           std::int64_t length)
{
    // A hint: where the kernel or the file system cannot do it, the fsync does all the work.
    if (observe(FileOperation::Kind::WriteBack, path) == 0)
        ::sync_file_range(file.get(), offset, length, SYNC_FILE_RANGE_WRITE);
}

Result<void> Files::sync(const FileDescriptor &file, const std::string &path)
{
    if (const int code = observe(FileOperation::Kind::Sync, path))
        return failed("sync", path, code);
    if (retried([&] { return ::fsync(file.get()); }) != 0)
        return failed("sync", path, errno);
    return {};
}

Result<void> Files::syncDirectory(const std::string &path)
{
    const std::string &name = path.empty() ? std::string(".") : path;
    const int fd = retried(
        [&] { return ::openat(m_directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (fd < 0)
        return failed("open the directory", name, errno);
    return sync(FileDescriptor(fd), path);
}

Result<void> Files::syncAll()
{
    if (const int code = observe(FileOperation::Kind::SyncAll, {}))
        return failed("sync the file system of", m_root.string(), code);
    if (retried([&] { return ::syncfs(m_directory.get()); }) != 0)
        return failed("sync the file system of", m_root.string(), errno);
    return {};
}

Result<void> Files::rename(const std::string &from, const std::string &to)
{
    if (const int code = observe({FileOperation::Kind::Rename, from, to}))
        return failed("rename to", to, code);
    const int result = retried(
        [&] { return ::renameat2(m_directory.get(), from.c_str(), m_directory.get(), to.c_str(), 0); });
    if (result != 0)
        return failed("rename to", to, errno);
    return {};
}

Result<void> Files::unlink(const std::string &path)
{
    if (const int code = observe(FileOperation::Kind::Unlink, path))
        return failed("remove", path, code);
    if (retried([&] { return ::unlinkat(m_directory.get(), path.c_str(), 0); }) != 0)
        return failed("remove", path, errno);
    return {};
}

Result<void> Files::removeDirectory(const std::string &path)
{
    if (const int code = observe(FileOperation::Kind::Unlink, path))
        return failed("remove", path, code);
    if (retried([&] { return ::unlinkat(m_directory.get(), path.c_str(), AT_REMOVEDIR); }) != 0)
        return failed("remove", path, errno);
    return {};
}

// A link goes itself, never what it leads to: that may be outside of the store.
void Files::removeTree(const std::string &path)
{
    struct stat status;
    if (::fstatat(m_directory.get(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(status.st_mode)) {
        static_cast<void>(unlink(path));
        return;
    }
    if (const auto entries = list(path)) {
        for (const auto &entry : *entries) {
            if (entry.isDirectory)
                removeTree(path + '/' + entry.name);
            else
                static_cast<void>(unlink(path + '/' + entry.name));
        }
    }
    static_cast<void>(removeDirectory(path));
}

Result<void> Files::makeDirectory(const std::string &path)
{
    if (const int code = observe(FileOperation::Kind::MakeDirectory, path))
        return failed("make the directory", path, code);
    const int result = retried([&] { return ::mkdirat(m_directory.get(), path.c_str(), directoryMode); });
    if (result != 0 && errno != EEXIST)
        return failed("make the directory", path, errno);
    return {};
}

Result<std::vector<Files::Entry>> Files::list(const std::string &path) const
{
    if (const int code = observe(FileOperation::Kind::List, path))
        return failed("list", path, code);
    const int fd = retried(
        [&] { return ::openat(m_directory.get(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (fd < 0)
        return failed("list", path, errno);
    const std::unique_ptr<DIR, int (*)(DIR *)> stream(::fdopendir(fd), ::closedir);
    if (!stream) {
        const int code = errno;
        ::close(fd);
        return failed("list", path, code);
    }
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent *entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..")
            continue;
        bool isDirectory = entry->d_type == DT_DIR;
        const bool mayBeLink = entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK;
        if (mayBeLink) {
            struct stat status;
            isDirectory = ::fstatat(fd, entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
        }
        entries.push_back({std::string(name), isDirectory, mayBeLink});
        errno = 0;
    }
    if (errno != 0)
        return failed("list", path, errno);
    return entries;
}

Result<Files::Status> Files::status(const std::string &path) const
{
    if (const int code = observe(FileOperation::Kind::Stat, path))
        return failed("examine", path, code);
    struct stat status;
    if (retried([&] { return ::fstatat(m_directory.get(), path.c_str(), &status, 0); }) != 0)
        return failed("examine", path, errno);
    return toStatus(status);
}

Result<Files::Status> Files::status(const FileDescriptor &file, const std::string &path) const
{
    if (const int code = observe(FileOperation::Kind::Stat, path))
        return failed("examine", path, code);
    struct stat status;
    if (::fstat(file.get(), &status) != 0)
        return failed("examine", path, errno);
    return toStatus(status);
}

Result<std::int64_t> Files::size(const FileDescriptor &file, const std::string &path) const
{
    const auto found = status(file, path);
    return found ? Result<std::int64_t>(found->size) : tl::unexpected(found.error());
}

Result<void> Files::lock(const FileDescriptor &file, const std::string &path)
{
    if (const int code = observe(FileOperation::Kind::Lock, path))
        return failed("lock", path, code);
    if (retried([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0)
        return failed("lock", path, errno);
    return {};
}

} // namespace quayside
