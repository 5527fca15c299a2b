// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace quayside {

/// The longest text that is shown of a string from a registry, in user-perceived characters.
inline constexpr int untrustedTextLimit = 256;

/// A string from a registry as it may be shown: control, bidirectional, zero-width and other invisible
/// characters become visible escapes ("\n", "\u{202E}"), and what is longer than `untrustedTextLimit` ends in
/// "…". For drawing, for terminals, and for widgets that never guess at rich text.
QString visibleText(const QString &untrusted);
/// The same without the limit, for documents that scroll; line feeds and tabs stay.
QString visibleDocument(const QString &untrusted);

} // namespace quayside
