// SPDX-License-Identifier: Apache-2.0
#include "ui/resultbar.h"

#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QPainter>

#include <algorithm>

namespace quayside {

namespace {

TextLine *dot(QWidget *parent)
{
    auto *line = new TextLine(TextStyle::Body, Tone::Muted, parent);
    line->setText(QStringLiteral("·"));
    line->setShrinks(false);
    return line;
}

} // namespace

ResultBar::ResultBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLine(TextStyle::Strong, Tone::Normal, this))
    , m_firstDot(dot(this))
    , m_failed(button({}, ButtonKind::DangerLink, this))
    , m_note(new TextLine(TextStyle::Body, Tone::Muted, this))
    , m_secondDot(dot(this))
    , m_action(button({}, ButtonKind::Link, this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto *close = iconButton(Symbol::Close, tr("Close"), this);
    auto *layout = new QHBoxLayout(this);
    // 16 to the symbol, 16 for it, 8 to the text; a link has 7 px of its own around its text.
    layout->setContentsMargins(40, 0, 14, 1);
    layout->setSpacing(3);
    layout->addWidget(m_text);
    layout->addSpacing(4);
    layout->addWidget(m_note);
    layout->addWidget(m_firstDot);
    layout->addWidget(m_failed);
    layout->addWidget(m_secondDot);
    layout->addWidget(m_action);
    layout->addStretch(1);
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT closed();
    });
    connect(m_action, &QPushButton::clicked, this, &ResultBar::act);
    connect(m_failed, &QPushButton::clicked, this, &ResultBar::failedPressed);
    for (QWidget *part :
         std::initializer_list<QWidget *>{m_note, m_firstDot, m_failed, m_secondDot, m_action})
        part->hide(); // until a result wants them
    for (QPushButton *link : {m_failed, m_action})
        link->setFocusPolicy(Qt::TabFocus); // a click leaves the focus in the list
    hide();
}

void ResultBar::showResult(const Result &result)
{
    m_symbol = result.symbol;
    m_copyText = result.copyText;
    m_text->setText(result.text);
    keepText();
    m_note->setText(result.note);
    m_note->setVisible(!result.note.isEmpty());
    setUntrustedToolTip(m_note, result.note); // it may be cut off
    m_failed->setText(result.failed);
    m_failed->setVisible(!result.failed.isEmpty());
    m_firstDot->setVisible(!result.failed.isEmpty());
    m_action->setText(result.actionText);
    m_action->setVisible(!result.actionText.isEmpty());
    m_secondDot->setVisible(!result.actionText.isEmpty());
    setAccessibleName(text());
    show();
    update();
}

QString ResultBar::text() const
{
    const QString failed = m_failed->text();
    return failed.isEmpty() ? m_text->text() : m_text->text() + QStringLiteral(" · ") + failed;
}

QString ResultBar::note() const
{
    return m_note->text();
}

/// The note gives way first: the text is what has happened.
void ResultBar::keepText()
{
    m_text->setMinimumWidth(std::min(m_text->sizeHint().width(), width() * 3 / 5));
}

void ResultBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    keepText();
}

void ResultBar::act()
{
    if (m_copyText.isEmpty())
        Q_EMIT actionPressed();
    else
        QGuiApplication::clipboard()->setText(m_copyText);
}

QSize ResultBar::sizeHint() const
{
    return {QWidget::sizeHint().width(), resultBarHeight(QFontMetrics(QApplication::font())) + 1};
}

void ResultBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours c(palette());
    painter.fillRect(rect(), c.well);
    painter.fillRect(0, height() - 1, width(), 1, c.hairline);
    drawSymbol(painter, QRect(16, 0, 16, height() - 1), m_symbol, 16, c.muted);
}

} // namespace quayside
