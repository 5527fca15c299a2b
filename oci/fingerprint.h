// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <compare>
#include <string>
#include <string_view>

namespace quayside {

/// The SHA-256 of a certificate's DER form: what people compare before they trust it.
class Fingerprint
{
public:
    /// Takes what tools print: 64 hexadecimal digits in either case, in pairs with colons between or without;
    /// in front may stand "SHA-256", "SHA256" or "sha256 Fingerprint=". Errors: InvalidInput.
    static Result<Fingerprint> parse(std::string_view text);

    /// "9A:41:…", the one form in which it is shown and kept.
    const std::string &toString() const { return m_text; }
    auto operator<=>(const Fingerprint &) const = default;

private:
    explicit Fingerprint(std::string text)
        : m_text(std::move(text))
    {}
    std::string m_text;
};

} // namespace quayside
