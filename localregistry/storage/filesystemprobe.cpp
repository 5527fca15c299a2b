// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/filesystemprobe.h"

#include "localregistry/storage/layout.h"

namespace quayside {

namespace {

const std::string temporaries = "quayside.tmp";
const std::string directory = temporaries + "/probe";
const std::string inner = directory + "/inner";

Result<void> unfit(const std::string &why)
{
    return fail(ErrorKind::Unsupported, "the file system cannot hold a store: " + why);
}

// A want of space or of descriptors says nothing about what it can do.
Result<void> unfit(const std::string &why, const Error &error)
{
    if (error.kind == ErrorKind::NoSpace || error.kind == ErrorKind::TooManyRequests)
        return tl::unexpected(error);
    return unfit(why + " (" + error.message + ')');
}

Result<void> write(Files &files, const std::string &path, const std::string &text)
{
    const auto file = files.create(path);
    if (!file)
        return tl::unexpected(file.error());
    return files.writeAt(*file, path, 0, std::as_bytes(std::span(text)));
}

// Tags, repositories and digests are told apart by their names.
Result<void> probeCase(Files &files)
{
    if (auto made = write(files, inner + "/Name", "old"); !made)
        return made;
    const auto other = write(files, inner + "/name", "new");
    if (!other && other.error().kind == ErrorKind::Conflict)
        return unfit("it does not tell upper from lower case in names");
    return other;
}

// Every commit is a rename over what was there.
Result<void> probeRename(Files &files)
{
    if (auto renamed = files.rename(inner + "/name", inner + "/Name"); !renamed)
        return unfit("a rename does not replace a file", renamed.error());
    const auto moved = directory + "/moved";
    if (auto renamed = files.rename(inner, moved); !renamed)
        return unfit("a directory cannot be renamed", renamed.error());
    const auto text = files.read(moved + "/Name", 16);
    if (!text)
        return tl::unexpected(text.error());
    return *text == "new" ? Result<void>() : unfit("a rename does not replace a file");
}

// A file in the place of a directory looks like something missing to who opens what is below it.
Result<void> probeTree(const Files &files)
{
    for (const auto &path : {layout::blobs, layout::repositories}) {
        for (auto end = path.find('/');; end = path.find('/', end + 1)) {
            const auto directory = path.substr(0, end);
            const auto inside = files.status(directory + "/.");
            if (!inside && inside.error().kind == ErrorKind::NotFound && files.status(directory))
                return fail(ErrorKind::Unsupported,
                            "the store cannot be opened: in it, " + directory + " is not a directory");
            if (end == std::string::npos)
                break;
        }
    }
    return {};
}

} // namespace

Result<void> probeFileSystem(Files &files)
{
    if (auto fit = probeTree(files); !fit)
        return fit;
    files.removeTree(directory); // of a process that was killed
    auto done = files.makeDirectory(temporaries);
    for (const auto &path : {directory, inner}) {
        if (done)
            done = files.makeDirectory(path);
    }
    if (done)
        done = probeCase(files);
    if (done)
        done = probeRename(files);
    files.removeTree(directory);
    return !done && done.error().kind == ErrorKind::NoSpace ? Result<void>() : done;
}

} // namespace quayside
