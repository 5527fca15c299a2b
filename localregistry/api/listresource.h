// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// `/v2/_catalog`, `/v2/<name>/tags/list` and `/v2/<name>/referrers/<digest>`.
class ListResource
{
public:
    explicit ListResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpResponse catalog(const Query &query) const;
    HttpResponse tags(const RepositoryName &repository, const Query &query) const;
    HttpResponse referrers(const Route &route, const Query &query) const;

    const ApiContext &m_context;
};

} // namespace quayside
