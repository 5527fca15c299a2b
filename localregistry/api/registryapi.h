// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/baseresource.h"
#include "localregistry/api/blobresource.h"
#include "localregistry/api/contentresource.h"
#include "localregistry/api/eventsresource.h"
#include "localregistry/api/listresource.h"
#include "localregistry/api/manifestresource.h"
#include "localregistry/api/originrules.h"
#include "localregistry/api/statisticsresource.h"
#include "localregistry/api/trashresource.h"
#include "localregistry/api/uploadresource.h"
#include "localregistry/http/httphandler.h"

#include <string>
#include <vector>

namespace quayside {

/// The registry's HTTP API over a store: the OCI Distribution Specification 1.1, Docker Registry HTTP API V2,
/// and the extension `_quayside` (docs/http-api.md). Knows no sockets. All methods may be called from any
/// thread.
class RegistryApi final : public HttpHandler
{
public:
    struct Options
    {
        std::vector<std::string> allowedHosts; ///< See OriginRules.
        bool allowPurge = true;                ///< What is in the trash may be removed for good.
    };

    /// `store` and `events` must outlive it.
    RegistryApi(Store &store, EventHub &events, Options options);

    HttpAction handle(const HttpRequest &request) override;
    HttpResponse protocolError(int status, std::string_view message) const override;
    std::string_view commonHeaders() const override;

private:
    /// Its answer would hold up the connection's thread until a repository, or all of them, are loaded.
    bool waitsForIndex(const Route &route) const;
    HttpAction dispatch(const HttpRequest &request, const Route &route, const Query &query) const;

    ApiContext m_context;
    const Permissions m_permissions;
    OriginRules m_originRules;
    BaseResource m_base;
    ListResource m_lists;
    ManifestResource m_manifests;
    BlobResource m_blobs;
    UploadResource m_uploads;
    TrashResource m_trash;
    ContentResource m_content;
    StatisticsResource m_statistics;
    EventsResource m_events;
};

} // namespace quayside
