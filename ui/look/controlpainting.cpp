// SPDX-License-Identifier: Apache-2.0
#include "ui/look/controlpainting.h"

#include "ui/look/icons.h"
#include "ui/look/palette.h"
#include "ui/look/typography.h"

#include <QPainter>
#include <QStyleOption>

namespace quayside {

namespace {

constexpr double ringWidth = 2;

struct ButtonColours
{
    QColor fill;
    QColor border;
    QColor text;
};

QColor darkened(const QColor &fill, QStyle::State state)
{
    if (state & QStyle::State_Sunken)
        return mixed(fill, Qt::black, 0.22);
    return state & QStyle::State_MouseOver ? mixed(fill, Qt::black, 0.12) : fill;
}

ButtonColours buttonColours(const Colours &c, ButtonKind kind, QStyle::State state)
{
    const bool enabled = state & QStyle::State_Enabled;
    const bool sunken = state & QStyle::State_Sunken;
    const bool hover = state & QStyle::State_MouseOver;
    switch (kind) {
    case ButtonKind::Primary:
    case ButtonKind::Danger: {
        const QColor fill = kind == ButtonKind::Primary ? c.accentFill : c.dangerFill;
        if (!enabled)
            return {c.selectedQuiet, {}, c.disabled};
        return {darkened(fill, state), {}, c.onFill};
    }
    case ButtonKind::Link:
    case ButtonKind::DangerLink:
        if (!enabled)
            return {{}, {}, c.disabled};
        return {sunken  ? c.buttonPressed
                : hover ? c.selectedQuiet
                        : QColor(),
                {},
                kind == ButtonKind::Link ? c.accent : c.danger};
    case ButtonKind::Plain:
        break;
    }
    if (!enabled)
        return {c.button, c.hairline, c.disabled};
    return {sunken ? c.buttonPressed : hover ? c.buttonHover : c.button, c.buttonBorder, c.text};
}

void paintButtonFace(QPainter &painter, const QRectF &rect, const Colours &c, const ButtonColours &colours,
                     ButtonKind kind, bool focused)
{
    const bool filled = kind == ButtonKind::Primary || kind == ButtonKind::Danger;
    QRectF face = rect;
    if (focused && filled) {
        fillRounded(painter, rect, cornerRadius, c.base);
        face = rect.adjusted(3.5, 3.5, -3.5, -3.5);
    }
    if (colours.fill.isValid())
        fillRounded(painter, face, filled && focused ? cornerRadius - 2.5 : cornerRadius, colours.fill);
    if (focused)
        strokeRounded(painter, rect, cornerRadius, c.accent, ringWidth);
    else if (colours.border.isValid())
        strokeRounded(painter, rect, cornerRadius, colours.border, 1);
}

} // namespace

void fillRounded(QPainter &painter, const QRectF &rect, double radius, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(rect, radius, radius);
    painter.restore();
}

void strokeRounded(QPainter &painter, const QRectF &rect, double radius, const QColor &colour, double width)
{
    const double half = width / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, width));
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half);
    painter.restore();
}

void paintButton(QPainter &painter, const QStyleOptionButton &option, ButtonKind kind)
{
    const Colours c(option.palette);
    const ButtonColours colours = buttonColours(c, kind, option.state);
    paintButtonFace(painter, option.rect, c, colours, kind, option.state & QStyle::State_HasFocus);

    painter.save();
    QFont font = painter.font();
    if (kind != ButtonKind::Plain)
        font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(colours.text);
    const QFontMetrics metrics(font);
    const int iconSlot = option.icon.isNull() ? 0 : 16 + 8;
    const int width = metrics.size(Qt::TextShowMnemonic, option.text).width();
    int x = option.rect.x() + (option.rect.width() - width - iconSlot) / 2;
    if (iconSlot > 0) {
        // A symbol is one colour; take its shape and give it the text's.
        QPixmap pixmap = option.icon.pixmap(QSize(16, 16), painter.device()->devicePixelRatioF());
        QPainter tint(&pixmap);
        tint.setCompositionMode(QPainter::CompositionMode_SourceIn);
        tint.fillRect(pixmap.rect(), colours.text);
        tint.end();
        painter.drawPixmap(x, option.rect.y() + (option.rect.height() - 16) / 2, pixmap);
        x += iconSlot;
    }
    const QRect textRect(x, option.rect.y(), width + 2, option.rect.height());
    painter.drawText(textRect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic, option.text);
    painter.restore();
}

