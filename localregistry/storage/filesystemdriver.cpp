// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/filesystemdriver.h"

namespace quayside {

namespace {

const std::string temporaryDirectory = "quayside.tmp";
constexpr std::size_t readSize = std::size_t(1) << 20;
constexpr std::int64_t writeBackStep = std::int64_t(8) << 20;
// Forgetting is always safe, it costs syncs that were not needed; so the set is simply emptied at this size.
constexpr std::size_t maxKnownDirectories = 16384;

// "" for a path directly below the root.
std::string parentOf(const std::string &path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

} // namespace

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
    auto leftovers = files.list(temporaryDirectory);
    if (!leftovers && leftovers.error().kind != ErrorKind::NotFound)
        return tl::unexpected(leftovers.error());
    if (leftovers) {
        for (const auto &entry : *leftovers) {
            if (auto removed = files.unlink(temporaryDirectory + '/' + entry.name); !removed)
                return tl::unexpected(removed.error());
        }
    }
    return std::unique_ptr<FilesystemDriver>(new FilesystemDriver(files));
}

Result<void> FilesystemDriver::put(const std::string &path, std::string_view bytes)
{
    auto temporary = writeTemporary(bytes);
    if (!temporary)
        return tl::unexpected(temporary.error());
    auto renamed = renameDurably(*temporary, path);
    if (!renamed)
        static_cast<void>(m_files.unlink(*temporary)); // already gone if the rename happened
    return renamed;
}

Result<std::string> FilesystemDriver::writeTemporary(std::string_view bytes)
{
    auto path = temporaryDirectory + '/' + std::to_string(++m_lastTemporary);
    auto file = m_files.create(path);
    if (!file && file.error().kind == ErrorKind::NotFound) {
        if (auto made = m_files.makeDirectory(temporaryDirectory); !made)
            return tl::unexpected(made.error());
        file = m_files.create(path);
    }
    if (!file)
        return tl::unexpected(file.error());
    auto done = m_files.writeAt(*file, path, 0, std::as_bytes(std::span(bytes)));
    if (done)
        done = checkedSync(m_files.sync(*file, path));
    if (!done) {
        static_cast<void>(m_files.unlink(path));
        return tl::unexpected(done.error());
    }
    return path;
}

Result<void> FilesystemDriver::move(const std::string &from, const std::string &to)
{
    return renameDurably(from, to);
}

Result<void> FilesystemDriver::renameDurably(const std::string &from, const std::string &to)
{
    if (auto made = makeParents(to); !made)
        return made;
    if (auto renamed = m_files.rename(from, to); !renamed)
        return renamed;
    return syncParents(to);
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
    const std::lock_guard lock(m_durableMutex);
    if (m_durable.size() > maxKnownDirectories)
        m_durable.clear();
    m_durable.insert(nowDurable.begin(), nowDurable.end());
    return {};
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

void FilesystemDriver::removeTree(const std::string &path)
{
    {
        const std::lock_guard lock(m_durableMutex);
        m_durable.erase(path);
        const auto below = path + '/';
        auto it = m_durable.lower_bound(below);
        while (it != m_durable.end() && it->starts_with(below))
            it = m_durable.erase(it);
    }
    if (const auto entries = m_files.list(path)) {
        for (const auto &entry : *entries) {
            if (entry.isDirectory)
                removeTree(path + '/' + entry.name);
            else
                static_cast<void>(m_files.unlink(path + '/' + entry.name));
        }
    }
    static_cast<void>(m_files.removeDirectory(path));
}

Result<std::string> FilesystemDriver::read(const std::string &path, std::size_t limit) const
{
    return m_files.read(path, limit);
}

Result<void> FilesystemDriver::readThrough(const std::string &path,
                                           const std::function<void(std::span<const std::byte>)> &sink) const
{
    auto file = m_files.openForReading(path);
    if (!file)
        return tl::unexpected(file.error());
    std::vector<std::byte> buffer(readSize);
    std::int64_t offset = 0;
    for (;;) {
        const auto count = m_files.readAt(*file, path, offset, buffer);
        if (!count)
            return tl::unexpected(count.error());
        sink(std::span(buffer).first(*count));
        offset += static_cast<std::int64_t>(*count);
        if (*count < buffer.size())
            return {};
    }
}

Result<StorageDriver::OpenObject> FilesystemDriver::open(const std::string &path) const
{
    auto file = m_files.openForReading(path);
    if (!file)
        return tl::unexpected(file.error());
    const auto size = m_files.size(*file, path);
    if (!size)
        return tl::unexpected(size.error());
    return OpenObject{FileDescriptor::share(std::move(*file)), *size};
}

Result<StorageDriver::Info> FilesystemDriver::info(const std::string &path) const
{
    const auto status = m_files.status(path);
    if (!status)
        return tl::unexpected(status.error());
    return Info{status->size, status->modified};
}

Result<std::vector<StorageDriver::Entry>> FilesystemDriver::list(const std::string &path) const
{
    auto found = m_files.list(path);
    if (!found)
        return tl::unexpected(found.error());
    std::vector<Entry> entries;
    entries.reserve(found->size());
    for (auto &entry : *found)
        entries.push_back({std::move(entry.name), entry.isDirectory});
    return entries;
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
