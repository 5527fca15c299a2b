// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <map>
#include <memory>
#include <set>
#include <stop_token>

namespace quayside {

/// The images that got a tag which is not among `known`, with the first such tag. Reads the list of tags and
/// resolves the new ones. Known tags are not resolved again: one that was moved onto another image since is
/// not noticed here.
/// Errors: those of RegistryClient::listTags() and headManifest(); an incomplete list is one of them.
QCoro::Task<Result<std::map<Digest, Tag>>> newlyTagged(std::shared_ptr<RegistryClient> client,
                                                       RepositoryName repository, std::set<Tag> known,
                                                       std::stop_token stop);

} // namespace quayside