void paintField(QPainter &painter, const QStyleOptionFrame &option, FieldKind kind)
{
    const Colours c(option.palette);
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool focused = option.state & QStyle::State_HasFocus;
    QColor fill = enabled ? c.base : c.hover;
    if (kind == FieldKind::Search && !focused)
        fill = c.searchField;
    fillRounded(painter, option.rect, cornerRadius, fill);
    if (focused)
        strokeRounded(painter, option.rect, cornerRadius, c.accent, ringWidth);
    else if (kind == FieldKind::Typed)
        strokeRounded(painter, option.rect, cornerRadius, c.fieldBorder, 1);
}

void paintCheckIndicator(QPainter &painter, const QStyleOptionButton &option)
{
    const Colours c(option.palette);
    const QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool enabled = option.state & QStyle::State_Enabled;
    if (option.state & (QStyle::State_On | QStyle::State_NoChange)) {
        fillRounded(painter, box, 4, enabled ? darkened(c.accentFill, option.state) : c.disabled);
        if (option.state & QStyle::State_On)
            drawSymbol(painter, option.rect, Symbol::Check, 14, c.onFill);
        else
            fillRounded(painter, QRectF(option.rect).adjusted(4, 7, -4, -7), 1, c.onFill);
        return;
    }
    fillRounded(painter, box, 4, option.state & QStyle::State_MouseOver ? c.hover : c.base);
    strokeRounded(painter, box, 4, enabled ? c.fieldBorder : c.hairline, 1);
}

void paintRadioIndicator(QPainter &painter, const QStyleOptionButton &option)
{
    const Colours c(option.palette);
    const QRectF ring = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const double radius = ring.height() / 2;
    const bool enabled = option.state & QStyle::State_Enabled;
    if (option.state & QStyle::State_On) {
        fillRounded(painter, ring, radius, enabled ? darkened(c.accentFill, option.state) : c.disabled);
        fillRounded(painter, ring.adjusted(5, 5, -5, -5), radius - 5, c.onFill);
        return;
    }
    fillRounded(painter, ring, radius, option.state & QStyle::State_MouseOver ? c.hover : c.base);
    strokeRounded(painter, ring, radius, enabled ? c.fieldBorder : c.hairline, 1);
}

void paintToolButton(QPainter &painter, const QStyleOptionToolButton &option)
{
    const Colours c(option.palette);
    const bool enabled = option.state & QStyle::State_Enabled;
    if (enabled && (option.state & QStyle::State_Sunken))
        fillRounded(painter, option.rect, cornerRadius, c.buttonPressed);
    else if (enabled && (option.state & QStyle::State_MouseOver))
        fillRounded(painter, option.rect, cornerRadius, c.selectedQuiet);
    if (option.state & QStyle::State_HasFocus)
        strokeRounded(painter, option.rect, cornerRadius, c.accent, ringWidth);

    const bool withText = option.toolButtonStyle != Qt::ToolButtonIconOnly && !option.text.isEmpty();
    const bool withIcon = option.toolButtonStyle != Qt::ToolButtonTextOnly && !option.icon.isNull();
    const bool withMenu = option.features & QStyleOptionToolButton::HasMenu;
    QRect rest = option.rect;
    // The icon ends the button where the direction is turned round.
    const bool iconLast = withText && option.direction == Qt::RightToLeft;
    if (withIcon) {
        QRect slot = withText ? QRect(rest.x() + 4, rest.y(), 16, rest.height()) : rest;
        if (iconLast)
            slot.moveRight(rest.right() - 4);
        const QIcon::Mode mode = enabled ? QIcon::Normal : QIcon::Disabled;
        const QPixmap pixmap = option.icon.pixmap(QSize(16, 16), painter.device()->devicePixelRatioF(), mode);
        painter.drawPixmap(slot.x() + (slot.width() - 16) / 2, slot.y() + (slot.height() - 16) / 2, pixmap);
        if (iconLast)
            rest.setRight(slot.left() - 7);
        else
            rest.setLeft(slot.right() + 1);
    }
    if (withText) {
        painter.save();
        painter.setFont(option.font);
        painter.setPen(enabled ? c.text : c.disabled);
        rest.adjust(withIcon && !iconLast ? 6 : 4, 0, withMenu ? -20 : iconLast ? 0 : -4, 0);
        painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic, option.text);
        painter.restore();
    }
    if (withMenu && withText) {
        const QRect slot(option.rect.right() - 18, option.rect.y(), 14, option.rect.height());
        drawSymbol(painter, slot, Symbol::ChevronDown, 14, c.muted);
    }
}

