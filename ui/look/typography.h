// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFont>
#include <QFontMetrics>

class QLabel;
class QPainter;
class QString;
class QWidget;

namespace quayside {

/// The seven ways text looks. All sizes are relative to the font that the desktop chose.
enum class TextStyle { Display, Title, Body, Strong, Small, SmallStrong, Mono };

/// `body` in that style; Mono is the system's fixed font.
QFont styledFont(const QFont &body, TextStyle style);
/// Gives a widget the style's font, derived from the application's.
void setTextStyle(QWidget *widget, TextStyle style);

/// Heights that follow the font. At a font height of 16 px: 28, 30, 48, 44, 36, 28.
int rowHeight(const QFontMetrics &metrics);
int controlHeight(const QFontMetrics &metrics);
int headerHeight(const QFontMetrics &metrics);
int tabRowHeight(const QFontMetrics &metrics);
int resultBarHeight(const QFontMetrics &metrics);
int footerHeight(const QFontMetrics &metrics);

/// The distance from the top of a box of `height` to the baseline of body text centred in it. Everything that
/// shares a row stands on this baseline, whatever its size.
int rowBaseline(const QFontMetrics &body, int height);

/// The width of `text` when each digit takes the width of the widest one (Qt 6.4 knows no tabular figures).
int tabularWidth(const QFontMetrics &metrics, const QString &text);
/// Draws such text so that it ends at `right`. The painter's font and pen are used.
void drawTabular(QPainter &painter, int right, int baseline, const QString &text);

} // namespace quayside
