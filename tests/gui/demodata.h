// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/registryclient.h"

#include <QStringList>

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
    int daysOld = 0;
};

/// What the pictures show.
std::vector<DemoImage> teamImages();
std::vector<DemoImage> localImages();

/// Pushes them; false at the first that is refused. Runs the event loop.
bool pushDemo(const std::shared_ptr<RegistryClient> &client, const std::vector<DemoImage> &images);

} // namespace quayside::test
