// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/storagedriver.h"
#include "oci/digest.h"
#include "oci/repositoryname.h"

#include <map>
#include <optional>

namespace quayside {

/// `quayside.untagged`: since when the store has known each untagged manifest to be so. What is not in it has
/// been so since now: a month-old image that loses its tag today has all its days from today.
class UntaggedFile
{
public:
    /// A missing or damaged file knows nothing.
    static Result<UntaggedFile> load(StorageDriver &driver);
    /// No file any more: whenever it is wanted again, time begins anew.
    static Result<void> remove(StorageDriver &driver);

    std::optional<Timestamp> since(const RepositoryName &repository, const Digest &digest) const;
    void insert(const RepositoryName &repository, const Digest &digest, Timestamp since);
    /// Writes it unless it is what was loaded as `before`.
    Result<void> save(StorageDriver &driver, const UntaggedFile &before) const;

private:
    std::map<std::string, Timestamp> m_since; // by "<repository>@<digest>"
};

} // namespace quayside
