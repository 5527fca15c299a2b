// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace quayside {

/// Keeps passwords and tokens in this process: no core dump, and no debugger of the same user that attaches
/// later (PR_SET_DUMPABLE in prctl(2)). The first deed of a program; children that run another one are
/// dumpable again.
void keepMemoryPrivate();

} // namespace quayside
