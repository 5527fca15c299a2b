// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/http.h"

#include <QDateTime>

#include <chrono>
#include <optional>

namespace quayside {

/// How often a request is sent again at most.
inline constexpr int maxRepeats = 3;

/// What Retry-After asks for: seconds or an HTTP date (RFC 9110, section 10.2.3); never negative, at most
/// `most`. Nothing if it is neither.
std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &header, const QDateTime &now,
                                                    std::chrono::milliseconds most);

/// Whether sending the request again is safe and may help. 429 says that nothing was done, so anything may be
/// repeated; after other failures only what changes nothing. A body that has begun to flow into a sink is not
/// begun anew.
bool isWorthRepeating(const ClientRequest &request, const Result<ClientReply> &outcome);

/// The wait before repetition `attempt` (from 0): doubles each time, with up to half of it as jitter.
std::chrono::milliseconds backoff(std::chrono::milliseconds first, int attempt);

} // namespace quayside
