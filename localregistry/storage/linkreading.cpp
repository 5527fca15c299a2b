// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/linkreading.h"

#include "localregistry/storage/layout.h"
#include "oci/hasher.h"

namespace quayside {

namespace {

constexpr std::size_t maxLinkSize = 4096;
// A tombstone may list as many hidden tags as its manifest had.
constexpr std::size_t maxTombstoneSize = std::size_t(64) << 20;

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.remove_suffix(1);
    return text;
}

template <typename Record>
Result<std::optional<Record>> readRecord(const StorageDriver &driver, const std::string &path)
{
    const auto text = driver.read(path, maxTombstoneSize);
    if (!text && text.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    if (!text && text.error().kind == ErrorKind::TooManyRequests)
        return tl::unexpected(text.error());
    return Record::parse(text ? *text : std::string());
}

} // namespace

Result<Digest> readLink(const StorageDriver &driver, const std::string &path)
{
    const auto text = driver.read(path, maxLinkSize);
    if (!text && text.error().kind != ErrorKind::TooLarge)
        return tl::unexpected(text.error());
    const auto digest = text ? Digest::parse(trimmed(*text)) : tl::unexpected(text.error());
    return digest ? Result<Digest>(*digest) : fail(ErrorKind::BadAnswer, path + " is garbled");
}

Result<std::optional<Tombstone>> readTombstone(const StorageDriver &driver, const std::string &path)
{
    return readRecord<Tombstone>(driver, path);
}

Result<std::optional<TagTombstone>> readTagTombstone(const StorageDriver &driver, const std::string &path)
{
    return readRecord<TagTombstone>(driver, path);
}

bool isEmptied(const Digest &digest, std::int64_t size)
{
    return size == 0 && digest != Hasher::hash(std::string_view(), digest.algorithm());
}

bool dataHashesTo(const StorageDriver &driver, const Digest &digest)
{
    Hasher hasher(digest.algorithm());
    const auto read = driver.readThrough(layout::blobData(digest),
                                         [&](std::span<const std::byte> bytes) { hasher.update(bytes); });
    return read && hasher.digest() == digest;
}

} // namespace quayside
