// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/manifestcache.h"
#include "localregistry/storage/storagedriver.h"
#include "localregistry/storage/storetypes.h"
#include "localregistry/storage/stringpool.h"
#include "oci/reference.h"

namespace quayside {

/// Answers for one manifest or blob from its own few files, for a repository that is not loaded yet: however
/// large that is, the answer comes at once, and it is the one that the index will give.
///
/// Errors: NotFound if it is not live. Any other one: these files alone do not tell, the repository has to be
/// loaded.
class ObjectReader
{
public:
    ObjectReader(const StorageDriver &driver, StringPool &strings, ManifestCache &cache)
        : m_driver(driver)
        , m_strings(strings)
        , m_cache(cache)
    {}

    struct FoundManifest
    {
        ManifestHead head;
        std::shared_ptr<const std::string> bytes;
    };
    struct FoundBlob
    {
        BlobInfo info;
        Digest data; ///< Where its bytes are.
    };
    Result<FoundManifest> manifest(const RepositoryName &repository, const TagOrDigest &reference) const;
    Result<FoundBlob> blob(const RepositoryName &repository, const Digest &digest) const;

private:
    Result<FoundManifest> manifest(const RepositoryName &repository, const Digest &digest,
                                   const Tag *tag) const;
    /// What the tag names, if no tombstone of the tag is in force.
    Result<Digest> resolve(const RepositoryName &repository, const Tag &tag) const;
    Result<std::shared_ptr<const std::string>> bytesOf(const Digest &digest, const Digest &data) const;

    const StorageDriver &m_driver;
    StringPool &m_strings;
    ManifestCache &m_cache;
};

} // namespace quayside
