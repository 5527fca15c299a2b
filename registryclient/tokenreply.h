// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/tokenscope.h"

#include <QByteArray>

#include <chrono>
#include <optional>

namespace quayside {

/// A token as a token server hands it out.
struct TokenReply
{
    QByteArray token; ///< Visible ASCII.
    /// Counted from the answer: 60 s if the server says nothing or less, 24 h at most.
    std::chrono::seconds lifetime{60};
    /// What the token grants by its own words, which nobody has verified; nothing if it does not tell. Good
    /// for hints, never for decisions: the registry decides.
    std::optional<TokenScope> granted;
};

/// Reads `{"token" or "access_token", "expires_in"}` (Distribution, "Token Authentication Specification" and
/// "OAuth2 Token Authentication"). Errors: BadAnswer.
Result<TokenReply> readTokenReply(const QByteArray &body);

} // namespace quayside
