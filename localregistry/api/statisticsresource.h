// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/apicontext.h"
#include "localregistry/api/query.h"
#include "localregistry/api/router.h"
#include "localregistry/http/httphandler.h"

#include <chrono>

namespace quayside {

/// `/v2/_quayside/store/stats`: how much the store holds.
class StatisticsResource
{
public:
    explicit StatisticsResource(const ApiContext &context)
        : m_context(context)
    {}
    HttpAction handle(const HttpRequest &request, const Route &route, const Query &query) const;

private:
    const ApiContext &m_context;
    const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace quayside
