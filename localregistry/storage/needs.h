// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/repository.h"

namespace quayside {

/// Which manifests of a repository need which content as their config, layer or child. (A subject is not
/// needed: what refers to it goes with it.)
struct Needs
{
    std::uint64_t revision = 0; ///< Repository::revision() before it was found out.
    std::map<Digest, std::vector<Digest>> neededBy;
};

/// What a manifest needs to be complete, each with its role; not its subject, and not layers that may stay
/// elsewhere.
struct ManifestReference
{
    Digest digest;
    ContentRole role;
    auto operator<=>(const ManifestReference &) const = default;
};
std::vector<ManifestReference> referencesOf(const Manifest &manifest);

/// Reads the manifest of a repository that has this digest.
using ManifestReader = std::function<Result<std::string>(const Digest &)>;

/// Everything that a manifest's bytes refer to. Of bytes that are no manifest this program understands
/// (Docker schema 1 in an old store): every text that reads like a digest.
std::vector<Digest> digestsIn(const std::string &bytes);
std::vector<Digest> digestsIn(const Manifest &manifest);

/// Starts from the manifests for which `keeps` is true; what they need keeps what it needs in turn.
/// Errors: those of `read`.
Result<Needs> findNeeds(const Repository &repository, const std::function<bool(const Digest &)> &keeps,
                        const ManifestReader &read);

} // namespace quayside
