// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

namespace quayside {

/// `/v2/<name>/blobs/uploads/…`: upload sessions, uploads in one request, mounts.
class UploadResource
{
public:
    explicit UploadResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpAction start(const HttpRequest &request, const RepositoryName &repository, const Query &query) const;
    HttpAction mount(const RepositoryName &repository, std::string_view digest, const Query &query) const;
    HttpAction append(const HttpRequest &request, const Route &route) const;
    HttpAction commit(const HttpRequest &request, const Route &route, const Query &query) const;
    HttpAction status(const Route &route) const;
    HttpAction cancel(const Route &route) const;

    const ApiContext &m_context;
};

} // namespace quayside
