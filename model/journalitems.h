// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletestep.h"
#include "model/journalrecord.h"
#include "model/keptmanifests.h"

#include <vector>

namespace quayside {

/// What the journal keeps of a delete: one item per step, in their order, then what stays but is needed to put
/// those back: platforms and what is attached. The bytes of every step must be in `kept`.
std::vector<JournalItem> journalItems(const std::vector<DeleteStep> &steps,
                                      const std::vector<DeletePlan::Also> &also, const KeptManifests &kept);

} // namespace quayside
