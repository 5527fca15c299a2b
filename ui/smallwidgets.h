// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/controlpainting.h"
#include "ui/look/icons.h"
#include "ui/look/palette.h"
#include "ui/look/typography.h"

#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace quayside {

/// A square button with a symbol only; `text` is its tool tip and accessible name.
QToolButton *iconButton(Symbol symbol, const QString &text, QWidget *parent);
QPushButton *button(const QString &text, ButtonKind kind, QWidget *parent);

/// One pixel between two regions.
class Hairline : public QWidget
{
    Q_OBJECT

public:
    explicit Hairline(QWidget *parent, Qt::Orientation orientation = Qt::Horizontal);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// What a text means, by its colour.
enum class Tone { Normal, Muted, Danger, Good, Caution };

/// A label of plain text in one style and tone that elides instead of growing, and follows the colour scheme.
/// Text comes through visibleText(), so strings from a registry may be given as they are.
class TextLine : public QWidget
{
    Q_OBJECT

public:
    TextLine(TextStyle style, Tone tone, QWidget *parent);

    void setText(const QString &text);
    QString text() const { return m_text; }
    void setTone(Tone tone);
    void setTextStyle(TextStyle style);
    void setElideMode(Qt::TextElideMode mode) { m_elide = mode; }
    /// May it be narrower than its text? Then it elides.
    void setShrinks(bool shrinks);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    TextStyle m_style;
    Tone m_tone;
    Qt::TextElideMode m_elide = Qt::ElideRight;
    bool m_shrinks = true;
    QString m_text;
};

QColor toneColour(const Colours &colours, Tone tone);
/// A wrapping label of plain text in a tone.
QLabel *paragraph(const QString &text, TextStyle style, Tone tone, QWidget *parent);

} // namespace quayside
