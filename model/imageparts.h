// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "model/inuse.h"

#include <map>
#include <set>

namespace quayside {

/// What an image consists of: its platforms, and what is in an index within it. As far as indexes were read;
/// pure.
std::set<Digest> partsOf(const RepositoryContent &content, const Digest &image);
/// The same of all tagged images that do not go.
std::set<Digest> partsOfStaying(const RepositoryContent &content, const std::set<Digest> &going);
/// The images that a list protects: those that it names by digest or tag, the indexes that they are a part
/// of, and their own parts. `address`: RegistryAddress::display().
std::map<Digest, InUse::Source> imagesInUse(const RepositoryContent &content, const InUse &inUse,
                                            const QString &address, const RepositoryName &repository);

} // namespace quayside
