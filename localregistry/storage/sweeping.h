// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/repository.h"
#include "localregistry/storage/storagedriver.h"

namespace quayside {

/// The steps that remove what a tombstone hides, once the tombstone itself says so (`sweeping=1`, durable):
/// the tags, the links, the tombstone. Each is durable before the next, so whatever stops them, what remains
/// is still hidden; the loader then carries on. Both want the key locks of all that they remove, of a tag
/// also that of the digest that it names.

/// `tags`: Repository::tagsSweptWith().
Result<void> finishSweep(StorageDriver &driver, Repository &repository, const Digest &digest,
                         const std::vector<std::string> &tags);
Result<void> finishSweep(StorageDriver &driver, Repository &repository, const Tag &tag);

} // namespace quayside
