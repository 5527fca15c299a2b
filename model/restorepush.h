// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/restoregraph.h"
#include "model/restorestep.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <set>
#include <stop_token>

namespace quayside {

/// How one manifest of a graph ended. Called once for each.
using ManifestRestored = std::function<void(std::size_t index, const ItemRestoreResult &result)>;

/// Brings back what the registry has lost of the graph's blobs, as far as it can.
using SupplyContent = std::function<QCoro::Task<Result<void>>(std::set<ContentName> missing)>;

/// Pushes kept manifests again, on any registry. First everything that they need is looked for, and what
/// lacks something, and does not get it from `supply` either, is refused with the names of what is missing;
/// only then the rest goes back: platforms, images, tags, what is attached. `stop` ends it after what was
/// begun; `gone` says that nobody listens any more.
QCoro::Task<> pushBack(std::shared_ptr<RegistryClient> client, std::shared_ptr<const RestoreGraph> graph,
                       SupplyContent supply, ManifestRestored restored, std::stop_token stop,
                       std::stop_token gone);

} // namespace quayside
