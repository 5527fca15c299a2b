// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace quayside {

/// What a Range header asks of a body of a known size (RFC 9110, section 14).
struct ByteRange
{
    enum class Kind {
        Whole,         ///< No range, several, or one that cannot be read: the whole body is served.
        Part,          ///< `first` to `last`, both included.
        Unsatisfiable, ///< Nothing of it is there.
    };
    Kind kind = Kind::Whole;
    std::int64_t first = 0;
    std::int64_t last = 0;

    static ByteRange parse(std::string_view header, std::int64_t size);
};

/// Reads digits alone, at most 18 of them; negative for anything else.
std::int64_t parseOffset(std::string_view text);

} // namespace quayside
