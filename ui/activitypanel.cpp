// SPDX-License-Identifier: Apache-2.0
#include "ui/activitypanel.h"

#include "model/activitymodel.h"
#include "model/operationhistory.h"
#include "ui/format.h"
#include "ui/look/rowdelegate.h"
#include "ui/look/rowview.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>

namespace quayside {

class ActivityPanel::Delegate : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void paintCell(CellPainter &cell, const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const Colours &c = cell.colours();
        cell.skip(index.column() == 0 ? RowView::textInset : 0);
        cell.skipEnd(12);
        if (index.column() == ActivityModel::StartedColumn) {
            const QDateTime at = index.data(ActivityModel::StartedRole).toDateTime();
            cell.text(at.isValid() ? dayText(at, QDateTime::currentDateTimeUtc()) : QStringLiteral("–"),
                      TextStyle::Body, c.muted);
            return;
        }
        const bool failed = index.column() == ActivityModel::ResultColumn &&
                            (index.data(ActivityModel::FailedRole).toInt() > 0 ||
                             !index.data(ActivityModel::ErrorRole).toString().isEmpty());
        const QColor colour = failed ? c.danger : index.column() == 0 ? c.text : c.muted;
        cell.text(visibleText(index.data().toString()), TextStyle::Body, colour);
    }
};

ActivityPanel::ActivityPanel(ActivityModel *model, OperationHistory *history, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_history(history)
    , m_list(new RowView(RowView::Surface::Content, this))
    , m_undo(button(tr("Undo"), ButtonKind::Plain, this))
    , m_empty(paragraph(tr("Nothing has run yet."), TextStyle::Body, Tone::Muted, this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_list->showHeader();
    m_list->setItemDelegate(new Delegate(m_list));
    m_list->setModel(model);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setAccessibleName(tr("Activity"));
    m_list->header()->setSectionResizeMode(QHeaderView::Fixed);
    m_list->header()->setSectionResizeMode(ActivityModel::OperationColumn, QHeaderView::Stretch);
    const int unit = QFontMetrics(QApplication::font()).averageCharWidth();
    m_list->header()->resizeSection(ActivityModel::RegistryColumn, unit * 26);
    m_list->header()->resizeSection(ActivityModel::StartedColumn, unit * 20);
    m_list->header()->resizeSection(ActivityModel::ResultColumn, unit * 32);

    auto *title = new TextLine(TextStyle::Strong, Tone::Normal, this);
    title->setText(tr("Activity"));
    auto *top = new QHBoxLayout;
    top->setContentsMargins(16, 6, 12, 4);
    top->addWidget(title, 1);
    top->addWidget(m_undo);
    m_empty->setContentsMargins(16, 8, 16, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new Hairline(this));
    layout->addLayout(top);
    layout->addWidget(m_empty);
    layout->addWidget(m_list, 1);
    connect(m_undo, &QPushButton::clicked, this, &ActivityPanel::undoSelected);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ActivityPanel::updateButtons);
    connect(model, &QAbstractItemModel::dataChanged, this, &ActivityPanel::updateButtons);
    connect(model, &QAbstractItemModel::rowsInserted, this, &ActivityPanel::updateButtons);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &ActivityPanel::updateButtons);
    connect(model, &QAbstractItemModel::modelReset, this, &ActivityPanel::updateButtons);
    updateButtons();
}

void ActivityPanel::updateButtons()
{
    m_empty->setVisible(m_model->rowCount() == 0);
    m_list->setVisible(m_model->rowCount() > 0);
    const QModelIndexList selected = m_list->selectionModel()->selectedRows();
    const bool possible =
        !selected.isEmpty() &&
        static_cast<ActivityModel::Undo>(selected.first().data(ActivityModel::UndoRole).toInt()) ==
            ActivityModel::Undo::Possible;
    m_undo->setEnabled(possible);
    m_undo->setToolTip(possible ? QString() : tr("Select an operation that can be undone"));
}

void ActivityPanel::undoSelected()
{
    const QModelIndexList selected = m_list->selectionModel()->selectedRows();
    if (!selected.isEmpty())
        m_history->undo(selected.first().data(ActivityModel::OperationIdRole).toString());
}

} // namespace quayside
