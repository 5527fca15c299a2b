// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace quayside {

/// A tar archive (POSIX ustar) of one file, with all its fields fixed: equal contents give equal bytes.
QByteArray tarOf(const QByteArray &path, const QByteArray &content);

/// A gzip file (RFC 1952) whose content is stored, not compressed: the same bytes with every version of every
/// library.
QByteArray gzipOf(const QByteArray &content);

} // namespace quayside
