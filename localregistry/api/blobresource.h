// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"
#include "oci/digest.h"

namespace quayside {

/// `/v2/<name>/blobs/<digest>`: read whole or in part, delete.
class BlobResource
{
public:
    explicit BlobResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    HttpAction head(const HttpRequest &request, const RepositoryName &repository, const Digest &digest) const;
    HttpAction get(const HttpRequest &request, const RepositoryName &repository, const Digest &digest) const;
    HttpAction remove(const HttpRequest &request, const RepositoryName &repository,
                      const Digest &digest) const;

    const ApiContext &m_context;
};

} // namespace quayside
