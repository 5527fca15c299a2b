// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/layering/finding.h"

namespace quayside::layering {

/// Statements with `co_await` in which a "{" or a "[" stands as well: GCC 12 destroys temporaries made there
/// twice. A block that the statement opens, as in `if (co_await f()) {`, does not count, and the statements
/// inside a lambda's body are looked at one by one.
std::vector<Finding> findBracedAwaits(const SourceFile &file);

} // namespace quayside::layering
