// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"

namespace quayside {

/// Opens the directory of a store, making what is missing of its path with mode 0700.
///
/// The path is walked part by part, so that nobody can lead it elsewhere: the store itself may not be a
/// symbolic link, and a link on the way is followed only if it belongs to this user or to root.
/// Errors: Unsupported, saying why the directory cannot hold a store; Storage.
Result<FileDescriptor> openStoreRoot(const std::filesystem::path &path);

} // namespace quayside
