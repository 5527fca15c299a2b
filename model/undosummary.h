// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"

#include <vector>

namespace quayside {

/// Whether an item was deleted, as far as is known, and is not back.
bool wasDeleted(const JournalItem &item);

/// What would come back if a delete was taken back as a whole.
struct UndoSummary
{
    int images = 0;
    std::vector<Tag> tags;

    static UndoSummary of(const std::vector<JournalItem> &items);
    bool isEmpty() const { return images == 0 && tags.empty(); }
};

} // namespace quayside
