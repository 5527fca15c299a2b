// SPDX-License-Identifier: Apache-2.0
#include "ui/trashview.h"

#include "model/checkdeleted.h"
#include "model/forgetdeleted.h"
#include "model/operationhistory.h"
#include "model/registrysession.h"
#include "model/trashmodel.h"
#include "oci/qtconversions.h"
#include "ui/errormessage.h"
#include "ui/forgetdialog.h"
#include "ui/format.h"
#include "ui/look/rowview.h"
#include "ui/operationtext.h"
#include "ui/prompter.h"
#include "ui/searchfield.h"
#include "ui/trashdelegate.h"

#include <QApplication>
#include <QBoxLayout>
#include <QStackedLayout>

#include <algorithm>
#include <chrono>

namespace quayside {

namespace {

constexpr std::chrono::milliseconds restingTime(300);
constexpr std::chrono::seconds freshFor = std::chrono::minutes(5);

/// Whether it is this computer that knows how to put it back.
bool isKeptHere(const RestoreItem &item)
{
    return !item.operationId.isEmpty();
}

} // namespace

TrashView::TrashView(OperationHistory *history, Prompter *prompter, QWidget *parent)
    : QWidget(parent)
    , m_history(history)
    , m_prompter(prompter)
    , m_scope(new TextLine(TextStyle::Body, Tone::Muted, this))
    , m_filterField(new SearchField(Symbol::Filter, tr("Filter"), {}, this))
    , m_forget(button(tr("Forget…"), ButtonKind::Plain, this))
    , m_restore(button(tr("Restore"), ButtonKind::Primary, this))
    , m_resultBar(new ResultBar(this))
    , m_stack(new QStackedLayout)
    , m_list(new RowView(RowView::Surface::Content, this))
    , m_message(new MessagePage(this))
    , m_selectedText(new TextLine(TextStyle::Small, Tone::Muted, this))
    , m_checkText(new TextLine(TextStyle::Small, Tone::Muted, this))
    , m_check(button(tr("Check now"), ButtonKind::Link, this))
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
    connect(m_forget, &QPushButton::clicked, this, &TrashView::askToForget);
    connect(m_check, &QPushButton::clicked, this, &TrashView::checkOrStop);
    m_selectionRests.setSingleShot(true);
    m_selectionRests.setInterval(restingTime);
    connect(&m_selectionRests, &QTimer::timeout, this, &TrashView::checkSelected);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, &m_selectionRests,
            qOverload<>(&QTimer::start));
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
    m_forget->setStatusTip(tr("Forgets how to put them back. Changes nothing in the registry."));
    auto *layout = new QHBoxLayout(top);
    layout->setContentsMargins(16, 0, 12, 0);
    layout->setSpacing(12);
    layout->addWidget(m_scope, 3);
    layout->addWidget(m_filterField, 1);
    layout->addWidget(m_forget);
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
    m_checkText->setShrinks(false);
    m_check->setStatusTip(tr("Reads one byte of each layer that is needed; changes nothing"));
    m_check->setFocusPolicy(Qt::TabFocus); // a click leaves the focus in the list
    layout->addWidget(m_checkText);
    layout->addWidget(m_check);
    return footer;
}

void TrashView::showTrash(RegistrySession *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->disconnect(this);
        m_session->trash()->disconnect(this);
    }
    if (m_checking)
        m_checking->stop();
    m_session = session;
    m_resultBar->hide();
    m_filterField->clear();
    m_filter->setSourceModel(session->trash());
    applyColumns();
    connect(session->trash(), &TrashModel::statusChanged, this, &TrashView::updateStatus);
    connect(session, &RegistrySession::configChanged, this, &TrashView::updateSelection);
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
    const bool isReadOnly = m_session->config().mode == RegistryMode::ReadOnly;
    m_restore->setEnabled(selected > 0 && !isReadOnly);
    m_restore->setToolTip(isReadOnly     ? tr("This registry is set to read-only")
                          : selected > 0 ? QString()
                                         : tr("Select what is to come back"));
    const auto items = selectedItems();
    const bool anyHere = std::any_of(items.begin(), items.end(), isKeptHere);
    m_forget->setEnabled(anyHere);
    m_forget->setToolTip(anyHere ? QString() : tr("Select what was deleted from this computer"));
    updateCheck();
}

