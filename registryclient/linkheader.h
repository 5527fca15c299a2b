// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QByteArray>
#include <QUrl>

#include <optional>

namespace quayside {

/// The target of the first link with rel="next" in a Link header (RFC 8288, section 3); nothing if there is
/// none or the header does not follow the grammar up to there. Linear in the header's length.
std::optional<QByteArray> nextLink(const QByteArray &header);

/// Where the target of a Link or Location header leads, seen from the request that was answered with it.
/// Registries behind a proxy that ends TLS write http: a target that differs in the scheme alone keeps the
/// request's. Errors: BadAnswer for another host or port, user info, or no http address.
Result<QUrl> resolveOnOrigin(const QUrl &request, const QByteArray &target);

/// The next page of a list: resolveOnOrigin(), and a prefix of the path that was lost or added (Artifactory,
/// Nexus) is put right as long as both paths agree from "/v2/" on.
Result<QUrl> resolveNextPage(const QUrl &request, const QByteArray &target);

} // namespace quayside
