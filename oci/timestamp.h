// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace quayside {

/// A point in time with a resolution of one second, UTC.
using Timestamp = std::chrono::sys_seconds;

/// Parses an RFC 3339 date and time ("2026-11-25T09:12:00Z", fractions and offsets allowed; fractions are cut
/// off). Returns nothing for anything else.
std::optional<Timestamp> parseRfc3339(std::string_view text);
/// "2026-11-25T09:12:00Z".
std::string formatRfc3339(Timestamp time);

} // namespace quayside
