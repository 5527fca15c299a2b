// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/objectreader.h"

#include "localregistry/storage/layout.h"
#include "localregistry/storage/linkreading.h"
#include "localregistry/storage/manifestrecord.h"
#include "oci/hasher.h"

namespace quayside {

namespace {

tl::unexpected<Error> notLive()
{
    return fail(ErrorKind::NotFound, "it is not live");
}

} // namespace

// A sweep that the repository's load finishes meanwhile removes links before tombstones. So tombstones are
// read first: where one is gone, its links are gone too.
Result<ObjectReader::FoundManifest> ObjectReader::manifest(const RepositoryName &repository,
                                                           const TagOrDigest &reference) const
{
    const auto *tag = std::get_if<Tag>(&reference);
    if (!tag)
        return manifest(repository, std::get<Digest>(reference), nullptr);
    const auto digest = resolve(repository, *tag);
    if (!digest)
        return tl::unexpected(digest.error());
    auto found = manifest(repository, *digest, tag);
    // The record that hides a tag goes after the tag, but the tag was read before the record.
    if (found && readLink(m_driver, layout::tagLink(repository, *tag)) != *digest)
        return notLive();
    return found;
}

Result<Digest> ObjectReader::resolve(const RepositoryName &repository, const Tag &tag) const
{
    const auto tombstone = readTagTombstone(m_driver, layout::tagTombstone(repository, tag));
    if (!tombstone)
        return tl::unexpected(tombstone.error());
    auto current = readLink(m_driver, layout::tagLink(repository, tag));
    if (!current && current.error().kind == ErrorKind::BadAnswer)
        return notLive(); // a garbled tag is lost
    if (current && *tombstone && (*tombstone)->appliesTo(*current))
        return notLive();
    return current;
}

Result<ObjectReader::FoundManifest> ObjectReader::manifest(const RepositoryName &repository,
                                                           const Digest &digest, const Tag *tag) const
{
    const auto tombstone = readTombstone(m_driver, layout::tombstone(repository, digest));
    if (!tombstone)
        return tl::unexpected(tombstone.error());
    if (*tombstone &&
        ((*tombstone)->names(ContentRole::Manifest) || (tag && (*tombstone)->hides(tag->toString()))))
        return notLive();
    const auto data = readLink(m_driver, layout::revisionLink(repository, digest));
    if (!data)
        return tl::unexpected(data.error());
    auto bytes = bytesOf(digest, *data);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto parsed = Manifest::parse(**bytes, std::nullopt, JsonRules::Lenient);
    if (!parsed && Hasher::hash(**bytes, data->algorithm()) != *data)
        return notLive(); // damaged
    const auto *type = parsed ? m_strings.intern(parsed->mediaType().toString())
                              : makeOpaqueRecord(**bytes, {}, m_strings)->mediaType;
    const auto size = static_cast<std::int64_t>((*bytes)->size());
    m_cache.insert(digest, *bytes);
    return FoundManifest{{digest, *type, size}, std::move(*bytes)};
}

Result<std::shared_ptr<const std::string>> ObjectReader::bytesOf(const Digest &digest,
                                                                 const Digest &data) const
{
    if (auto cached = m_cache.find(digest))
        return cached;
    auto bytes = m_driver.read(layout::blobData(data), maxManifestSize);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return std::make_shared<const std::string>(std::move(*bytes));
}

Result<ObjectReader::FoundBlob> ObjectReader::blob(const RepositoryName &repository,
                                                   const Digest &digest) const
{
    const auto tombstone = readTombstone(m_driver, layout::tombstone(repository, digest));
    if (!tombstone)
        return tl::unexpected(tombstone.error());
    if (*tombstone && (*tombstone)->names(ContentRole::Blob))
        return notLive();
    const auto data = readLink(m_driver, layout::layerLink(repository, digest));
    if (!data)
        return tl::unexpected(data.error());
    const auto info = m_driver.info(layout::blobData(*data));
    if (!info)
        return tl::unexpected(info.error());
    if (isEmptied(*data, info->size))
        return notLive(); // damaged
    return FoundBlob{{digest, info->size}, *data};
}

} // namespace quayside
