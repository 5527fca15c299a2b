// SPDX-License-Identifier: Apache-2.0
#include "ui/smallwidgets.h"

#include "ui/look/proxystyle.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QPainter>

namespace quayside {

QToolButton *iconButton(Symbol symbol, const QString &text, QWidget *parent)
{
    auto *result = new QToolButton(parent);
    result->setIcon(symbolIcon(symbol));
    result->setToolTip(text);
    result->setStatusTip(text);
    result->setAccessibleName(text);
    result->setFocusPolicy(Qt::TabFocus);
    return result;
}

QPushButton *button(const QString &text, ButtonKind kind, QWidget *parent)
{
    auto *result = new QPushButton(text, parent);
    setButtonKind(result, kind);
    result->setAutoDefault(false);
    return result;
}

Hairline::Hairline(QWidget *parent, Qt::Orientation orientation)
    : QWidget(parent)
{
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Colours(palette()).hairline);
}

TextLine::TextLine(TextStyle style, Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_style(style)
    , m_tone(tone)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void TextLine::setText(const QString &text)
{
    const QString shown = visibleText(text);
    if (m_text == shown)
        return;
    m_text = shown;
    setAccessibleName(shown);
    updateGeometry();
    update();
}

void TextLine::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void TextLine::setTextStyle(TextStyle style)
{
    m_style = style;
    updateGeometry();
    update();
}

void TextLine::setShrinks(bool shrinks)
{
    m_shrinks = shrinks;
    updateGeometry();
}

QSize TextLine::sizeHint() const
{
    const QFontMetrics metrics(styledFont(QApplication::font(), m_style));
    return {metrics.horizontalAdvance(m_text) + 1,
            std::max(metrics.height(), QFontMetrics(QApplication::font()).height())};
}

QSize TextLine::minimumSizeHint() const
{
    return {m_shrinks ? 0 : sizeHint().width(), sizeHint().height()};
}

void TextLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QFont font = styledFont(QApplication::font(), m_style);
    painter.setFont(font);
    painter.setPen(
        toneColour(Colours(palette(), isEnabled() ? QPalette::Active : QPalette::Disabled), m_tone));
    const bool large = m_style == TextStyle::Title || m_style == TextStyle::Display;
    const QFontMetrics reference(large ? font : QApplication::font());
    painter.drawText(0, rowBaseline(reference, height()),
                     QFontMetrics(font).elidedText(m_text, m_elide, width()));
}

QColor toneColour(const Colours &colours, Tone tone)
{
    switch (tone) {
    case Tone::Muted:
        return colours.muted;
    case Tone::Danger:
        return colours.danger;
    case Tone::Good:
        return colours.good;
    case Tone::Caution:
        return colours.caution;
    case Tone::Normal:
        break;
    }
    return colours.text;
}

QLabel *paragraph(const QString &text, TextStyle style, Tone tone, QWidget *parent)
{
    QLabel *label = plainLabel(text, parent);
    setTextStyle(label, style);
    label->setWordWrap(true);
    label->setForegroundRole(tone == Tone::Muted ? QPalette::PlaceholderText : QPalette::Text);
    return label;
}

} // namespace quayside
