// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/storeprivate.h"

namespace quayside {

StoreStatistics Store::statistics() const
{
    struct Data
    {
        std::int64_t size = 0;
        bool isLive = false;
    };
    StoreStatistics result;
    std::map<Digest, Data> data;
    std::int64_t linked = 0;
    d->repositories->visitFrom({}, [&](const Repository &repository) {
        const auto manifests = repository.countManifests();
        result.repositories += manifests > 0 ? 1 : 0;
        result.manifests += manifests;
        result.tags += repository.liveTagCount();
        repository.visitData([&](const Digest &digest, std::int64_t size, bool isLive) {
            auto &entry = data[digest];
            entry.size = size;
            entry.isLive = entry.isLive || isLive;
            linked += size;
        });
        return true;
    });
    for (const auto &[digest, entry] : data) {
        result.blobs += entry.isLive ? 1 : 0;
        result.bytesStored += entry.size;
        result.bytesInTrash += entry.isLive ? 0 : entry.size;
    }
    result.bytesDeduplicated = linked - result.bytesStored;
    return result;
}

} // namespace quayside
