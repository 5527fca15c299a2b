// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/statisticsresource.h"

#include "localregistry/api/answers.h"
#include "localregistry/api/jsonvalues.h"
#include "localregistry/storage/store.h"

namespace quayside {

/// A job, as it waits until the whole store is loaded.
HttpAction StatisticsResource::handle(const HttpRequest &, const Route &, const Query &) const
{
    return HttpJob([&store = m_context.store, start = m_start]() -> HttpAction {
        const StoreStatistics found = store.statistics();
        const auto uptime =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start);
        const Json json{{"repositories", found.repositories}, {"tags", found.tags},
                        {"manifests", found.manifests},       {"blobs", found.blobs},
                        {"bytesStored", found.bytesStored},   {"bytesDeduplicated", found.bytesDeduplicated},
                        {"bytesInTrash", found.bytesInTrash}, {"uptimeSeconds", uptime.count()},
                        {"version", QUAYSIDE_VERSION}};
        return jsonAnswer(200, dumpJson(json));
    });
}

} // namespace quayside
