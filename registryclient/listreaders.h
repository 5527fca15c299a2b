// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/extension.h"

#include <QByteArray>

#include <optional>

namespace quayside {

/// Readers of the `_quayside` extension's JSON (docs/http-api.md). Errors: BadAnswer. A row without its
/// required fields is an error too: the registry claims to speak this format.
Result<ContentRowPage> readContentPage(const QByteArray &body);
Result<TrashRowPage> readTrashPage(const QByteArray &body);
Result<RestoreOutcome> readRestoreOutcome(const QByteArray &body);
/// Nothing for an event that this version does not know or that has no valid repository.
std::optional<RegistryEvent> readEvent(const QByteArray &data);

/// Readers of the lists of the OCI Distribution Specification: `{"repositories": […]}`, `{"tags": […]}`. null
/// and an absent member are an empty list. Errors: BadAnswer.
Result<RepositoryPage> readRepositoryPage(const QByteArray &body);
Result<TagPage> readTagPage(const QByteArray &body);

/// Whether `_oci/ext/discover` names the `_quayside` extension.
bool namesQuayside(const QByteArray &body);

} // namespace quayside
