// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/http.h"

#include <string>
#include <string_view>

namespace quayside {

/// The Error for an answer that is no success. `subject` says what was asked for, e.g. "team/api:1.4".
/// 400 InvalidInput, 401 Unauthorized, 403 Forbidden, 404 NotFound, 405 Unsupported, 408 Timeout, 409, 412
/// and 416 Conflict, 413 TooLarge, 429 TooManyRequests, 507 NoSpace, a redirect BadAnswer, everything else
/// Server. `code` and `message` come from the first entry of the registry's error body, if it sent one.
Error replyError(const ClientReply &reply, std::string_view subject);

/// Whether the answer is a web page: a captive portal, or something that is no registry.
bool isWebPage(const ClientReply &reply);

/// For a success whose body cannot be used: NotARegistry for a web page, else BadAnswer with `why`.
Error badAnswer(const ClientReply &reply, std::string_view subject, std::string_view why);

} // namespace quayside
