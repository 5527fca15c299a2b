// SPDX-License-Identifier: Apache-2.0
#include "model/neededblobs.h"

namespace quayside {

std::map<Digest, qint64> neededBlobs(const Manifest &manifest)
{
    std::map<Digest, qint64> blobs;
    if (manifest.config())
        blobs.emplace(manifest.config()->digest, manifest.config()->size);
    for (const Descriptor &layer : manifest.layers()) {
        if (!layer.mediaType.isNondistributableLayer() || layer.urls.empty())
            blobs.emplace(layer.digest, layer.size);
    }
    return blobs;
}

} // namespace quayside
