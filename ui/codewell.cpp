// SPDX-License-Identifier: Apache-2.0
#include "ui/codewell.h"

#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QClipboard>
#include <QPainter>

namespace quayside {

namespace {

constexpr int padding = 12;
constexpr int verticalPadding = 6;

} // namespace

CodeWell::CodeWell(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto *copy = iconButton(Symbol::Copy, tr("Copy"), this);
    m_copyButton = copy;
    connect(copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_copied);
        Q_EMIT copied();
    });
}

void CodeWell::setLines(const QStringList &lines, const QString &copied, const QString &caption)
{
    m_lines.clear();
    for (const QString &line : lines)
        m_lines << visibleText(line);
    m_copied = copied;
    m_caption = caption;
    setAccessibleName(m_lines.join(u'\n'));
    updateGeometry();
    update();
}

int CodeWell::lineHeight() const
{
    return QFontMetrics(QApplication::font()).height() + 8;
}

QSize CodeWell::sizeHint() const
{
    const int rows = static_cast<int>(m_lines.size()) + (m_caption.isEmpty() ? 0 : 1);
    return {200, rows * lineHeight() + 2 * verticalPadding};
}

QSize CodeWell::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

void CodeWell::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const QSize size = m_copyButton->sizeHint();
    const int top = verticalPadding + (lineHeight() - size.height()) / 2;
    m_copyButton->setGeometry(width() - size.width() - 4, top, size.width(), size.height());
}

void CodeWell::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours c(palette());
    const QFont body = QApplication::font();
    fillRounded(painter, rect(), cornerRadius, c.well);
    int y = verticalPadding + rowBaseline(QFontMetrics(body), lineHeight());
    if (!m_caption.isEmpty()) {
        painter.setFont(styledFont(body, TextStyle::Small));
        painter.setPen(c.muted);
        painter.drawText(padding, y, m_caption);
        y += lineHeight();
    }
    const QFont mono = styledFont(body, TextStyle::Mono);
    painter.setFont(mono);
    painter.setPen(c.text);
    const int room = width() - 2 * padding - m_copyButton->width();
    for (const QString &line : m_lines) {
        painter.drawText(padding, y, QFontMetrics(mono).elidedText(line, Qt::ElideMiddle, room));
        y += lineHeight();
    }
}

} // namespace quayside
