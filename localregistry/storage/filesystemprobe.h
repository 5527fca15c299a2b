// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"

namespace quayside {

/// Tries what the store relies on, in a directory of its own that is gone afterwards: names that differ only
/// in case are different, a rename replaces a file, and it moves a directory with what it holds. It costs a
/// few calls and no flush. Also looks whether the tree's directories are such, if they are there. Wants the
/// store's lock. On a full disk nothing can be tried, so nothing is said. Errors: Unsupported, saying what
/// the file system cannot do; Storage.
Result<void> probeFileSystem(Files &files);

} // namespace quayside
