// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/storetypes.h"

namespace quayside {

std::string TrashEntry::key() const
{
    // A space sorts before every character of a name, so entries of one repository stay together in byte-wise
    // order.
    return repository.toString() + ' ' + (tag ? "_tags/" + tag->toString() : digest.toString());
}

bool isUploadId(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool isDash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool isHex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (isDash ? c != '-' : !isHex)
            return false;
    }
    return true;
}

} // namespace quayside
