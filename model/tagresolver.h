// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <stop_token>

namespace quayside {

/// Tags resolved so far, and in total.
using ResolveProgress = std::function<void(qint64 done, qint64 total)>;

/// What every tag of a repository names now: the whole list is read and each tag resolved; a Quayside
/// registry tells all of it in one list, with children and subjects. A delete is planned with this, and it is
/// read again right before the first DELETE. Errors: those of RegistryClient::contentList(), listTags() and
/// headManifest(). A list that is cut, or has names that are no tags, is one of them: what is not known might
/// share an image.
QCoro::Task<Result<RepositoryContent>> resolveAllTags(std::shared_ptr<RegistryClient> client,
                                                      RepositoryName repository, ResolveProgress progress,
                                                      std::stop_token stop);

} // namespace quayside
