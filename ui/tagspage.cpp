// SPDX-License-Identifier: Apache-2.0
#include "ui/tagspage.h"

#include "model/copyoffer.h"
#include "model/deleteimages.h"
#include "model/operationhistory.h"
#include "model/plandelete.h"
#include "model/plantext.h"
#include "model/registrysession.h"
#include "model/taglistmodel.h"
#include "oci/qtconversions.h"
#include "ui/deletesheet.h"
#include "ui/format.h"
#include "ui/imageview.h"
#include "ui/look/rowview.h"
#include "ui/operationtext.h"
#include "ui/prompter.h"
#include "ui/smallwidgets.h"
#include "ui/tabrow.h"
#include "ui/tagview.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QShortcut>
#include <QSplitter>

#include <algorithm>
#include <set>
#include <utility>

namespace quayside {

namespace {

constexpr int quickPlanMilliseconds = 250;
constexpr int imagePaneWidth = 360;
constexpr int narrowWindow = 1000; // below, the image pane lies over the list

} // namespace

TagsPage::TagsPage(OperationHistory *history, Prompter *prompter, QWidget *parent)
    : QWidget(parent)
    , m_history(history)
    , m_prompter(prompter)
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_tags(new TagView(m_splitter))
    , m_image(new ImageView(m_splitter))
    , m_drawer(new QWidget(this))
{
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_image->setMinimumWidth(280);
    m_splitter->setSizes({imagePaneWidth * 2, imagePaneWidth});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_planTimer.setSingleShot(true);
    m_planTimer.setInterval(quickPlanMilliseconds);
    connect(&m_planTimer, &QTimer::timeout, this, &TagsPage::showPlanProgress);
    connect(m_tags, &TagView::currentChanged, this, &TagsPage::showCurrent);
    connect(m_tags, &TagView::selectionChanged, this, &TagsPage::selectionChanged);
    connect(m_tags, &TagView::deleteWanted, this, &TagsPage::deleteSelected);
    connect(m_tags, &TagView::refreshWanted, this, [this] {
        if (m_session && m_repository)
            m_session->refreshTags(*m_repository);
    });
    connect(m_image, &ImageView::tagChosen, m_tags, &TagView::selectTag);
    connect(m_image, &ImageView::deleteWanted, this, [this] { deleteSelected(false); });
    buildBar();
    buildDrawer();
}

void TagsPage::buildDrawer()
{
    m_drawer->setAutoFillBackground(true);
    m_drawer->setBackgroundRole(QPalette::Base);
    auto *layout = new QHBoxLayout(m_drawer);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new Hairline(m_drawer, Qt::Vertical));
    m_drawer->hide();
    auto *escape = new QShortcut(Qt::Key_Escape, m_drawer);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &TagsPage::closeDrawer);
    connect(m_image, &ImageView::closeWanted, this, &TagsPage::closeDrawer);
    connect(m_tags, &TagView::imageWanted, this, &TagsPage::openDrawer);
}

void TagsPage::setNarrow(bool narrow)
{
    if (m_narrow == narrow)
        return;
    m_narrow = narrow;
    m_image->setClosable(narrow);
    m_tags->setOffersImage(narrow);
    if (narrow) {
        m_drawer->layout()->addWidget(m_image);
    } else {
        m_drawer->hide();
        m_splitter->addWidget(m_image);
        m_splitter->setSizes({width() - imagePaneWidth, imagePaneWidth});
    }
    m_image->show();
}

void TagsPage::openDrawer()
{
    placeDrawer();
    m_drawer->show();
    m_drawer->raise();
    m_image->tabs()->setFocus(Qt::OtherFocusReason);
}

void TagsPage::closeDrawer()
{
    m_drawer->hide();
    m_tags->list()->setFocus(Qt::OtherFocusReason);
}

void TagsPage::placeDrawer()
{
    const int shown = std::min(imagePaneWidth, width());
    m_drawer->setGeometry(width() - shown, 0, shown, height());
}

void TagsPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    setNarrow(window()->width() < narrowWindow);
    placeDrawer();
}

void TagsPage::buildBar()
{
    connect(m_tags->resultBar(), &ResultBar::actionPressed, this, &TagsPage::barPressed);
    connect(m_tags->resultBar(), &ResultBar::failedPressed, this, &TagsPage::activityWanted);
}

void TagsPage::showRepository(RegistrySession *session, const RepositoryName &repository)
{
    if (m_session == session && m_repository == repository)
        return;
    m_session = session;
    m_repository = repository;
    m_undoable.clear();
    m_image->showNothing();
    m_tags->setTags(session->openTags(repository));
}

