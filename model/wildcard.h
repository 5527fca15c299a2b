// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace quayside {

/// Whether the whole text matches a pattern in which * stands for any text and ? for one character.
/// Linear in the text for each * of the pattern; patterns never run as regular expressions.
bool matchesWildcard(std::string_view pattern, std::string_view text);

} // namespace quayside
