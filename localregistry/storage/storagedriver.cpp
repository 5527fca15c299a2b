// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/storagedriver.h"

namespace quayside {

Result<void> StorageDriver::put(const std::string &path, std::string_view bytes)
{
    const auto staged = stage({{{path, bytes}}});
    return staged ? (*staged)->placeNext() : tl::unexpected(staged.error());
}

} // namespace quayside
