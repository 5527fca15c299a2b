// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quayside {

/// Decodes %XX once. Nothing for a "%" that two hex digits do not follow. A "+" stays a "+": no value of this
/// API has a space, and media types have pluses.
std::optional<std::string> percentDecode(std::string_view text);
/// Encodes everything but the unreserved characters (RFC 3986, section 2.3) and "/" and ":".
std::string percentEncode(std::string_view text);

} // namespace quayside