void paintMenuItem(QPainter &painter, const QStyleOptionMenuItem &option)
{
    const Colours c(option.palette);
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        const QRect line(option.rect.x() + 12, option.rect.center().y(), option.rect.width() - 24, 1);
        painter.fillRect(line, c.hairline);
        return;
    }
    const bool enabled = option.state & QStyle::State_Enabled;
    if (option.state & QStyle::State_Selected)
        fillRounded(painter, option.rect.adjusted(4, 0, -4, 0), 4, c.selectedQuiet);
    const int left = option.menuHasCheckableItems ? 32 : 14;
    if (option.checkType != QStyleOptionMenuItem::NotCheckable && option.checked) {
        const QRect slot(option.rect.x() + 10, option.rect.y(), 16, option.rect.height());
        drawSymbol(painter, slot, Symbol::Check, 14, enabled ? c.text : c.disabled);
    }
    painter.save();
    painter.setFont(option.font);
    painter.setPen(enabled ? c.text : c.disabled);
    const QRect textRect = option.rect.adjusted(left, 0, -14, 0);
    const qsizetype tab = option.text.indexOf(u'\t');
    painter.drawText(textRect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic | Qt::TextSingleLine,
                     tab < 0 ? option.text : option.text.left(tab));
    if (tab >= 0) {
        painter.setPen(enabled ? c.muted : c.disabled);
        painter.drawText(textRect, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
                         option.text.mid(tab + 1));
    }
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu) {
        const QRect slot(option.rect.right() - 26, option.rect.y(), 14, option.rect.height());
        drawSymbol(painter, slot, Symbol::ChevronRight, 14, c.muted);
    }
    painter.restore();
}

void paintMenuBarItem(QPainter &painter, const QStyleOptionMenuItem &option)
{
    const Colours c(option.palette);
    painter.fillRect(option.rect, c.window);
    const bool open = option.state & (QStyle::State_Selected | QStyle::State_Sunken);
    if (open)
        fillRounded(painter, option.rect.adjusted(2, 3, -2, -4), 4, c.sidebarSelected);
    painter.save();
    painter.setPen(option.state & QStyle::State_Enabled ? c.text : c.disabled);
    painter.drawText(option.rect, Qt::AlignCenter | Qt::TextHideMnemonic | Qt::TextSingleLine, option.text);
    painter.restore();
}

void paintProgress(QPainter &painter, const QStyleOptionProgressBar &option)
{
    const Colours c(option.palette);
    const QRectF groove(option.rect.x(), option.rect.center().y() - 1, option.rect.width(), 4);
    fillRounded(painter, groove, 2, mixed(c.window, c.text, 0.12));
    const double span = option.maximum - option.minimum;
    if (span <= 0)
        return;
    QRectF done = groove;
    done.setWidth(groove.width() * (option.progress - option.minimum) / span);
    if (done.width() > 0)
        fillRounded(painter, done, 2, c.accent);
}

void paintScrollBar(QPainter &painter, const QStyleOptionSlider &option, const QRectF &thumb)
{
    if (option.maximum <= option.minimum)
        return;
    const Colours c(option.palette);
    const bool active =
        option.state & QStyle::State_Sunken || option.activeSubControls & QStyle::SC_ScrollBarSlider;
    fillRounded(painter, thumb.adjusted(2, 2, -2, -2), 3,
                active ? mixed(c.base, c.text, 0.40) : c.scrollThumb);
}

} // namespace quayside
