// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "step.h"

#include <ostream>

namespace quayside::test {

/// A store in a state in which changes concern one another, and those changes.
struct Ground
{
    std::string name; ///< Of letters alone.
    std::vector<Step> before;
    std::vector<Step> steps;
};

/// For googletest's messages.
inline void PrintTo(const Ground &ground, std::ostream *out)
{
    *out << ground.name;
}

/// For every lock of docs/storage-format.md a ground on which two changes go wrong without it.
std::vector<Ground> grounds();

} // namespace quayside::test
