// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// `/v2/_quayside/store/events`: what happens in the store, as a stream.
class EventsResource
{
public:
    explicit EventsResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    const ApiContext &m_context;
};

} // namespace quayside
