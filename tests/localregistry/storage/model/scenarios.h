// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "step.h"

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

} // namespace quayside::test
