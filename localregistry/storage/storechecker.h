// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/keylocks.h"
#include "localregistry/storage/manifestcache.h"
#include "localregistry/storage/repositoryindex.h"

namespace quayside {

/// Compares what the index says with the links on disk, and every data with its digest; repairs what can be
/// repaired while the store is served.
class StoreChecker
{
public:
    struct Parts
    {
        StorageDriver &driver;
        RepositoryIndex &repositories;
        KeyLocks &keys;
        DataLocks &data;
        LostData &lost;
    };
    StoreChecker(Parts parts, const CheckOptions &options)
        : m_parts(parts)
        , m_options(options)
    {}

    /// Errors: Cancelled.
    Result<CheckResult> run();

private:
    void checkLinks(Repository &repository);
    void checkLink(Repository &repository, const Digest &digest, ContentRole role);
    void checkTags(const Repository &repository);
    void checkNeeds(const Repository &repository);
    void checkData(const Digest &digest);
    /// Moves corrupt data aside and makes its links not live, so that a push repairs them.
    Result<void> quarantine(const Digest &digest);
    void add(CheckFinding::Kind kind, std::string text, bool isRepaired = false);

    const Parts m_parts;
    const CheckOptions &m_options;
    CheckResult m_result;
    std::map<Digest, std::int64_t> m_data; // with the size that the index says
};

} // namespace quayside
