// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/untaggedfile.h"

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/layout.h"

namespace quayside {

namespace {

constexpr std::size_t maxSize = std::size_t(256) << 20;

std::string keyOf(const RepositoryName &repository, const Digest &digest)
{
    return repository.toString() + '@' + digest.toString();
}

} // namespace

Result<UntaggedFile> UntaggedFile::load(StorageDriver &driver)
{
    UntaggedFile file;
    const auto text = driver.read(layout::untaggedFile, maxSize);
    if (!text && text.error().kind != ErrorKind::NotFound)
        return tl::unexpected(text.error());
    const auto values = text ? KeyValues::parse(*text) : tl::unexpected(text.error());
    if (!values)
        return file;
    for (const auto &[key, value] : values->lines()) {
        if (const auto time = parseRfc3339(value))
            file.m_since.emplace(key, *time);
    }
    return file;
}

Result<void> UntaggedFile::remove(StorageDriver &driver)
{
    return driver.remove(layout::untaggedFile);
}

std::optional<Timestamp> UntaggedFile::since(const RepositoryName &repository, const Digest &digest) const
{
    const auto found = m_since.find(keyOf(repository, digest));
    return found == m_since.end() ? std::nullopt : std::optional(found->second);
}

void UntaggedFile::insert(const RepositoryName &repository, const Digest &digest, Timestamp since)
{
    m_since.insert_or_assign(keyOf(repository, digest), since);
}

Result<void> UntaggedFile::save(StorageDriver &driver, const UntaggedFile &before) const
{
    if (m_since == before.m_since)
        return {};
    auto text = KeyValues().toString();
    for (const auto &[key, time] : m_since)
        text += key + '=' + formatRfc3339(time) + '\n';
    return driver.put(layout::untaggedFile, text);
}

} // namespace quayside
