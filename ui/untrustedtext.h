// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/visibletext.h"

#include <QString>

class QLabel;
class QWidget;

namespace quayside {

/// Shows a string from a registry in a label, as plain text.
void setUntrustedText(QLabel *label, const QString &untrusted);
/// A tool tip is rich text as soon as it looks like it, so the text is escaped.
void setUntrustedToolTip(QWidget *widget, const QString &untrusted);
/// The text to give to QToolTip or Qt::ToolTipRole.
QString untrustedToolTip(const QString &untrusted);

/// A label for text that is not rich, whatever it looks like.
QLabel *plainLabel(const QString &text, QWidget *parent);

} // namespace quayside
