// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/restoregraph.h"
#include "model/restorestep.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <stop_token>

namespace quayside {

/// How one manifest of a graph ended. Called once for each.
using ManifestRestored = std::function<void(std::size_t index, const ItemRestoreResult &result)>;

/// Pushes kept manifests again, on any registry. First everything that they need is looked for, and what lacks
/// something is refused with the names of what is missing; only then the rest goes back: platforms, images,
/// tags, what is attached. `stop` ends it after what was begun; `gone` says that nobody listens any more.
QCoro::Task<> pushBack(std::shared_ptr<RegistryClient> client, std::shared_ptr<const RestoreGraph> graph,
                       ManifestRestored restored, std::stop_token stop, std::stop_token gone);

} // namespace quayside
