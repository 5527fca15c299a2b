// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace quayside {

/// A repository's name within a registry, e.g. "team/api".
/// Grammar (OCI Distribution Specification, "Pulling manifests"): path components joined by "/"; a component
/// is lower-case letters and digits, joined by ".", "_", "__" or any number of "-". At most 255 bytes.
class RepositoryName
{
public:
    static constexpr std::size_t maxLength = 255;

    /// Errors: InvalidInput, with the reason.
    static Result<RepositoryName> parse(std::string_view text);

    const std::string &toString() const { return m_text; }
    auto operator<=>(const RepositoryName &) const = default;

private:
    explicit RepositoryName(std::string_view text)
        : m_text(text)
    {}
    std::string m_text;
};

} // namespace quayside

template <>
struct std::hash<quayside::RepositoryName>
{
    std::size_t operator()(const quayside::RepositoryName &name) const noexcept
    {
        return std::hash<std::string>{}(name.toString());
    }
};
