// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "ui/look/icons.h"
#include "ui/smallwidgets.h"

namespace quayside {

/// The symbol and tone of an undo promise, so that "Yes" and "Not promised" differ at a glance.
Symbol promiseSymbol(UndoPromise promise);
Tone promiseTone(UndoPromise promise);

} // namespace quayside
