// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QLabel;
class QWidget;

namespace quayside {

/// The longest text that is shown of a string from a registry, in user-perceived characters.
inline constexpr int untrustedTextLimit = 256;

/// A string from a registry as it may be shown: control, bidirectional, zero-width and other invisible
/// characters become visible escapes ("\n", "\u{202E}"), and what is longer than `untrustedTextLimit` ends in
/// "…". For drawing and for widgets that never guess at rich text.
QString visibleText(const QString &untrusted);
/// The same without the limit, for documents that scroll; line feeds and tabs stay.
QString visibleDocument(const QString &untrusted);

/// Shows a string from a registry in a label, as plain text.
void setUntrustedText(QLabel *label, const QString &untrusted);
/// A tool tip is rich text as soon as it looks like it, so the text is escaped.
void setUntrustedToolTip(QWidget *widget, const QString &untrusted);
/// The text to give to QToolTip or Qt::ToolTipRole.
QString untrustedToolTip(const QString &untrusted);

/// A label for text that is not rich, whatever it looks like.
QLabel *plainLabel(const QString &text, QWidget *parent);

} // namespace quayside
