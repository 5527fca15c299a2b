// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// `/v2/`, `/healthz` and the discovery of extensions.
class BaseResource
{
public:
    explicit BaseResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpResponse discover(const Route &route) const;

    const ApiContext &m_context;
};

} // namespace quayside
