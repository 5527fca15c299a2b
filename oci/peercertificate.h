// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/fingerprint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quayside {

/// A certificate that a server showed and that was not accepted. Its text is the server's own: untrusted.
struct PeerCertificate
{
    /// The one reason that is told. Trust comes first: only a certificate that could be trusted is worth
    /// calling expired or wrong.
    enum class Problem { UnknownIssuer, SelfSigned, Expired, NotYetValid, WrongName };

    Problem problem = Problem::UnknownIssuer;
    Fingerprint fingerprint;
    std::vector<std::string> names; ///< The hosts and addresses that it was made for.
    std::string issuer;             ///< The name that its issuer gives itself.
    std::int64_t validFrom = 0;     ///< Seconds since 1970, UTC.
    std::int64_t validUntil = 0;    ///< Likewise.
};

} // namespace quayside