void TagsPage::forget(RegistrySession *session)
{
    if (m_session != session)
        return;
    m_tags->setTags(nullptr);
    m_image->showNothing();
    m_session = nullptr;
    m_repository.reset();
}

bool TagsPage::hasSelection() const
{
    return !m_tags->selectedTags().isEmpty();
}

void TagsPage::showCurrent()
{
    const TagListModel *tags = m_tags->tags();
    const std::optional<Tag> current = m_tags->currentTag();
    if (!m_session || !m_repository || !tags)
        return;
    if (m_tags->list()->selectionModel()->selectedRows().size() > 1) {
        showSelectionSummary();
        return;
    }
    const TagEntry *entry = current ? tags->entryOf(*current) : nullptr;
    if (!entry) {
        m_image->showNothing();
        return;
    }
    ImageListing listing;
    listing.tag = toQString(entry->tag.toString());
    if (entry->digest) {
        listing.digest = toQString(entry->digest->toString());
        for (const Tag &tag : tags->tagsOf(*entry->digest))
            listing.tags << toQString(tag.toString());
    }
    if (entry->facts) {
        listing.totalSize = entry->facts->totalSize.value_or(-1);
        listing.pushed = entry->facts->pushed.value_or(QDateTime());
        listing.built = entry->facts->built.value_or(QDateTime());
    }
    m_image->showImage(m_session, *m_repository, listing);
}

void TagsPage::showSelectionSummary()
{
    const TagListModel *tags = m_tags->tags();
    std::set<Digest> images;
    qint64 bytes = 0;
    const std::vector<DeleteRequest::ChosenTag> chosen = m_tags->chosenTags();
    for (const DeleteRequest::ChosenTag &each : chosen) {
        const TagEntry *entry = tags->entryOf(each.tag);
        if (!entry || !entry->digest || !images.insert(*entry->digest).second)
            continue;
        if (entry->facts)
            bytes += entry->facts->totalSize.value_or(entry->facts->size.value_or(0));
    }
    QString text = tagCountText(static_cast<int>(chosen.size()));
    if (bytes > 0)
        text += QStringLiteral(", ") + sizeText(bytes).joined();
    m_image->showSummary(imageCountText(static_cast<int>(images.size())), text);
}

void TagsPage::deleteSelected(bool wholeImages)
{
    if (!m_session || !m_repository || m_plan)
        return;
    const DeleteRequest request{*m_repository, m_tags->chosenTags(), {}, wholeImages};
    if (!request.tags.empty())
        planDelete(request);
}

void TagsPage::deleteRepository()
{
    if (!m_session || !m_repository || m_plan)
        return;
    DeleteRequest request{*m_repository, {}, {}};
    request.wholeRepository = true;
    planDelete(request);
}

/// Plans again, with these images and all their tags.
void TagsPage::planWithImages(const std::vector<Digest> &images)
{
    if (!m_session || !m_repository || m_plan || !m_request || m_request->repository != *m_repository)
        return;
    DeleteRequest request = *m_request;
    const TagListModel *tags = m_tags->tags();
    std::erase_if(request.tags, [&](const DeleteRequest::ChosenTag &chosen) {
        const TagEntry *entry = tags ? tags->entryOf(chosen.tag) : nullptr;
        return entry && entry->digest &&
               std::find(images.begin(), images.end(), *entry->digest) != images.end();
    });
    request.images.insert(request.images.end(), images.begin(), images.end());
    planDelete(request);
}

void TagsPage::planDelete(const DeleteRequest &request)
{
    m_request = request;
    m_plan = m_history->planDelete(m_session, request);
    PlanDelete *plan = m_plan;
    connect(plan, &Operation::finished, this, [this, plan] { planned(plan); });
    connect(plan, &Operation::progressed, this, [this] {
        if (!m_planTimer.isActive())
            showPlanProgress();
    });
    m_planTimer.start();
}

void TagsPage::showPlanProgress()
{
    if (!m_plan)
        return;
    ResultBar::Result result;
    result.symbol = Symbol::Search;
    result.text = tr("Looking for tags that share these images");
    if (m_plan->total() > 0)
        result.note = tr("%1 of %2").arg(countText(m_plan->done()), countText(m_plan->total()));
    result.actionText = tr("Stop");
    m_undoable.clear();
    m_tags->resultBar()->showResult(result);
}

