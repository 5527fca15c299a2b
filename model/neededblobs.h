// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/manifest.h"

#include <QtGlobal>

#include <map>

namespace quayside {

/// What a registry must have for a manifest, with the sizes in bytes that its descriptors say: the config and
/// the layers, but not foreign layers, which live elsewhere. Empty for an index.
std::map<Digest, qint64> neededBlobs(const Manifest &manifest);

} // namespace quayside
