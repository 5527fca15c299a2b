// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace quayside {

class DeleteImages;

/// What a delete was asked for and what is gone, without what went along with images.
struct DeleteCounts
{
    int images = 0;
    int tags = 0;
    int imagesAsked = 0;
    int tagsAsked = 0;

    static DeleteCounts of(const DeleteImages &operation);
    int done() const { return images + tags; }
    int asked() const { return imagesAsked + tagsAsked; }
};

/// "Deleted 3 images, removed 1 tag", "Deleted 2 of 4", "Nothing was deleted".
QString deletedText(const DeleteImages &operation);

} // namespace quayside