void TagsPage::planned(PlanDelete *plan)
{
    m_planTimer.stop();
    m_plan = nullptr;
    if (!concernsShown(plan->registryId(), plan->repository()))
        return;
    m_tags->resultBar()->hide();
    if (!plan->plan()) {
        m_tags->resultBar()->showResult(failureResult(*plan, m_session));
        return;
    }
    if (plan->plan()->friction == Friction::None)
        carryOut(*plan->plan(), {});
    else
        ask(*plan->plan());
}

void TagsPage::ask(const DeletePlan &plan)
{
    auto *sheet = new DeleteSheet(plan, m_session->isLocal(), m_session->config().colour, window());
    sheet->setCopyOffer(m_history->offerCopy(plan));
    connect(sheet, &QDialog::accepted, this,
            [this, sheet] { carryOut(sheet->plan(), sheet->confirmation()); });
    connect(sheet, &DeleteSheet::prompted, this, [this](QDialog *dialog) { m_prompter->show(dialog); });
    connect(sheet, &DeleteSheet::replaced, this, &TagsPage::ask);
    connect(sheet, &DeleteSheet::wholeImagesWanted, this, &TagsPage::planWithImages);
    m_prompter->show(sheet);
}

void TagsPage::carryOut(const DeletePlan &plan, const Confirmation &confirmation)
{
    DeleteImages *operation = m_history->deleteImages(plan, confirmation);
    m_delete = operation;
    connect(operation, &Operation::finished, this, [this, operation] { deleted(operation); });
    connect(operation, &Operation::stateChanged, this, [this, operation] {
        if (operation->state() == Operation::State::Paused)
            showPaused(operation);
    });
}

void TagsPage::showPaused(DeleteImages *operation)
{
    if (!concernsShown(operation->registryId(), operation->repository()))
        return;
    ResultBar::Result result;
    result.symbol = Symbol::Warning;
    result.text = tr("Ten deletes in a row failed");
    result.actionText = tr("Go on");
    m_tags->resultBar()->showResult(result);
}

void TagsPage::deleted(DeleteImages *operation)
{
    if (m_delete == operation)
        m_delete = nullptr;
    if (!concernsShown(operation->registryId(), operation->repository()))
        return;
    m_undoable = operation->count(Outcome::Done) > 0 ? operation->id() : QString();
    m_tags->resultBar()->showResult(deleteResult(*operation, m_session, !m_undoable.isEmpty()));
}

void TagsPage::barPressed()
{
    if (m_plan) {
        m_plan->stop();
    } else if (m_delete && m_delete->state() == Operation::State::Paused) {
        m_tags->resultBar()->hide();
        m_delete->resume();
    } else if (!m_undoable.isEmpty()) {
        startUndo(std::exchange(m_undoable, {}));
    }
}

bool TagsPage::undo()
{
    if (!m_session || !m_repository)
        return false;
    const auto operation = m_history->undoable(m_session->id(), toQString(m_repository->toString()));
    if (!operation)
        return false;
    m_undoable.clear(); // the bar's button would undo the same
    startUndo(operation->id);
    return true;
}

void TagsPage::restoreFile(const UndoRecord &record)
{
    RestoreImages *operation = m_session ? m_history->restoreFile(m_session, record) : nullptr;
    if (operation)
        connect(operation, &Operation::finished, this, [this, operation] { restored(operation); });
}

void TagsPage::startUndo(const QString &operationId)
{
    RestoreImages *operation = m_history->undo(operationId);
    if (!operation)
        return;
    connect(operation, &Operation::finished, this, [this, operation] { restored(operation); });
}

void TagsPage::restored(RestoreImages *operation)
{
    if (concernsShown(operation->registryId(), operation->repository()))
        m_tags->resultBar()->showResult(restoreResult(*operation, m_session));
}

bool TagsPage::concernsShown(const QString &registryId, const QString &repository) const
{
    return m_session && m_repository && m_session->id() == registryId &&
           toQString(m_repository->toString()) == repository;
}

void TagsPage::copyReferences(bool withDigest)
{
    if (!m_session || !m_repository)
        return;
    const QString place = referenceHost(*m_session) + u'/' + toQString(m_repository->toString());
    QStringList lines;
    for (const DeleteRequest::ChosenTag &chosen : m_tags->chosenTags()) {
        if (!withDigest)
            lines << place + u':' + toQString(chosen.tag.toString());
        else if (chosen.seen)
            lines << place + u'@' + toQString(chosen.seen->toString());
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace quayside
