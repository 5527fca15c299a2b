// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace quayside {

/// A tag: a letter, digit or "_", then up to 127 letters, digits, ".", "_" or "-"
/// (OCI Distribution Specification, "Pulling manifests").
class Tag
{
public:
    static constexpr std::size_t maxLength = 128;

    /// Errors: InvalidInput, with the reason.
    static Result<Tag> parse(std::string_view text);

    const std::string &toString() const { return m_text; }
    auto operator<=>(const Tag &) const = default;

private:
    explicit Tag(std::string_view text)
        : m_text(text)
    {}
    std::string m_text;
};

} // namespace quayside

template <>
struct std::hash<quayside::Tag>
{
    std::size_t operator()(const quayside::Tag &tag) const noexcept
    {
        return std::hash<std::string>{}(tag.toString());
    }
};
