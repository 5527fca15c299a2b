// SPDX-License-Identifier: Apache-2.0
#include "ui/look/proxystyle.h"

#include "ui/look/icons.h"
#include "ui/look/typography.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleOption>
#include <QVariant>

#include <algorithm>

/// Resources of a static library are not there until somebody asks; the macro wants the global namespace.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace quayside {

namespace {

constexpr char buttonKindProperty[] = "quaysideButtonKind";
constexpr char fieldKindProperty[] = "quaysideFieldKind";

ButtonKind buttonKind(const QWidget *widget)
{
    const QVariant kind = widget ? widget->property(buttonKindProperty) : QVariant();
    return static_cast<ButtonKind>(kind.toInt());
}

FieldKind fieldKind(const QWidget *widget)
{
    const QVariant kind = widget ? widget->property(fieldKindProperty) : QVariant();
    return static_cast<FieldKind>(kind.toInt());
}

QSize buttonSize(const QStyleOptionButton &option, const QWidget *widget)
{
    const ButtonKind kind = buttonKind(widget);
    QFont font = widget ? widget->font() : QApplication::font();
    const int height = controlHeight(QFontMetrics(font));
    if (kind != ButtonKind::Plain)
        font.setWeight(QFont::DemiBold);
    const int text = QFontMetrics(font).size(Qt::TextShowMnemonic, option.text).width();
    const int icon = option.icon.isNull() ? 0 : 16 + 8;
    if (kind == ButtonKind::Link || kind == ButtonKind::DangerLink)
        return {text + icon + 14, height - 4};
    return {text + icon + 26, height};
}

QSize toolButtonSize(const QStyleOptionToolButton &option)
{
    const int side = controlHeight(option.fontMetrics) - 2;
    const bool withText = option.toolButtonStyle != Qt::ToolButtonIconOnly && !option.text.isEmpty();
    if (!withText)
        return {side, side};
    const bool withIcon = option.toolButtonStyle != Qt::ToolButtonTextOnly && !option.icon.isNull();
    const int text = QFontMetrics(option.font).size(Qt::TextHideMnemonic, option.text).width();
    const int menu = option.features & QStyleOptionToolButton::HasMenu ? 20 : 4;
    return {(withIcon ? 4 + 16 + 6 : 4) + text + menu, side};
}

QSize menuItemSize(const QStyleOptionMenuItem &option)
{
    if (option.menuItemType == QStyleOptionMenuItem::Separator)
        return {20, 9};
    const QFontMetrics metrics(option.font);
    const qsizetype tab = option.text.indexOf(u'\t');
    const QString label = tab < 0 ? option.text : option.text.left(tab);
    int width = metrics.size(Qt::TextHideMnemonic, label).width() + 28;
    if (option.menuHasCheckableItems)
        width += 18;
    if (tab >= 0)
        width += metrics.horizontalAdvance(option.text.mid(tab + 1)) + 32;
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        width += 24;
    return {width, rowHeight(metrics)};
}

/// The thumb over the whole channel: there are no line buttons.
QRect scrollThumb(const QStyleOptionSlider &option)
{
    const bool vertical = option.orientation == Qt::Vertical;
    const int length = vertical ? option.rect.height() : option.rect.width();
    const qint64 range = qint64(option.maximum) - option.minimum;
    int thumb = length;
    if (range > 0) {
        thumb = static_cast<int>(qint64(option.pageStep) * length / (range + option.pageStep));
        thumb = std::clamp(thumb, std::min(32, length), length);
    }
    const int at = QStyle::sliderPositionFromValue(option.minimum, option.maximum, option.sliderPosition,
                                                   length - thumb, option.upsideDown);
    return vertical ? QRect(option.rect.x(), option.rect.y() + at, option.rect.width(), thumb)
                    : QRect(option.rect.x() + at, option.rect.y(), thumb, option.rect.height());
}

QRect scrollBarRect(const QStyleOptionSlider &option, QStyle::SubControl subControl)
{
    const QRect thumb = scrollThumb(option);
    const QRect all = option.rect;
    const bool vertical = option.orientation == Qt::Vertical;
    switch (subControl) {
    case QStyle::SC_ScrollBarSlider:
        return thumb;
    case QStyle::SC_ScrollBarGroove:
        return all;
    case QStyle::SC_ScrollBarSubPage:
        return vertical ? QRect(all.topLeft(), QPoint(all.right(), thumb.top() - 1))
                        : QRect(all.topLeft(), QPoint(thumb.left() - 1, all.bottom()));
    case QStyle::SC_ScrollBarAddPage:
        return vertical ? QRect(QPoint(all.left(), thumb.bottom() + 1), all.bottomRight())
                        : QRect(QPoint(thumb.right() + 1, all.top()), all.bottomRight());
    default:
        return {};
    }
}

} // namespace

void applyLook(QApplication &app, ColourScheme scheme)
{
    registerIcons();
    if (!qobject_cast<ProxyStyle *>(app.style()))
        app.setStyle(new ProxyStyle);
    app.setPalette(lookPalette(scheme));
    app.setWindowIcon(applicationIcon());
}

void setButtonKind(QPushButton *button, ButtonKind kind)
{
    button->setProperty(buttonKindProperty, static_cast<int>(kind));
    button->updateGeometry();
    button->update();
}

