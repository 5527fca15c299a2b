// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// `/v2/<name>/manifests/<reference>`: read, push, delete.
class ManifestResource
{
public:
    explicit ManifestResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpAction read(const HttpRequest &request, const Route &route) const;
    HttpAction put(const HttpRequest &request, const Route &route, const Query &query) const;
    HttpAction remove(const HttpRequest &request, const Route &route) const;

    const ApiContext &m_context;
};

} // namespace quayside
