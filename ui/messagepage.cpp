// SPDX-License-Identifier: Apache-2.0
#include "ui/messagepage.h"

#include "ui/codewell.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QPainter>

namespace quayside {

namespace {

constexpr int columnWidth = 520;
constexpr int topMargin = 112;

} // namespace

QBoxLayout *pageColumn(QWidget *page, int width)
{
    auto *column = new QWidget(page);
    column->setMaximumWidth(width);
    column->setMinimumWidth(240);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(column, 100);
    row->addStretch(1);
    auto *outer = new QVBoxLayout(page);
    outer->setContentsMargins(16, topMargin, 16, 16);
    outer->addLayout(row);
    outer->addStretch(1);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    return layout;
}

MessagePage::MessagePage(QWidget *parent)
    : QWidget(parent)
    , m_column(pageColumn(this, columnWidth))
    , m_headline(nullptr)
{}

QString MessagePage::headline() const
{
    return m_headline ? m_headline->text() : QString();
}

void MessagePage::showMessage(const Message &message)
{
    QWidget *column = m_column->parentWidget();
    const auto old = column->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly);
    for (QWidget *widget : old) {
        m_column->removeWidget(widget);
        widget->hide();
        widget->deleteLater();
    }
    while (QLayoutItem *item = m_column->takeAt(0))
        delete item;

    m_isError = message.isError;
    m_headline = paragraph(visibleText(message.headline), TextStyle::Title, Tone::Normal, column);
    m_column->addWidget(m_headline);
    if (!message.reason.isEmpty())
        m_column->addWidget(paragraph(visibleText(message.reason), TextStyle::Body, Tone::Muted, column));
    if (!message.codeLines.isEmpty()) {
        auto *well = new CodeWell(column);
        well->setLines(message.codeLines, message.codeLines.join(u'\n'));
        m_column->addSpacing(4);
        m_column->addWidget(well);
    }
    addActions(message.actions);
    addDetails(message.details);
    setAccessibleName(m_headline->text());
    update();
}

void MessagePage::addActions(const QStringList &actions)
{
    if (actions.isEmpty())
        return;
    auto *row = new QWidget(m_column->parentWidget());
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 4, 0, 0);
    for (int i = 0; i < actions.size(); ++i) {
        QPushButton *each = button(actions[i], ButtonKind::Plain, row);
        connect(each, &QPushButton::clicked, this, [this, i] { Q_EMIT actionPressed(i); });
        layout->addWidget(each);
    }
    layout->addStretch(1);
    m_column->addWidget(row);
}

void MessagePage::addDetails(const QList<std::pair<QString, QString>> &details)
{
    if (details.isEmpty())
        return;
    QWidget *column = m_column->parentWidget();
    auto *fold = new QToolButton(column);
    fold->setText(tr("Details"));
    fold->setIcon(symbolIcon(Symbol::ChevronRight));
    fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold->setCheckable(true);
    auto *grid = new QWidget(column);
    auto *layout = new QGridLayout(grid);
    layout->setContentsMargins(20, 0, 0, 0);
    layout->setVerticalSpacing(4);
    layout->setHorizontalSpacing(16);
    layout->setColumnStretch(1, 1);
    for (int i = 0; i < details.size(); ++i) {
        layout->addWidget(paragraph(details[i].first, TextStyle::Small, Tone::Muted, grid), i, 0);
        QLabel *value = paragraph(visibleText(details[i].second), TextStyle::Small, Tone::Normal, grid);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        layout->addWidget(value, i, 1);
    }
    connect(fold, &QToolButton::toggled, grid, [fold, grid](bool open) {
        grid->setVisible(open);
        fold->setIcon(symbolIcon(open ? Symbol::ChevronDown : Symbol::ChevronRight));
    });
    m_column->addWidget(fold, 0, Qt::AlignLeft);
    m_column->addWidget(grid);
    grid->hide();
}

void MessagePage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours c(palette());
    painter.fillRect(rect(), c.base);
    if (!m_isError || !m_headline)
        return;
    const QPoint corner = m_headline->mapTo(this, QPoint(-44, -2));
    drawSymbol(painter, QRect(corner, QSize(28, 32)), Symbol::ShieldWarning, 32, c.caution);
}

} // namespace quayside
