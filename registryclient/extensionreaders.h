// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/extension.h"

#include <QByteArray>

#include <optional>

namespace quayside {

/// Readers of the `_quayside` extension's JSON (docs/http-api.md). Errors: BadAnswer, also for a row without
/// its required fields: the registry claims to speak this format.
Result<ContentRowPage> readContentPage(const QByteArray &body);
Result<TrashRowPage> readTrashPage(const QByteArray &body);
Result<RestoreOutcome> readRestoreOutcome(const QByteArray &body);
/// Nothing for an event that this version does not know or that has no valid repository.
std::optional<RegistryEvent> readEvent(const QByteArray &data);
/// The extension, if the answer of `_oci/ext/discover` names it.
std::optional<QuaysideExtension> readDiscovery(const QByteArray &body);

} // namespace quayside
