// SPDX-License-Identifier: Apache-2.0
#include "ui/headerbar.h"

#include "ui/searchfield.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QPainter>

namespace quayside {

void paintRegistryMark(QPainter &painter, const QRect &slot, bool isLocal, int colour,
                       const QPalette &palette)
{
    const QRectF mark(slot.x() + (slot.width() - 10) / 2.0, slot.y() + (slot.height() - 10) / 2.0, 10, 10);
    if (isLocal)
        fillRounded(painter, mark, 5, localColour(palette));
    else
        fillRounded(painter, mark, 2.5, registryColour(colour, palette));
}

Breadcrumb::Breadcrumb(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void Breadcrumb::setPlace(const Place &place)
{
    m_place = place;
    QStringList spoken = place.way;
    spoken << place.title;
    setAccessibleName(visibleText(spoken.join(u'/')));
    QStringList notes{place.production ? tr("Production") : QString(), place.mode, visibleText(place.login)};
    notes.removeAll(QString());
    setAccessibleDescription(notes.join(QStringLiteral(", ")));
    update();
}

void Breadcrumb::paintEvent(QPaintEvent *)
{
    if (m_place.title.isEmpty())
        return;
    QPainter painter(this);
    const Colours c(palette());
    const QFont body = QApplication::font();
    const int baseline = rowBaseline(QFontMetrics(body), height());
    paintRegistryMark(painter, QRect(16, 0, 10, height()), m_place.isLocal, m_place.colour, palette());
    int x = 34;
    for (const QString &step : m_place.way) {
        const QString shown = visibleText(step);
        painter.setFont(body);
        painter.setPen(c.muted);
        painter.drawText(x, baseline, shown);
        x += painter.fontMetrics().horizontalAdvance(shown) + 5;
        drawSymbol(painter, QRect(x, 0, 14, height()), Symbol::ChevronRight, 12, c.muted);
        x += 19;
    }
    const QFont title = styledFont(body, TextStyle::Title);
    const QString shown =
        QFontMetrics(title).elidedText(visibleText(m_place.title), Qt::ElideRight, width() - x);
    painter.setFont(title);
    painter.setPen(c.text);
    painter.drawText(x, baseline, shown);
    x += painter.fontMetrics().horizontalAdvance(shown) + 12;
    painter.setFont(styledFont(body, TextStyle::SmallStrong));
    const auto addMark = [&](const QString &mark, const QColor &colour) {
        painter.setPen(colour);
        painter.drawText(x, baseline, mark);
        x += painter.fontMetrics().horizontalAdvance(mark) + 12;
    };
    if (m_place.production)
        addMark(tr("Production"), c.caution);
    if (!m_place.mode.isEmpty())
        addMark(m_place.mode, c.muted);
    painter.setFont(styledFont(body, TextStyle::Small));
    painter.setPen(c.muted);
    painter.drawText(x, baseline,
                     painter.fontMetrics().elidedText(visibleText(m_place.login), Qt::ElideRight,
                                                      std::max(0, width() - x)));
}

HeaderBar::HeaderBar(QWidget *parent)
    : QWidget(parent)
    , m_breadcrumb(new Breadcrumb(this))
    , m_box(new SearchField(Symbol::Search, tr("Go to an image, digest or action"), tr("Ctrl+K"), this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_box->setAccessibleName(m_box->placeholderText());
    m_box->setMaximumWidth(328);
    m_box->setMinimumWidth(160);
    auto *refresh = iconButton(Symbol::Refresh, tr("Refresh (F5)"), this);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 12, 0);
    layout->setSpacing(6);
    layout->addWidget(m_breadcrumb, 2);
    layout->addWidget(m_box, 1);
    layout->addWidget(refresh);
    connect(refresh, &QToolButton::clicked, this, &HeaderBar::refreshPressed);
}

QSize HeaderBar::sizeHint() const
{
    return {QWidget::sizeHint().width(), headerHeight(QFontMetrics(QApplication::font()))};
}

} // namespace quayside
