// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/eventsresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/eventhub.h"

namespace quayside {

HttpAction EventsResource::handle(const HttpRequest &request, const Route &, const Query &) const
{
    constexpr std::string_view type = "text/event-stream";
    if (request.method() == "HEAD") {
        HttpResponse response(200);
        response.addHeader("Content-Type", type);
        return response;
    }
    std::optional<std::string_view> lastId;
    if (request.hasHeader("last-event-id"))
        lastId = request.header("last-event-id");
    auto source = m_context.events.subscribe(lastId);
    if (!source) {
        HttpResponse response = errorAnswer(429, "TOOMANYREQUESTS", "too many event streams are open");
        response.addHeader("Retry-After", "10");
        return response;
    }
    HttpResponse response(200, std::move(source));
    response.addHeader("Content-Type", type);
    response.addHeader("Cache-Control", "no-store");
    return response;
}

} // namespace quayside
