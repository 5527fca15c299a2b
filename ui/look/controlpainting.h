// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRectF>

class QColor;
class QPainter;
class QStyleOptionButton;
class QStyleOptionFrame;
class QStyleOptionMenuItem;
class QStyleOptionProgressBar;
class QStyleOptionSlider;
class QStyleOptionToolButton;
class QWidget;

namespace quayside {

enum class ButtonKind { Plain, Primary, Danger, Link, DangerLink };
enum class FieldKind { Typed, Search };

/// The radius of rows, controls and wells, in logical pixels.
inline constexpr double cornerRadius = 6;

/// A filled, antialiased rounded rectangle without a border.
void fillRounded(QPainter &painter, const QRectF &rect, double radius, const QColor &colour);
/// A border of `width` inside `rect`.
void strokeRounded(QPainter &painter, const QRectF &rect, double radius, const QColor &colour, double width);

// What ProxyStyle draws, one function per control. Sizes are in ProxyStyle.
void paintButton(QPainter &painter, const QStyleOptionButton &option, ButtonKind kind);
void paintField(QPainter &painter, const QStyleOptionFrame &option, FieldKind kind);
void paintCheckIndicator(QPainter &painter, const QStyleOptionButton &option);
void paintRadioIndicator(QPainter &painter, const QStyleOptionButton &option);
void paintToolButton(QPainter &painter, const QStyleOptionToolButton &option);
void paintMenuItem(QPainter &painter, const QStyleOptionMenuItem &option);
void paintMenuBarItem(QPainter &painter, const QStyleOptionMenuItem &option);
void paintProgress(QPainter &painter, const QStyleOptionProgressBar &option);
/// `thumb` as ProxyStyle::subControlRect computed it.
void paintScrollBar(QPainter &painter, const QStyleOptionSlider &option, const QRectF &thumb);

} // namespace quayside
