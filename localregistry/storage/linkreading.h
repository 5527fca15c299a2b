// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/storagedriver.h"
#include "localregistry/storage/tombstonefile.h"

namespace quayside {

/// The digest in a link. Errors: BadAnswer if it holds none; those of StorageDriver::read().
Result<Digest> readLink(const StorageDriver &driver, const std::string &path);

/// The tombstone at `path`; nothing if there is none. Presence means deleted: what cannot be read is an
/// unreadable record. Errors: TooManyRequests (worth another try).
Result<std::optional<Tombstone>> readTombstone(const StorageDriver &driver, const std::string &path);
Result<std::optional<TagTombstone>> readTagTombstone(const StorageDriver &driver, const std::string &path);

/// Data of this size cannot be the digest's: a file system empties files whose bytes were not synced before a
/// power cut.
bool isEmptied(const Digest &digest, std::int64_t size);

/// The bytes hash to the digest, read in pieces.
bool dataHashesTo(const StorageDriver &driver, const Digest &digest);

} // namespace quayside
