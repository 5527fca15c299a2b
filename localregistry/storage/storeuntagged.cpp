// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/storeprivate.h"

#include <algorithm>

namespace quayside {

// A manifest counts its days from the first pass that saw it without a tag.
Result<void> Store::Private::deleteUntagged(Repository &repository, const UntaggedFile &before,
                                            UntaggedFile &after, SweepResult &result)
{
    const auto &name = repository.name();
    const auto time = now();
    for (const auto &digest : repository.untaggedManifests()) {
        const auto since = std::min(before.since(name, digest).value_or(time), time);
        if (since + *options.trashUntagged > time) {
            after.insert(name, digest, since);
            continue;
        }
        const auto digestLock = keys.lockDigest(name, digest);
        if (!repository.tagsNaming(digest, true).empty())
            continue;
        const auto deleted = commitDeletion(repository, digest, ContentRole::Manifest, {}, causeUntagged);
        if (!deleted && deleted.error().kind != ErrorKind::NotFound)
            return deleted;
        result.untagged += deleted ? 1 : 0;
    }
    return {};
}

} // namespace quayside
