// SPDX-License-Identifier: Apache-2.0
#include "ui/tagview.h"

#include "model/taglistmodel.h"
#include "oci/qtconversions.h"
#include "ui/errormessage.h"
#include "ui/format.h"
#include "ui/look/rowview.h"
#include "ui/messagepage.h"
#include "ui/resultbar.h"
#include "ui/searchfield.h"
#include "ui/smallwidgets.h"
#include "ui/tabrow.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QHelpEvent>
#include <QItemSelectionModel>
#include <QStackedLayout>
#include <QToolTip>

#include <algorithm>

namespace quayside {

namespace {

constexpr int shortestName = 28; // characters that the first column keeps

} // namespace

class TagView::Delegate : public RowDelegate
{
public:
    explicit Delegate(TagView *view)
        : RowDelegate(view)
        , m_view(view)
    {}

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                   const QModelIndex &index) override
    {
        if (event->type() != QEvent::ToolTip || !index.isValid())
            return false;
        QToolTip::showText(event->globalPos(),
                           untrustedToolTip(tagToolTip(static_cast<TagColumn>(index.column()), index)), view);
        return true;
    }

protected:
    void paintCell(CellPainter &cell, const QStyleOptionViewItem &option,
                   const QModelIndex &index) const override
    {
        TagRow row = m_view->rowAt(index);
        const auto column = static_cast<TagColumn>(index.column());
        if (row.state == TagRow::State::Failed && paintLongReason(cell, option, column, row))
            return;
        paintTagCell(cell, column, row, QDateTime::currentDateTimeUtc());
    }

private:
    /// A reason that does not fit beside the name takes the place of Platforms, Size and Pushed.
    bool paintLongReason(CellPainter &cell, const QStyleOptionViewItem &option, TagColumn column,
                         const TagRow &row) const
    {
        if (column < TagColumn::Platforms || reasonFits(row, m_view->m_list->columnWidth(0), cell.body()))
            return false;
        const bool isFirst = column == TagColumn::Platforms ||
                             m_view->m_list->isColumnHidden(static_cast<int>(TagColumn::Platforms));
        if (isFirst && column != TagColumn::Pushed) {
            const int end = m_view->m_list->viewport()->width() - RowView::endInset;
            cell.skipEnd(option.rect.right() - end);
            cell.text(visibleText(row.reason), TextStyle::Body, cell.colours().danger);
        }
        return true;
    }

    TagView *m_view;
};

TagView::TagView(QWidget *parent)
    : QWidget(parent)
    , m_tabs(new TabRow(this))
    , m_filter(new SearchField(Symbol::Filter, tr("Filter, e.g. 1.2*"), {}, this))
    , m_showImage(iconButton(Symbol::Image, tr("Show the image (Enter)"), this))
    , m_resultBar(new ResultBar(this))
    , m_stack(new QStackedLayout)
    , m_list(new RowView(RowView::Surface::Content, this))
    , m_message(new MessagePage(this))
    , m_selectedText(new TextLine(TextStyle::Small, Tone::Muted, this))
    , m_hiddenText(new TextLine(TextStyle::Small, Tone::Muted, this))
    , m_showHidden(button(tr("Show"), ButtonKind::Link, this))
{
    m_tabs->addTab(tr("Tags"));
    m_filter->setAccessibleName(tr("Filter tags"));
    m_filter->setStatusTip(tr("Text, a pattern with * and ?, or /a regular expression/"));
    m_filter->setMaximumWidth(208);
    buildList();

    auto *top = new QHBoxLayout;
    top->setContentsMargins(16, 0, 20, 0);
    top->addWidget(m_tabs);
    top->addStretch(1);
    top->addWidget(m_filter, 2);
    top->addWidget(m_showImage);
    m_showImage->hide();
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_message);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new Hairline(this));
    layout->addWidget(m_resultBar);
    layout->addLayout(m_stack, 1);
    layout->addWidget(new Hairline(this));
    layout->addWidget(buildFooter());

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (m_tags)
            m_tags->setFilter(text);
    });
    connect(m_showImage, &QToolButton::clicked, this, &TagView::imageWanted);
    connect(m_filter, &SearchField::left, m_list, [this] { m_list->setFocus(Qt::OtherFocusReason); });
    connect(m_message, &MessagePage::actionPressed, this, [this] {
        if (m_filterMessage)
            m_filter->clear();
        else
            Q_EMIT refreshWanted();
    });
}

