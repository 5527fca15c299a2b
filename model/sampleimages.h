// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <QByteArray>

#include <vector>

namespace quayside {

/// One manifest to push, with the blobs that it needs. Pushed in the order of sampleImages().
struct SampleImage
{
    struct Blob
    {
        Digest digest;
        QByteArray bytes;
    };
    RepositoryName repository;
    std::vector<Blob> blobs;
    Digest digest; ///< Of the manifest.
    MediaType mediaType;
    QByteArray manifest;
    std::vector<Tag> tags;
};

/// `demo/hello`: two platforms under `1.0` and `latest`, with an SBOM attached. `demo/shop`: four versions
/// that share layers. The same bytes each time.
std::vector<SampleImage> sampleImages();

} // namespace quayside
