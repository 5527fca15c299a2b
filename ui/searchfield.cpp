// SPDX-License-Identifier: Apache-2.0
#include "ui/searchfield.h"

#include "ui/look/palette.h"
#include "ui/look/proxystyle.h"
#include "ui/look/typography.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

namespace quayside {

SearchField::SearchField(Symbol symbol, const QString &placeholder, const QString &hint, QWidget *parent)
    : QLineEdit(parent)
    , m_symbol(symbol)
    , m_hint(hint)
{
    setFieldKind(this, FieldKind::Search);
    setPlaceholderText(placeholder);
    const QFontMetrics small(styledFont(QApplication::font(), TextStyle::Small));
    setTextMargins(20, 0, m_hint.isEmpty() ? 0 : small.horizontalAdvance(m_hint) + 8, 0);
}

void SearchField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    const Colours c(palette());
    drawSymbol(painter, QRect(8, 0, 16, height()), m_symbol, 14, c.muted);
    if (m_hint.isEmpty())
        return;
    const QFont body = QApplication::font();
    painter.setFont(styledFont(body, TextStyle::Small));
    painter.setPen(c.muted);
    const int hintWidth = painter.fontMetrics().horizontalAdvance(m_hint);
    painter.drawText(width() - 10 - hintWidth, rowBaseline(QFontMetrics(body), height()), m_hint);
}

void SearchField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        if (text().isEmpty())
            Q_EMIT left();
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace quayside