void TagView::buildList()
{
    m_list->showHeader({TagListModel::SizeColumn, TagListModel::PushedColumn});
    m_list->setAccessibleName(tr("Tags"));
    m_list->setItemDelegate(new Delegate(this));
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &RowView::deletePressed, this, &TagView::deleteWanted);
    connect(m_list, &QAbstractItemView::activated, this, [this] {
        if (!m_showImage->isHidden())
            Q_EMIT imageWanted();
    });
    connect(m_list, &RowView::visibleRangeChanged, this, [this](int first, int last) {
        if (m_tags && first >= 0)
            m_tags->setVisibleRange(first, last);
    });
    connect(m_showHidden, &QPushButton::clicked, this, [this] {
        if (m_tags)
            m_tags->setShowSignatureTags(!m_tags->showsSignatureTags());
        updateFooter();
    });
}

QWidget *TagView::buildFooter()
{
    auto *footer = new QWidget(this);
    footer->setFixedHeight(footerHeight(QFontMetrics(QApplication::font())));
    auto *layout = new QHBoxLayout(footer);
    layout->setContentsMargins(16, 0, 14, 0);
    layout->setSpacing(2);
    layout->addWidget(m_selectedText, 1);
    layout->addWidget(m_hiddenText);
    layout->addWidget(m_showHidden);
    setTextStyle(m_showHidden, TextStyle::Small);
    m_hiddenText->setShrinks(false);
    return footer;
}

void TagView::setTags(TagListModel *tags)
{
    if (m_tags == tags)
        return;
    if (m_tags)
        m_tags->disconnect(this);
    m_tags = tags;
    m_currentDigest.clear();
    m_resultBar->hide();
    m_filter->clear();
    m_list->setModel(tags);
    if (!tags)
        return;
    applyColumns();
    connect(tags, &TagListModel::statusChanged, this, &TagView::updateStatus);
    connect(tags, &TagListModel::arranged, this, &TagView::updateStatus);
    connect(tags, &QAbstractItemModel::rowsInserted, this, &TagView::updateStatus);
    connect(tags, &QAbstractItemModel::rowsRemoved, this, &TagView::updateStatus);
    connect(tags, &QAbstractItemModel::layoutChanged, this, &TagView::updateStatus);
    connect(tags, &QAbstractItemModel::modelReset, this, &TagView::updateStatus);
    connect(tags, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &from, const QModelIndex &to) {
                const int current = m_list->currentIndex().row();
                if (from.row() <= current && current <= to.row())
                    selectionMoved();
            });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TagView::selectionMoved);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &TagView::selectionMoved);
    updateStatus();
    Q_EMIT currentChanged();
}

void TagView::applyColumns()
{
    QHeaderView *header = m_list->header();
    header->setSortIndicator(m_tags->sortColumn(), m_tags->sortOrder());
    m_list->setSortingEnabled(true);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(TagListModel::TagColumn, QHeaderView::Stretch);
    for (const TagColumn column :
         {TagColumn::Image, TagColumn::Platforms, TagColumn::Size, TagColumn::Pushed})
        header->resizeSection(static_cast<int>(column), tagColumnWidth(column, QApplication::font()));
    fitColumns();
}

/// Without room for names the columns leave, the least important first.
void TagView::fitColumns()
{
    if (!m_tags)
        return;
    const QFont body = QApplication::font();
    int needed = QFontMetrics(body).averageCharWidth() * shortestName;
    for (const TagColumn column :
         {TagColumn::Image, TagColumn::Platforms, TagColumn::Size, TagColumn::Pushed})
        needed += tagColumnWidth(column, body);
    for (const TagColumn column : {TagColumn::Platforms, TagColumn::Pushed, TagColumn::Size}) {
        const bool leaves = needed > width();
        m_list->header()->setSectionHidden(static_cast<int>(column), leaves);
        if (leaves)
            needed -= tagColumnWidth(column, body);
    }
}

void TagView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

TagRow TagView::rowAt(const QModelIndex &index) const
{
    TagRow row = tagRow(index);
    row.sameImage =
        !m_currentDigest.isEmpty() && index.data(TagListModel::DigestRole).toString() == m_currentDigest;
    return row;
}

