// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/paging.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/percentcoding.h"

#include <algorithm>

namespace quayside {

std::optional<PageRequest> PageRequest::parse(const Query &query, std::size_t most)
{
    PageRequest page;
    page.last = query.value("last").value_or("");
    page.limit = most;
    const auto text = query.value("n");
    if (!text)
        return page;
    if (text->empty() || text->find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::size_t number = 0;
    for (const char c : *text)
        number = std::min(most, number * 10 + static_cast<std::size_t>(c - '0'));
    page.limit = number;
    return page;
}

HttpResponse badPageSize()
{
    return errorAnswer(400, "UNSUPPORTED", "n must be a number that is not negative");
}

void addNextLink(HttpResponse &response, std::string_view target)
{
    std::string link = "<";
    link.append(target).append(">; rel=\"next\"");
    response.addHeader("Link", link);
}

void addNextLink(HttpResponse &response, std::string_view path, const PageRequest &page,
                 std::string_view last)
{
    std::string target(path);
    target.append("?n=").append(std::to_string(page.limit)).append("&last=").append(percentEncode(last));
    addNextLink(response, target);
}

} // namespace quayside
