// SPDX-License-Identifier: Apache-2.0
#include "model/undosummary.h"

namespace quayside {

bool wasDeleted(const JournalItem &item)
{
    return (item.outcome == Outcome::Done || item.outcome == Outcome::Pending) && !item.restored &&
           !item.forgotten;
}

UndoSummary UndoSummary::of(const std::vector<JournalItem> &items)
{
    UndoSummary summary;
    for (const JournalItem &item : items) {
        if (!wasDeleted(item))
            continue;
        if (item.role == JournalItem::Role::Image)
            ++summary.images; // its platforms are a part of it
        summary.tags.insert(summary.tags.end(), item.tags.begin(), item.tags.end());
    }
    return summary;
}

} // namespace quayside
