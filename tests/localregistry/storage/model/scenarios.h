// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "step.h"

#include <iosfwd>

namespace quayside::test {

/// One line of the table of events of docs/storage-format.md: what happened before, and the step itself.
struct Scenario
{
    std::string name;
    std::vector<Step> before;
    Step step;
};

/// Every operation in every state that matters to it.
std::vector<Scenario> scenarios();
/// The name as googletest wants it: letters, digits and underscores.
std::string testName(const Scenario &scenario);
/// For googletest's messages.
void PrintTo(const Scenario &scenario, std::ostream *out);

} // namespace quayside::test
