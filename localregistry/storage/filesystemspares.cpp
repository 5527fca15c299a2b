// SPDX-License-Identifier: Apache-2.0
// What a small object does on a full disk: it takes the space that was set aside.
#include "localregistry/storage/filesystemdriver.h"

namespace quayside {

// A sync that failed for want of space has broken the driver: what it holds is not known any more.
Result<void> FilesystemDriver::orFromSpare(Result<void> done, const std::string &path, const Content &content)
{
    if (done || done.error().kind != ErrorKind::NoSpace || m_broken)
        return done;
    const auto chain = m_spares.take();
    if (!chain)
        return done;
    auto spared = putInto(*chain, path, content);
    m_spares.remove(*chain);
    return spared;
}

Result<void> FilesystemDriver::putInto(const std::string &chain, const std::string &path,
                                       const Content &content)
{
    const auto name = SpareChains::file(chain);
    auto file = m_files.openForWriting(name);
    if (!file)
        return tl::unexpected(file.error());
    const auto bytes = content(*file, name);
    if (!bytes)
        return tl::unexpected(bytes.error());
    if (bytes->size() > SpareChains::capacity)
        return fail(ErrorKind::NoSpace, "there is no space for " + path);
    auto done = m_files.writeAt(*file, name, 0, std::as_bytes(std::span(*bytes)));
    if (done)
        done = m_files.truncate(*file, name, static_cast<std::int64_t>(bytes->size()));
    if (done)
        done = checkedSync(m_files.sync(*file, name));
    if (done)
        done = moveFromChain(chain, path);
    return done ? syncParents(path) : done;
}

// Moves the chain from the highest directory on that is missing at the file's place.
Result<void> FilesystemDriver::moveFromChain(const std::string &chain, const std::string &path)
{
    const auto inner = parentOf(path);
    const auto middle = parentOf(inner);
    std::string from = SpareChains::file(chain);
    std::string to = path;
    const auto isMissing = [this](const std::string &directory) {
        return !directory.empty() && !m_files.status(directory);
    };
    const auto nameOf = [](const std::string &place) { return place.substr(place.rfind('/') + 1); };
    if (isMissing(inner)) {
        from = SpareChains::inner(chain);
        to = inner;
        if (auto synced = checkedSync(m_files.syncDirectory(from)); !synced)
            return synced;
    }
    if (to == inner && isMissing(middle)) {
        const auto renamed = SpareChains::middle(chain) + '/' + nameOf(inner);
        if (auto done = m_files.rename(from, renamed); !done)
            return done;
        from = SpareChains::middle(chain);
        to = middle;
        if (auto synced = checkedSync(m_files.syncDirectory(from)); !synced)
            return synced;
    }
    const auto outer = parentOf(middle);
    if (to == middle && isMissing(outer)) {
        const auto renamed = SpareChains::outer(chain) + '/' + nameOf(middle);
        if (auto done = m_files.rename(from, renamed); !done)
            return done;
        from = SpareChains::outer(chain);
        to = outer;
        if (auto synced = checkedSync(m_files.syncDirectory(from)); !synced)
            return synced;
    }
    auto moved = m_files.rename(from, to);
    // The directory that gets the new name may want to grow.
    while (!moved && moved.error().kind == ErrorKind::NoSpace && m_spares.release())
        moved = m_files.rename(from, to);
    return moved;
}

} // namespace quayside
