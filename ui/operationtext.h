// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/resultbar.h"

namespace quayside {

class DeleteImages;
class Operation;
class RegistrySession;
class RestoreImages;

/// What the bar says of a delete that has ended. `canUndo` adds the button.
ResultBar::Result deleteResult(const DeleteImages &operation, const RegistrySession *session, bool canUndo);
ResultBar::Result restoreResult(const RestoreImages &operation, const RegistrySession *session);
/// Of any other operation that failed as a whole.
ResultBar::Result failureResult(const Operation &operation, const RegistrySession *session);

} // namespace quayside
