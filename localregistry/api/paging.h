// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/query.h"
#include "localregistry/http/httpresponse.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quayside {

/// The part of a list that a request asks for.
struct PageRequest
{
    std::size_t limit = 0;
    std::string last; ///< The page begins strictly after it.

    /// Reads `n` and `last`. Without `n`, and for more than it, the limit is `most`. Nothing if `n` is not a
    /// number.
    static std::optional<PageRequest> parse(const Query &query, std::size_t most);
};

/// The answer to an `n` that is no number.
HttpResponse badPageSize();
/// Adds `Link: <target>; rel="next"`. `target` is encoded already.
void addNextLink(HttpResponse &response, std::string_view target);
/// The same for `path?n=&last=`.
void addNextLink(HttpResponse &response, std::string_view path, const PageRequest &page,
                 std::string_view last);

} // namespace quayside
