// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/tag.h"

#include <QString>
#include <QVariant>

#include <vector>

namespace quayside {

/// Lists as one text, separated by spaces: neither tags nor digests contain any.
QString textOf(const std::vector<Tag> &tags);
QString textOf(const std::vector<Digest> &digests);
std::vector<Tag> tagsFromText(const QString &text);
std::vector<Digest> digestsFromText(const QString &text);

/// The value, or an empty one instead of a null string or null bytes: the columns are NOT NULL.
QVariant notNull(const QVariant &value);
/// "a, b" → "t.a, t.b".
QString qualified(QLatin1String table, QLatin1String columns);

} // namespace quayside
