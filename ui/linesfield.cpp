// SPDX-License-Identifier: Apache-2.0
#include "ui/linesfield.h"

#include "ui/look/typography.h"

#include <QApplication>
#include <QBoxLayout>
#include <QEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyleOptionFrame>

namespace quayside {

LinesField::LinesField(const QString &accessibleName, int rows, QWidget *parent)
    : QWidget(parent)
    , m_editor(new QPlainTextEdit(this))
{
    m_editor->setAccessibleName(accessibleName);
    m_editor->setTabChangesFocus(true);
    m_editor->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->viewport()->setAutoFillBackground(false);
    m_editor->document()->setDocumentMargin(0);
    m_editor->installEventFilter(this);
    setFocusProxy(m_editor);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 2, 6);
    layout->addWidget(m_editor);
    setFixedHeight(rows * QFontMetrics(QApplication::font()).lineSpacing() + 14);
    connect(m_editor, &QPlainTextEdit::textChanged, this, &LinesField::changed);
}

void LinesField::setLines(const QStringList &lines)
{
    m_editor->setPlainText(lines.join(u'\n'));
}

QStringList LinesField::lines() const
{
    QStringList lines = m_editor->toPlainText().split(u'\n');
    for (QString &line : lines)
        line = line.trimmed();
    return lines;
}

bool LinesField::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update(); // the ring
    return QWidget::eventFilter(watched, event);
}

void LinesField::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QStyleOptionFrame option;
    option.initFrom(this);
    option.state.setFlag(QStyle::State_HasFocus, m_editor->hasFocus());
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
}

} // namespace quayside
