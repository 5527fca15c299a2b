// SPDX-License-Identifier: Apache-2.0
#include "app/privatememory.h"

#include <sys/prctl.h>

namespace quayside {

void keepMemoryPrivate()
{
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

} // namespace quayside
