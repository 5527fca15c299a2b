// SPDX-License-Identifier: Apache-2.0
#include "ui/look/palette.h"

#include <array>

namespace quayside {

namespace {

constexpr QRgb rgb(unsigned value)
{
    return 0xff000000U | value;
}

/// The colours that have a name in a QPalette.
struct NamedColours
{
    QRgb base, window, text, muted, disabled, hairline, fieldBorder, accent, accentFill;
};

constexpr NamedColours lightColours{rgb(0xFFFFFF), rgb(0xF4F6F7), rgb(0x1B2227), rgb(0x56626B), rgb(0x8A959D),
                                    rgb(0xE1E6E9), rgb(0x87929A), rgb(0x0B5CAB), rgb(0x0B5CAB)};
constexpr NamedColours darkColours{rgb(0x1C1F22), rgb(0x272B2F), rgb(0xE6EAED), rgb(0xA3AEB7), rgb(0x737E87),
                                   rgb(0x363C41), rgb(0x707A83), rgb(0x74B7F4), rgb(0x2670B5)};

/// The colours that have none.
struct OwnColours
{
    QRgb danger, dangerFill, good, caution, local;
    std::array<QRgb, registryColourCount> registries;
};

constexpr OwnColours lightOwn{rgb(0xB3261E),
                              rgb(0xB3261E),
                              rgb(0x1A6B3A),
                              rgb(0x845400),
                              rgb(0x2A7F62),
                              {rgb(0xC77700), rgb(0x3D6FB8), rgb(0x8E5AB5), rgb(0x2F8F9D), rgb(0xC2487A),
                               rgb(0x6B7F1F), rgb(0xA85632), rgb(0x5B6770)}};
constexpr OwnColours darkOwn{rgb(0xFF9186),
                             rgb(0xC2352A),
                             rgb(0x7CCB97),
                             rgb(0xE3B45C),
                             rgb(0x5CC09A),
                             {rgb(0xF0A63C), rgb(0x7FAEEB), rgb(0xC79BE8), rgb(0x66C6D2), rgb(0xF08DB2),
                              rgb(0xB7CC6A), rgb(0xE59A77), rgb(0xA9B4BC)}};

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::Base).lightness() < 128;
}

const OwnColours &ownColours(const QPalette &palette)
{
    return isDark(palette) ? darkOwn : lightOwn;
}

} // namespace

QPalette lookPalette(ColourScheme scheme)
{
    const NamedColours &c = scheme == ColourScheme::Dark ? darkColours : lightColours;
    const QColor base(c.base);
    const QColor text(c.text);
    QPalette palette;
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, base);
    palette.setColor(QPalette::Window, QColor(c.window));
    palette.setColor(QPalette::Button, scheme == ColourScheme::Dark ? mixed(base, text, 0.06) : base);
    palette.setColor(QPalette::Light, base);
    palette.setColor(QPalette::Midlight, QColor(c.window));
    palette.setColor(QPalette::Mid, QColor(c.hairline));
    palette.setColor(QPalette::Dark, QColor(c.fieldBorder));
    palette.setColor(QPalette::Shadow, QColor(c.hairline));
    for (const QPalette::ColorRole role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText,
                                           QPalette::BrightText, QPalette::ToolTipText}) {
        palette.setColor(role, text);
        palette.setColor(QPalette::Disabled, role, QColor(c.disabled));
    }
    palette.setColor(QPalette::ToolTipBase, base);
    palette.setColor(QPalette::PlaceholderText, QColor(c.muted));
    palette.setColor(QPalette::Disabled, QPalette::PlaceholderText, QColor(c.disabled));
    palette.setColor(QPalette::Link, QColor(c.accent));
    palette.setColor(QPalette::LinkVisited, QColor(c.accent));
    palette.setColor(QPalette::Highlight, QColor(c.accentFill));
    palette.setColor(QPalette::HighlightedText, QColor(Qt::white));
    return palette;
}

QColor mixed(const QColor &under, const QColor &over, double amount)
{
    const auto mix = [amount](int a, int b) { return qRound(a + (b - a) * amount); };
    return QColor(mix(under.red(), over.red()), mix(under.green(), over.green()),
                  mix(under.blue(), over.blue()));
}

Colours::Colours(const QPalette &palette, QPalette::ColorGroup group)
    : dark(isDark(palette))
    , base(palette.color(group, QPalette::Base))
    , window(palette.color(group, QPalette::Window))
    , text(palette.color(group, QPalette::Text))
    , muted(palette.color(group, QPalette::PlaceholderText))
    , disabled(palette.color(QPalette::Disabled, QPalette::Text))
    , hairline(palette.color(group, QPalette::Mid))
    , fieldBorder(palette.color(group, QPalette::Dark))
    , accent(palette.color(group, QPalette::Link))
    , accentFill(palette.color(group, QPalette::Highlight))
    , onFill(palette.color(group, QPalette::HighlightedText))
    , danger(ownColours(palette).danger)
    , dangerFill(ownColours(palette).dangerFill)
    , good(ownColours(palette).good)
    , caution(ownColours(palette).caution)
    , hover(mixed(base, text, 0.045))
    , selected(mixed(base, accent, dark ? 0.20 : 0.13))
    , selectedQuiet(mixed(base, text, 0.10))
    , well(mixed(base, text, dark ? 0.07 : 0.05))
    , searchField(mixed(base, text, dark ? 0.09 : 0.055))
    , switchWell(mixed(base, text, dark ? 0.06 : 0.07))
    , switchSegment(dark ? mixed(base, text, 0.16) : base)
    , button(palette.color(group, QPalette::Button))
    , buttonHover(mixed(button, text, 0.05))
    , buttonPressed(mixed(button, text, 0.12))
    , buttonBorder(mixed(base, text, 0.24))
    , sidebarHover(mixed(window, text, 0.045))
    , sidebarSelected(mixed(window, text, dark ? 0.11 : 0.09))
    , sidebarFocused(mixed(window, accent, 0.16))
    , scrollThumb(mixed(base, text, 0.26))
    , barGroove(mixed(base, text, 0.10))
    , barShared(mixed(base, text, 0.55))
{}

QColor registryColour(int index, const QPalette &palette)
{
    const int wrapped = ((index % registryColourCount) + registryColourCount) % registryColourCount;
    return QColor(ownColours(palette).registries[static_cast<std::size_t>(wrapped)]);
}

QColor localColour(const QPalette &palette)
{
    return QColor(ownColours(palette).local);
}

} // namespace quayside
