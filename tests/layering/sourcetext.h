// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace quayside::layering {

/// The C++ text with comments and the contents of string and character literals replaced by spaces. Offsets
/// and lines stay the same.
std::string withoutCommentsAndLiterals(std::string_view text);

/// The same without preprocessor directives.
std::string withoutDirectives(std::string text);

} // namespace quayside::layering
