// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <set>
#include <stop_token>

namespace quayside {

/// What a delete would take, by what is known of the repository so far.
using WhatGoes = std::function<std::set<Digest>(const RepositoryContent &content)>;

/// Asks the registry's referrers API what is attached to what goes, then to what goes along with it, until
/// nothing new is found. Returns `content` with it. A list is only a hint: what it names is read, and counts
/// as attached if its own bytes say so. If one list cannot be read nothing is added, and nothing beyond
/// 10,000 names and 32 rounds: RepositoryContent::attachedUnknown says so. A registry without that API has
/// fallback tags, which are known. Errors: Cancelled.
QCoro::Task<Result<RepositoryContent>> readReferrers(std::shared_ptr<RegistryClient> client,
                                                     RepositoryName repository, RepositoryContent content,
                                                     WhatGoes whatGoes, std::stop_token stop);

} // namespace quayside
