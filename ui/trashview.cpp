// SPDX-License-Identifier: Apache-2.0
#include "ui/trashview.h"

#include "model/operationhistory.h"
#include "model/registrysession.h"
#include "model/trashmodel.h"
#include "ui/errormessage.h"
#include "ui/format.h"
#include "ui/look/rowview.h"
#include "ui/operationtext.h"
#include "ui/searchfield.h"
#include "ui/trashdelegate.h"

#include <QApplication>
#include <QBoxLayout>
#include <QStackedLayout>

namespace quayside {

TrashView::TrashView(OperationHistory *history, QWidget *parent)
    : QWidget(parent)
    , m_history(history)
    , m_scope(new TextLine(TextStyle::Body, Tone::Muted, this))
    , m_filterField(new SearchField(Symbol::Filter, tr("Filter"), {}, this))
    , m_restore(button(tr("Restore"), ButtonKind::Primary, this))
    , m_resultBar(new ResultBar(this))
    , m_stack(new QStackedLayout)
    , m_list(new RowView(RowView::Surface::Content, this))
    , m_message(new MessagePage(this))
    , m_selectedText(new TextLine(TextStyle::Small, Tone::Muted, this))
    , m_filter(new TrashFilter(this))
{
    m_restore->setIcon(symbolIcon(Symbol::Undo));
    m_list->showHeader();
    m_list->setAccessibleName(tr("Deleted"));
    m_list->setItemDelegate(new TrashDelegate(m_list));
    m_list->setModel(m_filter);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_message);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildTop());
    layout->addWidget(new Hairline(this));
    layout->addWidget(m_resultBar);
    layout->addLayout(m_stack, 1);
    layout->addWidget(new Hairline(this));
    layout->addWidget(buildFooter());

    connect(m_filterField, &QLineEdit::textChanged, m_filter, &TrashFilter::setText);
    connect(m_restore, &QPushButton::clicked, this, &TrashView::restoreSelected);
    connect(m_resultBar, &ResultBar::failedPressed, this, &TrashView::activityWanted);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TrashView::updateSelection);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &TrashView::updateStatus);
    connect(m_filter, &QAbstractItemModel::rowsRemoved, this, &TrashView::updateStatus);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &TrashView::updateStatus);
}

QWidget *TrashView::buildTop()
{
    auto *top = new QWidget(this);
    top->setFixedHeight(tabRowHeight(QFontMetrics(QApplication::font())));
    m_filterField->setAccessibleName(tr("Filter deleted images"));
    m_filterField->setMaximumWidth(176);
    m_restore->setStatusTip(tr("Puts the selected images back"));
    auto *layout = new QHBoxLayout(top);
    layout->setContentsMargins(16, 0, 12, 0);
    layout->setSpacing(12);
    layout->addWidget(m_scope, 3);
    layout->addWidget(m_filterField, 1);
    layout->addWidget(m_restore);
    return top;
}

QWidget *TrashView::buildFooter()
{
    auto *footer = new QWidget(this);
    footer->setFixedHeight(footerHeight(QFontMetrics(QApplication::font())));
    auto *layout = new QHBoxLayout(footer);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->addWidget(m_selectedText, 1);
    return footer;
}

void TrashView::showTrash(RegistrySession *session)
{
    if (m_session == session)
        return;
    if (m_session)
        m_session->trash()->disconnect(this);
    m_session = session;
    m_resultBar->hide();
    m_filterField->clear();
    m_filter->setSourceModel(session->trash());
    applyColumns();
    connect(session->trash(), &TrashModel::statusChanged, this, &TrashView::updateStatus);
    updateStatus();
}

void TrashView::forget(RegistrySession *session)
{
    if (m_session != session)
        return;
    m_filter->setSourceModel(nullptr);
    m_session = nullptr;
}

void TrashView::applyColumns()
{
    QHeaderView *header = m_list->header();
    const QFontMetrics metrics(QApplication::font());
    const QFontMetrics mono(styledFont(QApplication::font(), TextStyle::Mono));
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(TrashModel::ImageColumn, QHeaderView::Stretch);
    const int digest = mono.horizontalAdvance(QStringLiteral("4f2c…91"));
    header->setMinimumSectionSize(digest);
    header->resizeSection(TrashModel::TagsColumn, metrics.averageCharWidth() * 25);
    header->resizeSection(TrashModel::DeletedColumn,
                          metrics.horizontalAdvance(QStringLiteral("20 September 2026")) + 20);
    header->resizeSection(TrashModel::ByColumn,
                          metrics.horizontalAdvance(QStringLiteral("robot$cleanup")) + 24);
    header->resizeSection(TrashModel::RestorableColumn,
                          metrics.horizontalAdvance(QStringLiteral("Probably; all layers seen 5 min ago")) +
                              48);
    header->setSortIndicator(TrashModel::DeletedColumn, Qt::DescendingOrder);
    m_list->setSortingEnabled(true);
}

void TrashView::updateStatus()
{
    if (!m_session)
        return;
    const TrashModel *trash = m_session->trash();
    m_scope->setText(trash->coversEverybody()
                         ? tr("Kept by this registry, whoever deleted it.")
                         : tr("Deleted from this computer. Deletes by others do not appear here."));
    updateSelection();
    MessagePage::Message message;
    if (trash->rowCount() == 0 && trash->error()) {
        ErrorContext context;
        context.registry = m_session->config().name;
        context.verb = Verb::List;
        message = errorMessage(*trash->error(), context);
        message.actions.clear();
    } else if (trash->rowCount() == 0 && !trash->isLoading()) {
        message.headline = tr("Nothing deleted.");
        message.reason =
            tr("What you delete here can be restored from this list, as long as the registry keeps its "
               "layers.");
    }
    if (!message.headline.isEmpty() && message.headline != m_message->headline())
        m_message->showMessage(message);
    m_stack->setCurrentWidget(message.headline.isEmpty() ? static_cast<QWidget *>(m_list) : m_message);
}

void TrashView::updateSelection()
{
    if (!m_session)
        return;
    const qsizetype selected = m_list->selectionModel()->selectedRows().size();
    m_selectedText->setText(
        tr("%1 of %2 selected").arg(countText(selected), countText(m_session->trash()->rowCount())));
    m_restore->setEnabled(selected > 0);
    m_restore->setToolTip(selected > 0 ? QString() : tr("Select what is to come back"));
}

void TrashView::restoreSelected()
{
    QList<int> rows;
    for (const QModelIndex &index : m_list->selectionModel()->selectedRows())
        rows << m_filter->mapToSource(index).row();
    if (!m_session || rows.isEmpty())
        return;
    std::vector<RestoreItem> items = m_session->trash()->restoreItems(rows);
    RestoreImages *operation = m_history->restore(m_session, std::move(items));
    if (operation)
        connect(operation, &Operation::finished, this, [this, operation] { restored(operation); });
}

void TrashView::restored(RestoreImages *operation)
{
    if (m_session && m_session->id() == operation->registryId())
        m_resultBar->showResult(restoreResult(*operation, m_session));
}

} // namespace quayside
