// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/storeroot.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace quayside {

namespace {

tl::unexpected<Error> failed(const std::string &what, int code)
{
    return fail(ErrorKind::Storage, what + ": " + std::generic_category().message(code));
}

tl::unexpected<Error> unfit(const std::filesystem::path &path, const std::string &why)
{
    return fail(ErrorKind::Unsupported, path.string() + " cannot hold a store: " + why);
}

bool isTrusted(uid_t owner)
{
    return owner == 0 || owner == ::geteuid();
}

/// One part of the path; `path` is all of it up to there. A symbolic link is opened as what it leads to.
Result<FileDescriptor> openPart(const FileDescriptor &parent, const std::string &name,
                                const std::filesystem::path &path, bool isLast)
{
    struct stat status;
    const auto examine = [&] {
        return ::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    };
    bool isThere = examine();
    if (!isThere && errno == ENOENT) {
        if (::mkdirat(parent.get(), name.c_str(), 0700) != 0 && errno != EEXIST)
            return failed("cannot make the directory " + path.string(), errno);
        isThere = examine();
    }
    if (!isThere)
        return failed("cannot examine " + path.string(), errno);
    const bool isLink = S_ISLNK(status.st_mode);
    if (isLink && isLast)
        return unfit(path, "it is a symbolic link; name the directory itself");
    if (isLink && !isTrusted(status.st_uid))
        return unfit(path, "it is a symbolic link of another user");
    if (!isLink && !S_ISDIR(status.st_mode))
        return unfit(path, "it is not a directory");
    const int nofollow = isLink ? 0 : O_NOFOLLOW;
    const int access = isLast ? O_RDONLY : O_PATH; // directories on the way need not be readable
    const int fd = ::openat(parent.get(), name.c_str(), access | O_DIRECTORY | O_CLOEXEC | nofollow);
    if (fd < 0)
        return failed("cannot open " + path.string(), errno);
    return FileDescriptor(fd);
}

} // namespace

Result<FileDescriptor> openStoreRoot(const std::filesystem::path &path)
{
    const auto whole = std::filesystem::absolute(path);
    FileDescriptor directory(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    std::vector<std::filesystem::path> parts;
    for (const auto &part : whole.relative_path()) {
        if (!part.empty() && part != ".")
            parts.push_back(part);
    }
    std::filesystem::path walked = "/";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        walked /= parts[i];
        auto next = openPart(directory, parts[i].string(), walked, i + 1 == parts.size());
        if (!next)
            return next;
        directory = std::move(*next);
    }
    struct statvfs system;
    if (::fstatvfs(directory.get(), &system) != 0)
        return failed("cannot examine the file system of " + whole.string(), errno);
    if ((system.f_flag & ST_RDONLY) != 0)
        return unfit(whole, "its file system is mounted read-only");
    return directory;
}

} // namespace quayside
