// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/pages.h"

#include <QByteArray>

namespace quayside {

/// Readers of the specification's lists, `{"repositories": […]}` and `{"tags": […]}`. null and an absent
/// member are an empty list; equal names are kept once; names that break the grammar go to Page::invalid.
/// Errors: BadAnswer.
Result<RepositoryPage> readRepositoryPage(const QByteArray &body);
Result<TagPage> readTagPage(const QByteArray &body);
/// Reads an index of referrers. null is an empty list; what is no descriptor goes to Page::invalid.
/// Errors: BadAnswer, also for JSON that is no index.
Result<ReferrerPage> readReferrerPage(const QByteArray &body);

} // namespace quayside
