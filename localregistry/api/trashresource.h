// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// The trash of the extension `_quayside`: list, restore, purge.
class TrashResource
{
public:
    explicit TrashResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpAction list(const Route &route, const Query &query) const;
    HttpAction purge(const HttpRequest &request, const Route &route, const Query &query) const;
    HttpAction restore(const HttpRequest &request, const Route &route, const Query &query) const;

    const ApiContext &m_context;
};

} // namespace quayside