void setFieldKind(QLineEdit *field, FieldKind kind)
{
    field->setProperty(fieldKindProperty, static_cast<int>(kind));
    field->update();
}

ProxyStyle::ProxyStyle()
    : QProxyStyle(QStringLiteral("fusion"))
{}

void ProxyStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QScrollBar *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

bool ProxyStyle::drawOwnPrimitive(PrimitiveElement element, const QStyleOption &option, QPainter &painter,
                                  const QWidget *widget) const
{
    const Colours c(option.palette);
    switch (element) {
    case PE_Frame:
    case PE_FrameStatusBarItem:
    case PE_PanelItemViewRow:
    case PE_IndicatorBranch:
        return true;
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(&option))
            paintField(painter, *frame, fieldKind(widget));
        return true;
    case PE_IndicatorCheckBox:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(&option))
            paintCheckIndicator(painter, *button);
        return true;
    case PE_IndicatorRadioButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(&option))
            paintRadioIndicator(painter, *button);
        return true;
    case PE_FrameFocusRect:
        strokeRounded(painter, QRectF(option.rect).adjusted(-2, -2, 2, 2), cornerRadius, c.accent, 2);
        return true;
    case PE_PanelMenu:
        painter.fillRect(option.rect, c.base);
        return true;
    case PE_FrameMenu:
        strokeRounded(painter, option.rect, 0, c.buttonBorder, 1);
        return true;
    case PE_PanelTipLabel:
        painter.fillRect(option.rect, c.base);
        strokeRounded(painter, option.rect, 0, c.buttonBorder, 1);
        return true;
    case PE_PanelStatusBar:
        painter.fillRect(option.rect, c.window);
        painter.fillRect(QRect(option.rect.topLeft(), QSize(option.rect.width(), 1)), c.hairline);
        return true;
    default:
        return false;
    }
}

void ProxyStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    if (!drawOwnPrimitive(element, *option, *painter, widget))
        QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void ProxyStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                             const QWidget *widget) const
{
    const Colours c(option->palette);
    const auto *menuItem = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
    if (element == CE_PushButton) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            paintButton(*painter, *button, buttonKind(widget));
    } else if (element == CE_MenuItem && menuItem) {
        paintMenuItem(*painter, *menuItem);
    } else if (element == CE_MenuBarItem && menuItem) {
        paintMenuBarItem(*painter, *menuItem);
        painter->fillRect(QRect(option->rect.bottomLeft(), QSize(option->rect.width(), 1)), c.hairline);
    } else if (element == CE_MenuBarEmptyArea) {
        painter->fillRect(option->rect, c.window);
        painter->fillRect(QRect(option->rect.bottomLeft(), QSize(option->rect.width(), 1)), c.hairline);
    } else if (element == CE_Splitter) {
        painter->fillRect(option->rect, c.hairline);
    } else if (element == CE_ProgressBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option))
            paintProgress(*painter, *bar);
    } else {
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void ProxyStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                    QPainter *painter, const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option))
            paintScrollBar(*painter, *slider, scrollThumb(*slider));
        return;
    }
    if (control == CC_ToolButton) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option))
            paintToolButton(*painter, *button);
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

int ProxyStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return scrollChannel;
    case PM_ScrollView_ScrollBarSpacing:
    case PM_ScrollView_ScrollBarOverlap:
    case PM_MenuBarPanelWidth:
    case PM_MenuBarVMargin:
    case PM_MenuBarItemSpacing:
    case PM_DockWidgetFrameWidth:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_DefaultFrameWidth:
        return qobject_cast<const QAbstractScrollArea *>(widget) ? 0 : 1;
    case PM_SplitterWidth:
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuBarHMargin:
        return 2;
    case PM_MenuVMargin:
        return 4;
    case PM_MenuHMargin:
        return 0;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
        return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return 8;
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin:
        return 16;
    case PM_ToolTipLabelFrameWidth:
        return 6;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ProxyStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                          QStyleHintReturn *returnData) const
{
    switch (hint) {
    case SH_UnderlineShortcut:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_EtchDisabledText:
    case SH_ScrollBar_Transient:
    case SH_ScrollView_FrameOnlyAroundContents:
        return 0;
    case SH_ScrollBar_LeftClickAbsolutePosition:
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QSize ProxyStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                   const QWidget *widget) const
{
    if (type == CT_PushButton) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            return buttonSize(*button, widget);
    } else if (type == CT_ToolButton) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option))
            return toolButtonSize(*button);
    } else if (type == CT_MenuItem) {
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            return menuItemSize(*item);
    } else if (type == CT_MenuBarItem) {
        return {size.width() + 20, footerHeight(option->fontMetrics) + 1};
    } else if (type == CT_LineEdit) {
        return {size.width() + 20, controlHeight(option->fontMetrics)};
    } else if (type == CT_ProgressBar) {
        return {size.width(), 8};
    }
    return QProxyStyle::sizeFromContents(type, option, size, widget);
}

QRect ProxyStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    // QLineEdit adds 2 px of its own: text begins 10 px from the border.
    if (element == SE_LineEditContents)
        return option->rect.adjusted(8, 1, -8, -1);
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect ProxyStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                 SubControl subControl, const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option))
            return scrollBarRect(*slider, subControl);
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

} // namespace quayside
