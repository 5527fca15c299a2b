// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/storetypes.h"
#include "localregistry/storage/stringpool.h"

#include <functional>

namespace quayside {

/// The largest manifest that is taken or served (OCI Distribution Specification, "Pushing Manifests": at
/// least 4 MiB).
inline constexpr std::size_t maxManifestSize = std::size_t(4) << 20;
/// Indexes within indexes, counted from the outermost: pushed no deeper, followed no further.
inline constexpr int maxIndexDepth = 32;

/// What the index in memory keeps of a manifest. Immutable and shared; small, because there is one per
/// manifest of the whole store: texts and their lists are the pool's, rare fields are on the heap.
struct ManifestRecord
{
    const std::string *mediaType = nullptr;
    const std::string *artifactType = nullptr;
    std::int64_t size = 0;
    std::int64_t downloadSize = 0;
    Timestamp pushed;
    std::optional<Timestamp> built;
    const std::vector<std::string> *platforms = nullptr;
    std::vector<Digest> children;
    std::unique_ptr<const Digest> subject;
    std::unique_ptr<const std::map<std::string, std::string>> annotations;

    /// Without its tags.
    ManifestInfo toInfo(const Digest &digest) const;
};

/// Reads a manifest or config of the store by its digest; nothing if it is missing or too large.
using ContentReader = std::function<std::optional<std::string>(const Digest &)>;

/// Sizes, platforms and build time come from the manifest's config; of an index from its children.
std::shared_ptr<const ManifestRecord> makeManifestRecord(const Manifest &manifest, Timestamp pushed,
                                                         StringPool &strings, const ContentReader &read);
/// For bytes that are no manifest this program understands (Docker schema 1 in an old store): served as they
/// are.
std::shared_ptr<const ManifestRecord> makeOpaqueRecord(const std::string &bytes, Timestamp pushed,
                                                       StringPool &strings);

} // namespace quayside
