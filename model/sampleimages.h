// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <QByteArray>

#include <vector>

namespace quayside {

/// One thing to push: its bytes, and the tags it gets. Blobs come before the manifests that name them.
struct SampleManifest
{
    RepositoryName repository;
    MediaType mediaType;
    Digest digest;
    QByteArray bytes;
    std::vector<Tag> tags; ///< Empty for platform images and attached artifacts.
};

struct SampleBlob
{
    RepositoryName repository;
    Digest digest;
    QByteArray bytes;
};

/// Small real images to try things on, the same bytes each time: demo/hello is a multi-platform image with
/// the tags 1.0 and latest and an attached SBOM, demo/shop has four versions that share layers.
struct SampleImages
{
    std::vector<SampleBlob> blobs;
    std::vector<SampleManifest> manifests; ///< In the order to push them.

    static SampleImages make();
};

} // namespace quayside
