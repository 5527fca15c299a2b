// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/controlpainting.h"
#include "ui/look/palette.h"

#include <QProxyStyle>

class QApplication;
class QLineEdit;
class QPushButton;

namespace quayside {

/// Gives the application Quayside's style, palette and icons. May be called again when the colour scheme
/// changes.
void applyLook(QApplication &app, ColourScheme scheme);

/// Plain is the default. Filled buttons (Primary, Danger): one per place.
void setButtonKind(QPushButton *button, ButtonKind kind);
/// Typed (with a border) is the default.
void setFieldKind(QLineEdit *field, FieldKind kind);

/// Fusion with Quayside's controls: flat, rounded, no frames around views, scroll bars in a channel of 10 px.
class ProxyStyle : public QProxyStyle
{
    Q_OBJECT

public:
    /// The width that a list always keeps for its scroll bar, so that nothing moves when one appears.
    static constexpr int scrollChannel = 10;

    ProxyStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *returnData) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option,
                         const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                         const QWidget *widget) const override;
    using QProxyStyle::polish;
    void polish(QWidget *widget) override;

private:
    bool drawOwnPrimitive(PrimitiveElement element, const QStyleOption &option, QPainter &painter,
                          const QWidget *widget) const;
};

} // namespace quayside
