// SPDX-License-Identifier: Apache-2.0
#include "ui/propertygrid.h"

#include "ui/untrustedtext.h"

#include <QApplication>
#include <QGridLayout>

namespace quayside {

PropertyGrid::PropertyGrid(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(0);
    m_grid->setColumnStretch(1, 1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

int PropertyGrid::lineHeight() const
{
    return QFontMetrics(QApplication::font()).height() + 8;
}

void PropertyGrid::clear()
{
    const auto children = findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly);
    for (QWidget *child : children) {
        child->hide();
        child->deleteLater();
    }
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    for (int row = 0; row < m_row; ++row)
        m_grid->setRowMinimumHeight(row, 0);
    m_row = 0;
}

void PropertyGrid::addHeading(const QString &text)
{
    auto *line = new TextLine(TextStyle::Strong, Tone::Normal, this);
    line->setText(text);
    m_grid->setRowMinimumHeight(m_row, lineHeight() + 10);
    m_grid->addWidget(line, m_row++, 0, 1, 3, Qt::AlignBottom);
}

void PropertyGrid::addName(const QString &name)
{
    if (name.isEmpty())
        return;
    auto *label = new TextLine(TextStyle::Body, Tone::Muted, this);
    label->setText(name);
    label->setFixedWidth(QFontMetrics(QApplication::font()).averageCharWidth() * 11 + 10);
    m_grid->addWidget(label, m_row, 0, Qt::AlignVCenter);
}

void PropertyGrid::addRow(const QString &name, const QStringList &values, TextStyle style, Tone tone)
{
    for (qsizetype i = 0; i < values.size(); ++i) {
        addName(i == 0 ? name : QString());
        auto *value = new TextLine(style, tone, this);
        value->setText(values[i]);
        setUntrustedToolTip(value, values[i]);
        m_grid->setRowMinimumHeight(m_row, lineHeight());
        m_grid->addWidget(value, m_row++, 1, 1, 2);
    }
}

void PropertyGrid::addWidget(const QString &name, QWidget *value, QWidget *trailing)
{
    addName(name);
    m_grid->setRowMinimumHeight(m_row, lineHeight());
    m_grid->addWidget(value, m_row, 1, 1, trailing ? 1 : 2);
    if (trailing)
        m_grid->addWidget(trailing, m_row, 2);
    ++m_row;
}

} // namespace quayside
