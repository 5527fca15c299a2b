// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/filesystemdriver.h"

namespace quayside {

namespace {

constexpr std::size_t readSize = std::size_t(1) << 20;

} // namespace

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
    return Info{status->size, status->modified, status->identity};
}

Result<std::vector<StorageDriver::Entry>> FilesystemDriver::list(const std::string &path) const
{
    auto found = m_files.list(path);
    if (!found)
        return tl::unexpected(found.error());
    std::vector<Entry> entries;
    entries.reserve(found->size());
    for (auto &entry : *found)
        entries.push_back({std::move(entry.name), entry.isDirectory, entry.mayBeLink});
    return entries;
}

} // namespace quayside
