// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/restoregraph.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <set>
#include <stop_token>

namespace quayside {

/// What of these a registry does not have any more. Of each blob one byte is read: HEAD, and even the status
/// of GET, may promise what a garbage collection has removed. Changes nothing. `looked` is called after each one.
/// Errors: those of RegistryClient::blobReadable() and headManifest().
QCoro::Task<Result<std::set<ContentName>>> missingContent(std::shared_ptr<RegistryClient> client,
                                                          std::set<ContentName> blobs,
                                                          std::set<ContentName> manifests,
                                                          std::stop_token stop,
                                                          std::function<void()> looked = {});

} // namespace quayside
