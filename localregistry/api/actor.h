// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httprequest.h"
#include "localregistry/storage/storetypes.h"

namespace quayside {

/// Who sent a request, by its User-Agent; for display only.
inline Actor actorOf(const HttpRequest &request)
{
    const std::string_view agent = request.header("user-agent");
    if (agent.starts_with("quaysidectl"))
        return {"ctl", {}};
    if (equalsIgnoringCase(agent.substr(0, 8), "quayside"))
        return {"desktop", {}};
    return {"api", {}};
}

} // namespace quayside
