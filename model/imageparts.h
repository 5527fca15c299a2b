// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "model/inuse.h"

#include <map>
#include <set>
#include <vector>

namespace quayside {

/// What an image consists of: its platforms, and what is in an index within it. As far as indexes were read;
/// pure.
std::set<Digest> partsOf(const RepositoryContent &content, const Digest &image);
/// The same of all tagged images that do not go.
std::set<Digest> partsOfStaying(const RepositoryContent &content, const std::set<Digest> &going);
/// Which indexes name what, for looking upward.
class ImageOwners
{
public:
    explicit ImageOwners(const RepositoryContent &content);

    /// The indexes that name it themselves.
    const std::vector<Digest> &naming(const Digest &part) const;
    /// Those, the indexes that name them, and so on.
    std::set<Digest> of(const Digest &part) const;

private:
    std::map<Digest, std::vector<Digest>> m_owners;
};
/// The images that a list protects: those that it names by digest or tag, the indexes that they are a part
/// of, and their own parts. `address`: RegistryAddress::display().
std::map<Digest, InUse::Source> imagesInUse(const RepositoryContent &content, const InUse &inUse,
                                            const QString &address, const RepositoryName &repository);

} // namespace quayside
