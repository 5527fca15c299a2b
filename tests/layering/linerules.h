// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/layering/finding.h"

namespace quayside::layering {

/// A missing SPDX line at the file's head.
std::vector<Finding> findMissingLicense(const SourceFile &file);

/// Names that the rules of docs/architecture.md keep out: singletons, nested event loops, blocking waits,
/// sleeps, rich text.
std::vector<Finding> findForbiddenNames(const SourceFile &file);

} // namespace quayside::layering
