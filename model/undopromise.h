// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"

namespace quayside {

/// What may be promised about taking a delete back there. Pure.
UndoPromise undoPromise(const DeleteSurroundings &around);

} // namespace quayside
