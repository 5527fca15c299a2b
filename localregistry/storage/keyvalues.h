// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quayside {

/// The `key=value` lines of the store's own files, in order. Keys that a version does not know stay in place,
/// so an older program can rewrite a file without losing what a newer one put there.
class KeyValues
{
public:
    /// Errors: InvalidInput for a line without "=", Unsupported unless the first line is `v=1`.
    static Result<KeyValues> parse(std::string_view text);
    /// Just `v=1`.
    KeyValues();

    std::optional<std::string> value(std::string_view key) const;
    /// Replaces or appends. Control characters in the value become spaces: a value is one line.
    void set(std::string_view key, std::string_view value);
    void remove(std::string_view key);
    /// All keys and values but the version.
    std::span<const std::pair<std::string, std::string>> lines() const
    {
        return std::span(m_lines).subspan(1);
    }
    std::string toString() const;

private:
    std::vector<std::pair<std::string, std::string>> m_lines;
};

} // namespace quayside
