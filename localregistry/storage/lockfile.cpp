// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/lockfile.h"

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"

#include <unistd.h>

namespace quayside {

namespace {

constexpr std::size_t maxSize = 4096;

std::string describeOwner(const Files &files)
{
    const auto text = files.read(layout::lockFile, maxSize);
    const auto values = text ? KeyValues::parse(*text) : tl::unexpected(text.error());
    if (!values)
        return "another process";
    std::string owner = "process " + values->value("pid").value_or("?");
    if (const auto url = values->value("url"))
        owner += " at " + *url;
    return owner;
}

} // namespace

Result<LockFile> LockFile::acquire(Files &files)
{
    auto file = files.openForWriting(layout::lockFile);
    if (!file)
        return tl::unexpected(file.error());
    if (auto locked = files.lock(*file, layout::lockFile); !locked) {
        if (locked.error().kind != ErrorKind::Conflict)
            return fail(ErrorKind::Unsupported, "the file system has no locks that keep two programs from "
                                                "serving the store at once: " +
                                                    locked.error().message);
        return failWithCode(ErrorKind::Conflict, "STORE_IN_USE",
                            "the store is served by " + describeOwner(files) +
                                "; stop that one first, or use it at its address");
    }
    LockFile lock(files, std::move(*file));
    if (auto written = lock.write({}); !written)
        return tl::unexpected(written.error());
    return lock;
}

Result<void> LockFile::announce(const std::string &url)
{
    return write(url);
}

Result<void> LockFile::write(const std::string &url)
{
    KeyValues values;
    values.set("pid", std::to_string(::getpid()));
    if (!url.empty())
        values.set("url", url);
    const auto text = values.toString();
    if (auto cut = m_files->truncate(m_file, layout::lockFile, 0); !cut)
        return cut;
    return m_files->writeAt(m_file, layout::lockFile, 0, std::as_bytes(std::span(text)));
}

} // namespace quayside
