// SPDX-License-Identifier: Apache-2.0
#include "ui/mainwindow.h"

#include "model/activitymodel.h"
#include "model/loadsamples.h"
#include "model/operationhistory.h"
#include "model/registrylist.h"
#include "model/registrytreemodel.h"
#include "model/sessionmanager.h"
#include "model/settings.h"
#include "model/undofiles.h"
#include "oci/qtconversions.h"
#include "ui/activitypanel.h"
#include "ui/closingdialog.h"
#include "ui/contentarea.h"
#include "ui/errormessage.h"
#include "ui/format.h"
#include "ui/gotobox.h"
#include "ui/look/rowview.h"
#include "ui/messagepage.h"
#include "ui/noticedialog.h"
#include "ui/prompter.h"
#include "ui/registrysidebar.h"
#include "ui/smallwidgets.h"
#include "ui/startpage.h"
#include "ui/statusline.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"

#include <QAction>
#include <QBoxLayout>
#include <QCloseEvent>
#include <QSplitter>
#include <QToolButton>

#include <algorithm>

namespace quayside {

namespace {

constexpr int sidebarWidth = 240;
constexpr QSize firstSize(1280, 800);

} // namespace

MainWindow::MainWindow(SessionManager *sessions, OperationHistory *history, LocalRegistryControl *local,
                       Settings *settings, Prompter *prompter, QWidget *parent)
    : QMainWindow(parent)
    , m_sessions(sessions)
    , m_history(history)
    , m_settings(settings)
    , m_prompter(prompter)
    , m_tree(new RegistryTreeModel(sessions, this))
    , m_activityModel(new ActivityModel(history, this))
    , m_sidebar(new RegistrySidebar(m_tree, this))
    , m_content(new ContentArea(sessions, history, local, prompter, this))
    , m_activity(new ActivityPanel(m_activityModel, history, this))
    , m_status(new StatusLine(this))
    , m_undoFiles(new UndoFiles(history->journal(), sessions->transport(), this))
{
    setWindowTitle(QStringLiteral("Quayside"));
    buildLayout();
    buildMenus();
    connectParts();
    restoreState();
    for (RegistrySession *session : m_sessions->sessions())
        session->open();
    updateActions();
    updateStatus();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildLayout()
{
    auto *columns = new QSplitter(Qt::Horizontal, this);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    columns->addWidget(m_sidebar);
    columns->addWidget(m_content);
    columns->setStretchFactor(0, 0);
    columns->setStretchFactor(1, 1);
    columns->setSizes({sidebarWidth, firstSize.width() - sidebarWidth});
    m_sidebar->setMinimumWidth(160);
    auto *central = new QWidget(this);
    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(columns, 1);
    layout->addWidget(m_activity);
    m_activity->hide();
    setCentralWidget(central);
    setStatusBar(m_status);
}

void MainWindow::connectParts()
{
    connect(m_sidebar, &RegistrySidebar::placeChosen, this, &MainWindow::goTo);
    connect(m_sidebar, &RegistrySidebar::addRegistryWanted, this, [this] { addRegistry({}); });
    connect(m_sidebar, &RegistrySidebar::loginWanted, this, &MainWindow::logIn);
    connect(m_sidebar, &RegistrySidebar::logoutWanted, m_sessions, &SessionManager::logOut);
    connect(m_sidebar, &RegistrySidebar::trustWanted, this, &MainWindow::showTrust);
    connect(m_sidebar, &RegistrySidebar::settingsWanted, this, &MainWindow::showSettings);
    connect(m_sidebar, &RegistrySidebar::removeRegistryWanted, this,
            [this](const QString &id) { m_sessions->registries()->remove(id); });
    connect(m_sidebar, &RegistrySidebar::deleteRepositoryWanted, this, [this](const Place &place) {
        goTo(place); // what is about to go is seen behind the question
        deleteRepository();
    });
    connect(m_content, &ContentArea::placeWanted, this, &MainWindow::goTo);
    connect(m_content, &ContentArea::entered, this, &MainWindow::open);
    connect(m_content, &ContentArea::samplesWanted, this, &MainWindow::loadSamples);
    connect(m_content, &ContentArea::loginWanted, this, &MainWindow::logIn);
    connect(m_content, &ContentArea::addRegistryWanted, this, &MainWindow::addRegistry);
    connect(m_content, &ContentArea::activityWanted, this, [this] { m_showActivity->setChecked(true); });
    connect(m_content, &ContentArea::selectionChanged, this, &MainWindow::updateActions);
    connect(m_status->activityButton(), &QToolButton::toggled, m_showActivity, &QAction::setChecked);
    connect(m_showActivity, &QAction::toggled, m_status->activityButton(), &QToolButton::setChecked);
    connect(m_sessions->registries(), &RegistryList::updated, this, &MainWindow::updateActions);
    connect(m_sessions, &SessionManager::sessionAdded, this, [this](RegistrySession *session) {
        session->open();
        offerRegistries(m_known);
    });
    connect(m_history, &OperationHistory::operationStarted, this, &MainWindow::followOperation);
    connect(m_history, &OperationHistory::operationFinished, this, &MainWindow::updateStatus);
    connect(m_history, &OperationHistory::changed, this, &MainWindow::updateActions);
    connectUndoFiles();
}

void MainWindow::restoreState()
{
    const SettingsValues &values = m_settings->values();
    resize(firstSize);
    if (!values.windowGeometry.isEmpty())
        restoreGeometry(values.windowGeometry);
    const auto repository = RepositoryName::parse(toStdString(values.openRepository));
    if (repository && m_sessions->session(values.openRegistry))
        goTo(Place::inRepository(values.openRegistry, *repository));
    else
        goTo({});
}

void MainWindow::offerRegistries(const QList<KnownRegistry> &known)
{
    m_known = known;
    const QList<RegistryConfig> &configs = m_sessions->registries()->configs();
    QList<KnownRegistry> offered;
    for (const KnownRegistry &registry : known) {
        const auto isListed = [&](const RegistryConfig &config) {
            return config.address == registry.address;
        };
        if (std::none_of(configs.begin(), configs.end(), isListed))
            offered << registry;
    }
    m_content->startPage()->setKnownRegistries(offered);
}

/// What changes a registry must not end by accident; looking may.
bool MainWindow::isBusy() const
{
    const QList<Operation *> running = m_history->running();
    return std::any_of(running.begin(), running.end(),
                       [](const Operation *operation) { return !operation->onlyLooks(); });
}

void MainWindow::askBeforeClosing()
{
    if (m_closing)
        return;
    m_closing = new ClosingDialog(m_history->running().last()->title(), this);
    connect(m_closing, &ClosingDialog::waitChosen, this, [this] { m_closesWhenIdle = true; });
    connect(m_closing, &ClosingDialog::stopChosen, this, [this] {
        m_history->stopAll();
        m_closesWhenIdle = true;
    });
    connect(m_closing, &QDialog::rejected, this, [this] { m_closesWhenIdle = false; });
    m_prompter->show(m_closing);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (isBusy()) {
        event->ignore();
        askBeforeClosing();
        return;
    }
    SettingsValues values = m_settings->values();
    values.windowGeometry = saveGeometry();
    const Place &place = m_content->place();
    values.openRegistry = place.registryId;
    values.openRepository = place.repository ? toQString(place.repository->toString()) : QString();
    m_settings->setValues(values);
    QMainWindow::closeEvent(event);
}

void MainWindow::goTo(const Place &place)
{
    m_content->showPlace(place);
    m_sidebar->setPlace(place);
    updateActions();
}

void MainWindow::open(const QString &typed)
{
    const Destination destination = findDestination(typed, *m_sessions, m_content->place().registryId);
    switch (destination.kind) {
    case Destination::Kind::Place:
        if (destination.pin)
            m_sessions->pin(destination.place.registryId, *destination.place.repository);
        goTo(destination.place);
        if (!destination.tag.isEmpty())
            m_content->tagsPage()->tagView()->selectTag(destination.tag);
        break;
    case Destination::Kind::NewRegistry:
        addRegistry(destination.address);
        break;
    case Destination::Kind::Nowhere:
        m_status->showMessage(tr("Nothing here is called that."), 5000);
        break;
    }
}

void MainWindow::loadSamples()
{
    RegistrySession *local = m_sessions->local();
    if (!local || !local->client())
        return;
    LoadSamples *operation = m_history->loadSamples(local);
    connect(operation, &Operation::finished, this, [this, operation, local] {
        if (operation->error()) {
            ErrorContext context;
            context.registry = local->config().name;
            m_status->showMessage(errorLine(*operation->error(), context), 5000);
        }
        if (operation->state() != Operation::State::Finished)
            return;
        if (const auto repository = RepositoryName::parse("demo/hello"))
            goTo(Place::inRepository(local->id(), *repository));
        m_content->tagsPage()->tagView()->list()->setFocus(Qt::OtherFocusReason); // the button is gone
    });
}

void MainWindow::undo()
{
    if (!m_content->tagsPage()->undo())
        m_showActivity->setChecked(true);
}

/// The newest delete of the repository shown that can be taken back.
std::optional<JournalOperation> MainWindow::undoable() const
{
    const Place &place = m_content->place();
    if (place.kind != Place::Kind::Repository)
        return {};
    return m_history->undoable(place.registryId, toQString(place.repository->toString()));
}

void MainWindow::deleteRepository()
{
    m_content->tagsPage()->deleteRepository();
}

void MainWindow::updateActions()
{
    const Place &place = m_content->place();
    const RegistrySession *session = m_sessions->session(place.registryId);
    const bool isRepository = session && place.kind == Place::Kind::Repository;
    const bool selected = isRepository && m_content->tagsPage()->hasSelection();
    const bool mayChange = session && session->config().mode != RegistryMode::ReadOnly;
    for (QAction *action : {m_copy, m_copyDigest})
        action->setEnabled(selected);
    for (QAction *action : {m_delete, m_deleteImages})
        action->setEnabled(selected && mayChange);
    m_deleteRepository->setEnabled(isRepository && mayChange);
    m_registrySettings->setEnabled(session != nullptr);
    const auto newest = undoable();
    m_saveUndoFile->setEnabled(newest.has_value());
    // An ampersand in a menu marks a key; names of registries and repositories have none, but stay on the
    // safe side.
    m_undo->setText(newest ? tr("&Undo: %1").arg(QString(newest->title).replace(u'&', QStringLiteral("&&")))
                           : tr("&Undo"));
}

void MainWindow::followOperation(Operation *operation)
{
    connect(operation, &Operation::progressed, this, &MainWindow::updateStatus);
    updateStatus();
}

void MainWindow::updateStatus()
{
    if (m_closesWhenIdle && !isBusy()) {
        m_closesWhenIdle = false;
        QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
    }
    const QList<Operation *> running = m_history->running();
    if (running.isEmpty()) {
        if (m_closing)
            m_closing->accept();
        m_status->showIdle();
        return;
    }
    const Operation *newest = running.last();
    QString title = newest->title();
    if (newest->unit() == Operation::Unit::Bytes)
        title = tr("%1: copied %2 of %3")
                    .arg(title, sizeText(newest->done()).joined(), sizeText(newest->total()).joined());
    m_status->showRunning(title, newest->done(), newest->total());
}

void MainWindow::showAbout()
{
    m_prompter->show(new NoticeDialog(
        tr("About Quayside"), QStringLiteral("Quayside ") + QLatin1String(QUAYSIDE_VERSION),
        {tr("Browse and manage OCI registries, with deletes that can be undone."), tr("Apache License 2.0")},
        this));
}

} // namespace quayside