/// "5 not checked · Check now", or how far it is.
void TrashView::updateCheck()
{
    const int unchecked = m_session->trash()->uncheckedCount();
    const bool anyHere = std::any_of(m_session->trash()->rows().begin(), m_session->trash()->rows().end(),
                                     [](const DeletedEntry &entry) { return isKeptHere(entry.restore); });
    m_check->setVisible(anyHere);
    m_forget->setVisible(anyHere); // what the registry keeps is not ours to forget
    m_check->setText(m_checking ? tr("Stop") : unchecked > 0 ? tr("Check now") : tr("Check again"));
    if (m_checking)
        m_checkText->setText(tr("%1 of %2 layers looked at")
                                 .arg(countText(m_checking->done()), countText(m_checking->total())));
    else
        m_checkText->setText(unchecked > 0 ? tr("%1 not checked").arg(countText(unchecked)) : QString());
}

std::vector<RestoreItem> TrashView::selectedItems() const
{
    QList<int> rows;
    for (const QModelIndex &index : m_list->selectionModel()->selectedRows())
        rows << m_filter->mapToSource(index).row();
    return m_session->trash()->restoreItems(rows);
}

/// One entry is looked at when it is selected; more of them when the person asks.
void TrashView::checkSelected()
{
    const QModelIndexList selected = m_list->selectionModel()->selectedRows();
    if (!m_session || m_checking || selected.size() != 1)
        return;
    const QDateTime at = selected.first().data(TrashModel::CheckedAtRole).toDateTime();
    const auto items = selectedItems();
    const bool isFresh = at.isValid() && at.secsTo(QDateTime::currentDateTimeUtc()) < freshFor.count();
    if (isKeptHere(items.front()) && !isFresh)
        check(items);
}

void TrashView::checkOrStop()
{
    if (!m_session)
        return;
    if (m_checking)
        return m_checking->stop();
    const bool again = m_session->trash()->uncheckedCount() == 0;
    std::vector<RestoreItem> items;
    for (const DeletedEntry &entry : m_session->trash()->rows()) {
        if (isKeptHere(entry.restore) && (again || entry.check.restorable == Restorable::NotChecked))
            items.push_back(entry.restore);
    }
    check(std::move(items));
}

void TrashView::check(std::vector<RestoreItem> items)
{
    m_checking = m_history->checkDeleted(m_session, std::move(items));
    connect(m_checking, &Operation::progressed, this, &TrashView::updateCheck);
    connect(m_checking, &Operation::finished, this,
            [this, operation = m_checking.data()] { checked(operation); });
    updateCheck();
}

void TrashView::checked(CheckDeleted *operation)
{
    m_checking = nullptr;
    if (!m_session)
        return;
    if (operation->error() && operation->registryId() == m_session->id())
        m_resultBar->showResult(failureResult(*operation, m_session));
    updateCheck();
}

void TrashView::askToForget()
{
    if (!m_session)
        return;
    auto items = selectedItems();
    std::erase_if(items, [](const RestoreItem &item) { return !isKeptHere(item); });
    if (items.empty())
        return;
    const RestoreItem &first = items.front();
    const QString what = items.size() == 1 ? toQString(first.repository.toString()) + u' ' + first.what()
                                           : tr("%1 images and tags").arg(countText(qint64(items.size())));
    auto *dialog = new ForgetDialog(what, window());
    connect(dialog, &QDialog::accepted, this, [this, session = m_session, items] {
        if (session && session == m_session)
            forgetItems(items);
    });
    m_prompter->show(dialog);
}

void TrashView::forgetItems(const std::vector<RestoreItem> &items)
{
    ForgetDeleted *operation = m_history->forgetDeleted(m_session, items);
    connect(operation, &Operation::finished, this, [this, operation] {
        if (m_session && operation->error())
            m_resultBar->showResult(failureResult(*operation, m_session));
    });
}

void TrashView::restoreSelected()
{
    if (!m_session || !m_list->selectionModel()->hasSelection())
        return;
    const std::vector<RestoreItem> items = selectedItems();
    RestoreImages *operation = m_history->restore(m_session, items);
    connect(operation, &Operation::finished, this, [this, operation, items] { restored(operation, items); });
}

void TrashView::restored(RestoreImages *operation, std::vector<RestoreItem> items)
{
    if (!m_session || m_session->id() != operation->registryId())
        return;
    m_resultBar->showResult(restoreResult(*operation, m_session));
    std::erase_if(items, [](const RestoreItem &item) { return !isKeptHere(item); });
    if (!operation->missing().empty() && !m_checking)
        check(std::move(items)); // the rows show what is gone
}

} // namespace quayside
