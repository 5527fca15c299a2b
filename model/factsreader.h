// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/imagefacts.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <memory>
#include <stop_token>
#include <vector>

namespace quayside {

/// Reads what a row shows of one image: its manifest, of an index also the manifest of this computer's
/// platform, and the config. Up to three GETs, in the background; only where they do not count as pulls.
QCoro::Task<Result<ImageFacts>> readImageFacts(std::shared_ptr<RegistryClient> client,
                                               RepositoryName repository, Digest digest,
                                               std::stop_token stop);

/// The facts that a row of a Quayside registry's list tells. The size of an index is that of all platforms.
ImageFacts factsOf(const ContentRow &row, const QDateTime &now);

/// The child of an index to show the size of: that of this computer, else the first with a platform.
/// Null if there is none.
const Descriptor *preferredChild(const Manifest &index);

/// Whether a child of an index is an attestation of BuildKit's instead of a platform.
bool isAttestation(const Descriptor &child);

} // namespace quayside
