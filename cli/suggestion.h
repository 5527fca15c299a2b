// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"

#include <QString>

#include <optional>
#include <vector>

namespace quayside {

/// The name among `known` that somebody who typed `typed` may have meant: at most two letters were added,
/// left out, replaced or swapped, and no more than a third of them. The nearest counts, of equals the first.
std::optional<RepositoryName> suggestion(const RepositoryName &typed,
                                         const std::vector<RepositoryName> &known);

/// "no repository team/apii on harbor.example. Did you mean team/api?"
QString noRepositoryText(const QString &host, const QString &typed, const std::vector<RepositoryName> &known);

} // namespace quayside
