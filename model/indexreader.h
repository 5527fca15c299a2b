// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <memory>
#include <stop_token>
#include <vector>

namespace quayside {

/// Reads every index of a repository, those within indexes too, and what nobody knows the kind of: an image
/// may go along with another one only if no index names it. Returns `content` with their children. What
/// cannot be read, or is more than 32 levels deep, leaves RepositoryContent::indexesComplete false; so do
/// more than 10,000 indexes within indexes or a million children in all. Errors: Cancelled.
QCoro::Task<Result<RepositoryContent>> readIndexes(std::shared_ptr<RegistryClient> client,
                                                   RepositoryName repository, RepositoryContent content,
                                                   std::stop_token stop);

/// Reads what lists of referrers name, and the indexes within it: what it is attached to and its children
/// come into `content`. What cannot be read leaves RepositoryContent::indexesComplete false, or
/// attachedUnknown true if it is surely no index. Errors: Cancelled.
QCoro::Task<Result<RepositoryContent>> readListed(std::shared_ptr<RegistryClient> client,
                                                  RepositoryName repository, RepositoryContent content,
                                                  std::vector<Digest> listed, std::stop_token stop);

/// Whether a manifest is an index, or may be one for all that is known.
bool mayBeIndex(const RepositoryContent &content, const Digest &digest);

} // namespace quayside
