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

} // namespace quayside
