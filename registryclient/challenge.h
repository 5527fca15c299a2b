// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace quayside {

/// One challenge of a WWW-Authenticate header (RFC 9110, section 11.6.1): how a registry wants to be logged
/// in to.
struct Challenge
{
    enum class Scheme {
        Unknown,
        Basic,
        Bearer, ///< The strongest: the password goes to the token server alone.
    };
    struct Parameter
    {
        QByteArray name; ///< In lower case.
        QByteArray value;
    };

    Scheme scheme = Scheme::Unknown;
    QByteArray name; ///< The scheme as the registry writes it.
    QList<Parameter> parameters;

    /// The value of `wanted` (in lower case); nothing if it is absent.
    std::optional<QByteArray> parameter(const QByteArray &wanted) const;
};

/// Every challenge of a header, or of several that were joined with commas. An empty header has none. Linear
/// in the header's length. Errors: BadAnswer when it does not follow the grammar, repeats a parameter, or is
/// longer than 16 KiB, 16 challenges or 32 parameters of one.
Result<QList<Challenge>> parseChallenges(const QByteArray &header);

/// The strongest challenge that this library can answer; nothing if there is no challenge at all. Errors:
/// those of parseChallenges(); Unsupported when every scheme is unknown.
Result<std::optional<Challenge>> strongestChallenge(const QByteArray &header);

} // namespace quayside
