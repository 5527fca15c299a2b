// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"

namespace quayside {

/// `quayside.lock`: who serves the store. The process holds an flock on it; its content tells other programs
/// of the same user the process and the address. It is rewritten in place, since a rename would lose the
/// flock.
class LockFile
{
public:
    /// Errors: Conflict, naming the process that serves the store.
    static Result<LockFile> acquire(Files &files);
    Result<void> announce(const std::string &url);

private:
    LockFile(Files &files, FileDescriptor file)
        : m_files(&files)
        , m_file(std::move(file))
    {}
    Result<void> write(const std::string &url);

    Files *m_files;
    FileDescriptor m_file;
};

} // namespace quayside
