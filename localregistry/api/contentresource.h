// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// `/v2/<name>/_quayside/content/list`: every live manifest of a repository; and `/tags/history`: what a tag
/// has named.
class ContentResource
{
public:
    explicit ContentResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpResponse list(const Route &route, const Query &query) const;
    HttpAction history(const Route &route, const Query &query) const;

    const ApiContext &m_context;
};

} // namespace quayside
