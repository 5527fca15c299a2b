// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/layering/finding.h"

namespace quayside::layering {

/// #includes that docs/architecture.md, "Who may depend on whom", does not allow. Tests may include anything.
std::vector<Finding> findForbiddenIncludes(const SourceFile &file);

/// Targets in a folder's CMakeLists.txt that it may not link.
std::vector<Finding> findForbiddenLinks(const SourceFile &file);

} // namespace quayside::layering
