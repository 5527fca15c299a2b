// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/registryclient.h"

#include <QStringList>

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

namespace quayside::test {

/// An image that looks like a real one in lists. Its layers are of the kind whose content may stay elsewhere,
/// so that sizes cost no bytes; registries that want every layer refuse it.
struct DemoImage
{
    QString repository;
    QStringList tags;
    QStringList architectures; ///< More than one makes an index.
    qint64 bytes = 0;          ///< Of all layers of one platform.
    std::chrono::hours age{0}; ///< Since it was pushed; it was built an hour before.
};

/// What the pictures show.
std::vector<DemoImage> teamImages();
std::vector<DemoImage> localImages();

/// How far the clock of a registry is behind, in seconds: what is pushed meanwhile has been there for long.
using ClockLag = std::atomic<std::int64_t>;

/// Pushes them, each at its time; false at the first that is refused. Runs the event loop.
bool pushDemo(const std::shared_ptr<RegistryClient> &client, const std::vector<DemoImage> &images,
              ClockLag &lag);

} // namespace quayside::test
