// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QPalette>

namespace quayside {

enum class ColourScheme { Light, Dark };

/// The palette of Quayside. Every named colour of the program is in palette.cpp and nowhere else.
QPalette lookPalette(ColourScheme scheme);

/// Mixes `amount` (0 to 1) of `over` into `under`. Both opaque.
QColor mixed(const QColor &under, const QColor &over, double amount);

/// The colours that code paints with, taken from any palette: roles that QPalette has no name for, and tints,
/// which are mixes and so follow a palette that the desktop brings along.
struct Colours
{
    explicit Colours(const QPalette &palette, QPalette::ColorGroup group = QPalette::Active);

    bool dark;              ///< Whether the content is dark.
    QColor base;            ///< Content.
    QColor window;          ///< Sidebar, menus, status bar.
    QColor text;            ///< Text on both.
    QColor muted;           ///< Secondary text and symbols.
    QColor disabled;        ///< Text of what cannot be used now.
    QColor hairline;        ///< Between regions.
    QColor fieldBorder;     ///< Around fields for typed data.
    QColor accent;          ///< Links, the focus ring, the current tab.
    QColor accentFill;      ///< Behind the text of the primary button.
    QColor onFill;          ///< Text on the two fills.
    QColor danger;          ///< What failed.
    QColor dangerFill;      ///< Behind the text of the destructive button.
    QColor good;            ///< "Yes".
    QColor caution;         ///< Production, certificates.
    QColor hover;           ///< Under the pointer.
    QColor selected;        ///< Selected, the view has the focus.
    QColor selectedQuiet;   ///< Selected, the focus is elsewhere; disabled fills; plain chips.
    QColor well;            ///< Code wells and the result bar.
    QColor searchField;     ///< A search field without focus.
    QColor switchWell;      ///< Behind the segments of a switch.
    QColor switchSegment;   ///< The chosen segment.
    QColor button;          ///< A plain button.
    QColor buttonHover;     ///< The same under the pointer.
    QColor buttonPressed;   ///< The same pressed.
    QColor buttonBorder;    ///< Around a plain button.
    QColor sidebarHover;    ///< A row of the sidebar under the pointer.
    QColor sidebarSelected; ///< The sidebar's row, the focus is elsewhere.
    QColor sidebarFocused;  ///< The sidebar's row with the focus.
    QColor scrollThumb;     ///< Of scroll bars.
    QColor barGroove;       ///< Behind progress and layer bars.
    QColor barShared;       ///< A layer that other tags use too.
};

/// How many colours a registry can have.
inline constexpr int registryColourCount = 8;
/// The colour of a registry's square by the index that settings keep; any int is fine.
QColor registryColour(int index, const QPalette &palette);
/// The colour of Local's dot.
QColor localColour(const QPalette &palette);

} // namespace quayside