std::optional<Tag> TagView::currentTag() const
{
    const QModelIndex index = m_list->currentIndex();
    if (!m_tags || !index.isValid() || !m_list->selectionModel()->isRowSelected(index.row()))
        return {};
    return m_tags->entryAt(index.row()).tag;
}

QStringList TagView::selectedTags() const
{
    QStringList result;
    for (const DeleteRequest::ChosenTag &chosen : chosenTags())
        result << toQString(chosen.tag.toString());
    return result;
}

std::vector<DeleteRequest::ChosenTag> TagView::chosenTags() const
{
    std::vector<DeleteRequest::ChosenTag> result;
    if (!m_tags)
        return result;
    QModelIndexList rows = m_list->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex &index : rows) {
        const TagEntry &entry = m_tags->entryAt(index.row());
        result.push_back({entry.tag, entry.digest});
    }
    return result;
}

void TagView::selectTag(const QString &tag)
{
    const auto parsed = Tag::parse(toStdString(tag));
    const int row = m_tags && parsed ? m_tags->rowOf(*parsed) : -1;
    if (row < 0)
        return;
    const QModelIndex index = m_tags->index(row, 0);
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void TagView::setOffersImage(bool offers)
{
    m_showImage->setVisible(offers);
}

void TagView::selectAll()
{
    m_list->selectAll();
}

void TagView::selectionMoved()
{
    const auto tag = currentTag();
    const TagEntry *entry = tag ? m_tags->entryOf(*tag) : nullptr;
    const QString digest = entry && entry->digest ? toQString(entry->digest->toString()) : QString();
    m_currentDigest = digest;
    m_list->viewport()->update();
    updateFooter();
    Q_EMIT currentChanged();
    Q_EMIT selectionChanged();
}

void TagView::updateStatus()
{
    if (!m_tags)
        return;
    m_tabs->setCount(0, m_tags->tagCount());
    updateFooter();
    updateMessage();
}

void TagView::updateFooter()
{
    if (!m_tags)
        return;
    const qsizetype selected = m_list->selectionModel()->selectedRows().size();
    const int total = m_tags->tagCount();
    QString text = tr("%1 of %2 selected").arg(countText(selected), countText(total));
    if (m_tags->isLoading())
        text = tr("%1 read, reading on…").arg(countText(total));
    else if (m_tags->error() && m_tags->rowCount() > 0)
        text = total == 1 ? tr("1 tag read, then it failed")
                          : tr("%n tags read, then it failed", nullptr, total);
    m_selectedText->setText(text);
    const int signatures = m_tags->signatureTagCount();
    const bool shown = m_tags->showsSignatureTags();
    m_hiddenText->setVisible(signatures > 0);
    m_showHidden->setVisible(signatures > 0);
    m_showHidden->setText(shown ? tr("Hide") : tr("Show"));
    const QString count =
        signatures == 1 ? tr("1 signature tag") : tr("%n signature tags", nullptr, signatures);
    m_hiddenText->setText(shown ? count : tr("%1 hidden").arg(count));
}

void TagView::updateMessage()
{
    const bool empty = m_tags->rowCount() == 0;
    m_filterMessage = empty && !m_tags->filter().isEmpty() && m_tags->tagCount() > 0;
    MessagePage::Message message;
    if (m_filterMessage) {
        message.headline = m_tags->isFilterValid() ? tr("No tag matches %1").arg(m_tags->filter())
                                                   : tr("%1 is no regular expression.").arg(m_tags->filter());
        message.reason = tr("in %1.").arg(countText(m_tags->tagCount()));
        message.actions = {tr("Clear")};
    } else if (empty && m_tags->error()) {
        ErrorContext context;
        context.repository = toQString(m_tags->repository().toString());
        context.verb = Verb::List;
        message = errorMessage(*m_tags->error(), context);
        message.actions = {tr("Try again")};
    } else if (empty && !m_tags->isLoading() && m_tags->isComplete()) {
        message.headline = tr("No tags.");
        message.reason = tr("The registry keeps the name.");
    }
    if (!message.headline.isEmpty() && message.headline != m_message->headline())
        m_message->showMessage(message);
    m_stack->setCurrentWidget(message.headline.isEmpty() ? static_cast<QWidget *>(m_list) : m_message);
}

} // namespace quayside
