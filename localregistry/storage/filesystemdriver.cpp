// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/filesystemdriver.h"

namespace quayside {

namespace {

constexpr int maxRenames = 3;
constexpr std::int64_t writeBackStep = std::int64_t(8) << 20;
// Forgetting is always safe, it costs syncs that were not needed; so the set is simply emptied at this size.
constexpr std::size_t maxKnownDirectories = 16384;

} // namespace

// "" for a path directly below the root.
std::string FilesystemDriver::parentOf(const std::string &path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

class FilesystemDriver::AppendableFile final : public AppendableObject
{
public:
    AppendableFile(FilesystemDriver &driver, FileDescriptor file, std::string path, std::int64_t size)
        : m_driver(driver)
        , m_file(std::move(file))
        , m_path(std::move(path))
        , m_size(size)
        , m_writtenBack(size)
    {}

    std::int64_t size() const override { return m_size; }

    Result<void> append(std::span<const std::byte> bytes) override
    {
        auto &files = m_driver.m_files;
        if (auto written = files.writeAt(m_file, m_path, m_size, bytes); !written) {
            m_hasRest = true;
            return written;
        }
        m_size += static_cast<std::int64_t>(bytes.size());
        if (m_size - m_writtenBack >= writeBackStep) {
            files.startWriteBack(m_file, m_path, m_writtenBack, m_size - m_writtenBack);
            m_writtenBack = m_size;
        }
        return {};
    }

    Result<void> sync() override
    {
        if (m_hasRest) {
            if (auto cut = m_driver.m_files.truncate(m_file, m_path, m_size); !cut)
                return cut;
            m_hasRest = false;
        }
        return m_driver.checkedSync(m_driver.m_files.sync(m_file, m_path));
    }

private:
    FilesystemDriver &m_driver;
    FileDescriptor m_file;
    std::string m_path;
    std::int64_t m_size;
    std::int64_t m_writtenBack;
    bool m_hasRest = false; // a failed append may have left bytes beyond the end
};

Result<std::unique_ptr<FilesystemDriver>> FilesystemDriver::create(Files &files)
{
    std::unique_ptr<FilesystemDriver> driver(new FilesystemDriver(files));
    auto leftovers = files.list(temporaryDirectory);
    if (!leftovers && leftovers.error().kind != ErrorKind::NotFound)
        return tl::unexpected(leftovers.error());
    if (leftovers) {
        for (const auto &entry : *leftovers) {
            const auto path = temporaryDirectory + '/' + entry.name;
            if (entry.isDirectory) {
                driver->removeTree(path); // what it leaves, the next start removes
                continue;
            }
            if (auto removed = files.unlink(path); !removed)
                return tl::unexpected(removed.error());
        }
    }
    return driver;
}

Result<void>
FilesystemDriver::putIdentified(const std::string &path,
                                const std::function<std::string(const std::string &identity)> &bytes)
{
    const Content content = [&](const FileDescriptor &file, const std::string &name) -> Result<std::string> {
        const auto status = m_files.status(file, name);
        return status ? Result<std::string>(bytes(status->identity)) : tl::unexpected(status.error());
    };
    return orFromSpare(putContent(path, content), path, content);
}

Result<void> FilesystemDriver::putReserved(const std::string &path, std::string_view bytes)
{
    auto done = put(path, bytes);
    if (bytes.size() > SpareChains::capacity)
        return done;
    return orFromSpare(std::move(done), path,
                       [&](const FileDescriptor &, const std::string &) { return std::string(bytes); });
}

void FilesystemDriver::reserve()
{
    m_spares.refill();
}

Result<void> FilesystemDriver::putContent(const std::string &path, const Content &content)
{
    const auto aside = nextWritePath();
    auto file = createAside(aside);
    if (!file)
        return tl::unexpected(file.error());
    const auto bytes = content(*file, aside);
    auto done = bytes ? m_files.writeAt(*file, aside, 0, std::as_bytes(std::span(*bytes)))
                      : tl::unexpected(bytes.error());
    if (done)
        done = checkedSync(m_files.sync(*file, aside));
    if (done)
        done = renameDurably(aside, path);
    if (!done)
        static_cast<void>(m_files.unlink(aside)); // already gone if the rename happened
    return done;
}

Result<void> FilesystemDriver::move(const std::string &from, const std::string &to)
{
    return renameDurably(from, to);
}

Result<void> FilesystemDriver::renameDurably(const std::string &from, const std::string &to)
{
    // Parents that were empty may be removed meanwhile; once the rename has happened they are not.
    for (int attempt = 0; attempt < maxRenames; ++attempt) {
        const auto made = makeParents(to);
        const auto renamed = made ? m_files.rename(from, to) : made;
        if (renamed)
            return syncParents(to);
        if (renamed.error().kind != ErrorKind::NotFound)
            return renamed;
        forgetParents(to);
    }
    return fail(ErrorKind::NotFound, "cannot move " + from + " to " + to + ": it is gone");
}

Result<void> FilesystemDriver::makeDurable(const std::string &path)
{
    auto file = m_files.openForReading(path);
    if (!file)
        return tl::unexpected(file.error());
    if (auto synced = checkedSync(m_files.sync(*file, path)); !synced)
        return synced;
    return syncParents(path);
}

Result<void> FilesystemDriver::makeParents(const std::string &path)
{
    const auto directory = parentOf(path);
    if (directory.empty() || isKnownDurable(directory))
        return {};
    if (auto made = makeParents(directory); !made)
        return made;
    return m_files.makeDirectory(directory);
}

Result<void> FilesystemDriver::syncParents(const std::string &path)
{
    auto directory = parentOf(path);
    if (auto synced = checkedSync(m_files.syncDirectory(directory)); !synced)
        return synced;
    std::vector<std::string> nowDurable;
    while (!directory.empty() && !isKnownDurable(directory)) {
        const auto parent = parentOf(directory);
        if (auto synced = checkedSync(m_files.syncDirectory(parent)); !synced)
            return synced;
        nowDurable.push_back(std::exchange(directory, parent));
    }
    rememberDurable(nowDurable);
    return {};
}

void FilesystemDriver::rememberDurable(const std::vector<std::string> &directories)
{
    const std::lock_guard lock(m_durableMutex);
    if (m_durable.size() > maxKnownDirectories)
        m_durable.clear();
    m_durable.insert(directories.begin(), directories.end());
}

bool FilesystemDriver::isKnownDurable(const std::string &directory) const
{
    const std::lock_guard lock(m_durableMutex);
    return m_durable.contains(directory);
}

Result<void> FilesystemDriver::checkedSync(Result<void> result)
{
    if (!result)
        m_broken = true;
    return result;
}

Result<void> FilesystemDriver::remove(const std::string &path)
{
    if (auto removed = m_files.unlink(path); !removed)
        return removed.error().kind == ErrorKind::NotFound ? Result<void>() : removed;
    return checkedSync(m_files.syncDirectory(parentOf(path)));
}

void FilesystemDriver::forgetDurable(const std::string &tree)
{
    const std::lock_guard lock(m_durableMutex);
    m_durable.erase(tree);
    const auto below = tree + '/';
    auto it = m_durable.lower_bound(below);
    while (it != m_durable.end() && it->starts_with(below))
        it = m_durable.erase(it);
}

void FilesystemDriver::forgetParents(const std::string &path)
{
    const std::lock_guard lock(m_durableMutex);
    for (auto directory = parentOf(path); !directory.empty(); directory = parentOf(directory))
        m_durable.erase(directory);
}

Result<void> FilesystemDriver::discard(const std::vector<std::string> &paths)
{
    if (auto made = m_files.makeDirectory(temporaryDirectory); !made)
        return made;
    std::vector<std::string> temporaries;
    std::set<std::string> parents;
    for (const auto &path : paths) {
        forgetDurable(path);
        temporaries.push_back(temporaryDirectory + '/' + std::to_string(++m_lastTemporary));
        parents.insert(parentOf(path));
        const auto renamed = m_files.rename(path, temporaries.back());
        if (!renamed && renamed.error().kind != ErrorKind::NotFound)
            return renamed;
    }
    // Also of what was absent: an earlier process may have died before its fsync.
    for (const auto &parent : parents) {
        const auto synced = m_files.syncDirectory(parent);
        if (!synced && synced.error().kind != ErrorKind::NotFound)
            return checkedSync(synced);
    }
    for (const auto &temporary : temporaries)
        removeTree(temporary);
    return {};
}

Result<void> FilesystemDriver::removeIfEmpty(const std::string &path)
{
    removeEmptyTree(path);
    auto synced = m_files.syncDirectory(parentOf(path));
    if (!synced && synced.error().kind == ErrorKind::NotFound)
        return {};
    return checkedSync(std::move(synced));
}

// Returns whether it is gone. What is written there meanwhile makes the directory's removal fail.
bool FilesystemDriver::removeEmptyTree(const std::string &path)
{
    const auto entries = m_files.list(path);
    if (!entries)
        return entries.error().kind == ErrorKind::NotFound;
    bool isEmpty = true;
    for (const auto &entry : *entries)
        isEmpty = entry.isDirectory && removeEmptyTree(path + '/' + entry.name) && isEmpty;
    if (!isEmpty)
        return false;
    forgetDurable(path);
    return m_files.removeDirectory(path).has_value();
}

void FilesystemDriver::removeTree(const std::string &path)
{
    forgetDurable(path);
    m_files.removeTree(path);
}

Result<std::unique_ptr<AppendableObject>> FilesystemDriver::append(const std::string &path, std::int64_t size)
{
    if (auto made = makeParents(path); !made)
        return tl::unexpected(made.error());
    auto file = m_files.openForWriting(path);
    if (!file)
        return tl::unexpected(file.error());
    if (auto cut = m_files.truncate(*file, path, size); !cut)
        return tl::unexpected(cut.error());
    return std::make_unique<AppendableFile>(*this, std::move(*file), path, size);
}

} // namespace quayside
