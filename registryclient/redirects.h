// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/http.h"

namespace quayside {

inline constexpr int maxRedirects = 10;

/// Whether the answer asks to go elsewhere: 301, 302, 303, 307 or 308 with a Location.
bool isRedirect(const ClientReply &reply);

/// The request that follows a redirect. Authorization goes along only to the same scheme, host and port; what
/// changes something (any method but GET and HEAD) is repeated only there, and only for 307 and 308. Errors:
/// BadAnswer when the redirect may not be followed (from https to http, no http at all, user info).
Result<ClientRequest> followed(ClientRequest request, const ClientReply &reply);

} // namespace quayside
