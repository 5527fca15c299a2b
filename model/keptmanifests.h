// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <vector>

namespace quayside {

/// The exact bytes of manifests and of everything below them, read for the journal.
struct KeptManifests
{
    std::map<Digest, RawManifest> manifests;
    std::map<Digest, Error> errors;
    /// Of each index: the children that its bytes name.
    std::map<Digest, std::vector<Digest>> named;

    /// The children that the registry has: an index may name platforms that were never pushed.
    std::vector<Digest> children(const Digest &index) const;
    /// Everything below a manifest.
    std::set<Digest> below(const Digest &digest) const;
    /// Why a manifest, or one below it, could not be read. A child that is not there is no such reason.
    std::optional<Error> problem(const Digest &digest) const;
};

/// The children that an index's bytes name; none if they cannot be read.
std::vector<Digest> childrenOf(const RawManifest &raw);

/// How much a delete may have to keep: who pushes images decides what is in them.
struct KeepLimits
{
    int levels = 32;             ///< Of indexes within indexes.
    std::size_t below = 100'000; ///< Manifests that only indexes name.
    qint64 bytes =
        qint64(512) * 1024 * 1024; ///< Of all manifests; they are in memory, and in the journal then.
};

/// Reads them. What could not be read, or is beyond the limits (TooLarge), is in KeptManifests::errors.
QCoro::Task<KeptManifests> readManifests(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                         std::set<Digest> digests, std::stop_token stop,
                                         KeepLimits limits = {});

} // namespace quayside
