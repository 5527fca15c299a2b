// SPDX-License-Identifier: Apache-2.0
#include "ui/mainwindow.h"

#include "model/activitymodel.h"
#include "model/loadsamples.h"
#include "model/operationhistory.h"
#include "model/registrylist.h"
#include "model/registrytreemodel.h"
#include "model/sessionmanager.h"
#include "model/settings.h"
#include "oci/qtconversions.h"
#include "ui/activitypanel.h"
#include "ui/addregistrydialog.h"
#include "ui/closingdialog.h"
#include "ui/contentarea.h"
#include "ui/gotobox.h"
#include "ui/messagepage.h"
#include "ui/prompter.h"
#include "ui/registrysidebar.h"
#include "ui/searchfield.h"
#include "ui/smallwidgets.h"
#include "ui/startpage.h"
#include "ui/statusline.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"

#include <QAction>
#include <QBoxLayout>
#include <QCloseEvent>
#include <QMenuBar>
#include <QSplitter>
#include <QToolButton>

#include <algorithm>

namespace quayside {

namespace {

constexpr int sidebarWidth = 240;
constexpr QSize firstSize(1280, 800);

QAction *menuAction(QMenu *menu, const QString &text, const QString &tip, const QKeySequence &shortcut = {})
{
    QAction *action = menu->addAction(text);
    action->setStatusTip(tip);
    action->setShortcut(shortcut);
    return action;
}

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

void MainWindow::buildMenus()
{
    buildRegistryMenu();
    buildEditMenu();
    buildViewMenu();
    buildImageMenu();
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    QAction *about = menuAction(help, tr("&About Quayside"), tr("Version and licence"));
    connect(about, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::buildRegistryMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Registry"));
    QAction *add =
        menuAction(menu, tr("&Add Registry…"), tr("Add a registry by its address"), QKeySequence::New);
    QAction *samples = menuAction(menu, tr("Load &Sample Images"), tr("Pushes a few small images to Local"));
    menu->addSeparator();
    QAction *quit = menuAction(menu, tr("&Quit"), tr("Close the window and stop Local"), QKeySequence::Quit);
    connect(add, &QAction::triggered, this, [this] { addRegistry({}); });
    connect(samples, &QAction::triggered, this, &MainWindow::loadSamples);
    connect(quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::buildEditMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Edit"));
    m_undo = menuAction(menu, tr("&Undo"), tr("Take back the newest delete in this repository"),
                        QKeySequence::Undo);
    menu->addSeparator();
    m_copy = menuAction(menu, tr("&Copy Reference"), tr("host/repository:tag of the selected tags"),
                        QKeySequence::Copy);
    m_copyDigest =
        menuAction(menu, tr("Copy Reference by &Digest"), tr("host/repository@digest of the selected tags"),
                   Qt::CTRL | Qt::SHIFT | Qt::Key_C);
    QAction *all =
        menuAction(menu, tr("Select &All"), tr("Select all filtered tags"), QKeySequence::SelectAll);
    connect(m_undo, &QAction::triggered, this, &MainWindow::undo);
    connect(m_copy, &QAction::triggered, this, [this] { m_content->tagsPage()->copyReferences(false); });
    connect(m_copyDigest, &QAction::triggered, this, [this] { m_content->tagsPage()->copyReferences(true); });
    connect(all, &QAction::triggered, this, [this] { m_content->tagsPage()->tagView()->selectAll(); });
}

void MainWindow::buildViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    QAction *go = menuAction(menu, tr("&Go to…"), tr("A registry, an image or a docker pull line"));
    go->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_K), QKeySequence(Qt::CTRL | Qt::Key_L)});
    QAction *filter =
        menuAction(menu, tr("&Filter Tags"), tr("Show only some of the tags"), QKeySequence::Find);
    QAction *refresh = menuAction(menu, tr("&Refresh"), tr("Ask the registry again"), QKeySequence::Refresh);
    QAction *start = menuAction(menu, tr("&Start Page"), tr("The page that a first start shows"));
    m_showActivity = menuAction(menu, tr("&Activity"), tr("What was done, and what runs now"));
    m_showActivity->setCheckable(true);
    connect(go, &QAction::triggered, this, [this] {
        m_content->box()->setFocus(Qt::ShortcutFocusReason);
        m_content->box()->selectAll();
    });
    connect(filter, &QAction::triggered, this,
            [this] { m_content->tagsPage()->tagView()->filterField()->setFocus(Qt::ShortcutFocusReason); });
    connect(refresh, &QAction::triggered, m_content, &ContentArea::refresh);
    connect(start, &QAction::triggered, this, [this] { goTo({}); });
    connect(m_showActivity, &QAction::toggled, m_activity, &QWidget::setVisible);
}

void MainWindow::buildImageMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Image"));
    // The keys work in the list itself: a key that deletes must not act from anywhere else.
    m_delete = menuAction(menu, tr("&Delete Tags…") + u'\t' + QKeySequence(Qt::Key_Delete).toString(),
                          tr("Deletes the selected tags; an image goes with its last tag"));
    m_deleteImages = menuAction(menu,
                                tr("Delete Image with All Its &Tags…") + u'\t' +
                                    QKeySequence(Qt::SHIFT | Qt::Key_Delete).toString(),
                                tr("Deletes the images of the selected tags, whatever else names them"));
    connect(m_delete, &QAction::triggered, this, [this] { m_content->tagsPage()->deleteSelected(false); });
    connect(m_deleteImages, &QAction::triggered, this,
            [this] { m_content->tagsPage()->deleteSelected(true); });
}

void MainWindow::connectParts()
{
    connect(m_sidebar, &RegistrySidebar::placeChosen, this, &MainWindow::goTo);
    connect(m_sidebar, &RegistrySidebar::addRegistryWanted, this, [this] { addRegistry({}); });
    connect(m_sidebar, &RegistrySidebar::loginWanted, this, &MainWindow::logIn);
    connect(m_sidebar, &RegistrySidebar::logoutWanted, m_sessions, &SessionManager::logOut);
    connect(m_sidebar, &RegistrySidebar::removeRegistryWanted, this,
            [this](const QString &id) { m_sessions->registries()->remove(id); });
    connect(m_content, &ContentArea::placeWanted, this, &MainWindow::goTo);
    connect(m_content, &ContentArea::entered, this, &MainWindow::open);
    connect(m_content, &ContentArea::samplesWanted, this, &MainWindow::loadSamples);
    connect(m_content, &ContentArea::loginWanted, this, &MainWindow::logIn);
    connect(m_content, &ContentArea::addRegistryWanted, this, &MainWindow::addRegistry);
    connect(m_content, &ContentArea::activityWanted, this, [this] { m_showActivity->setChecked(true); });
    connect(m_content, &ContentArea::selectionChanged, this, &MainWindow::updateActions);
    connect(m_status->activityButton(), &QToolButton::toggled, m_showActivity, &QAction::setChecked);
    connect(m_showActivity, &QAction::toggled, m_status->activityButton(), &QToolButton::setChecked);
    connect(m_sessions, &SessionManager::sessionAdded, this, [this](RegistrySession *session) {
        session->open();
        offerRegistries(m_known);
    });
    connect(m_history, &OperationHistory::operationStarted, this, &MainWindow::followOperation);
    connect(m_history, &OperationHistory::operationFinished, this, &MainWindow::updateStatus);
    connect(m_history, &OperationHistory::changed, this, &MainWindow::updateActions);
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
                       [](const Operation *operation) { return operation->kind() != Operation::Kind::Plan; });
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
        if (operation->state() != Operation::State::Finished)
            return;
        if (const auto repository = RepositoryName::parse("demo/hello"))
            goTo(Place::inRepository(local->id(), *repository));
    });
}

void MainWindow::undo()
{
    if (!m_content->tagsPage()->undo())
        m_showActivity->setChecked(true);
}

void MainWindow::addRegistry(const QString &address)
{
    auto *dialog = new AddRegistryDialog(m_sessions, m_prompter, this);
    if (!address.isEmpty())
        dialog->setAddress(address);
    connect(dialog, &AddRegistryDialog::registryAdded, this,
            [this](const QString &id) { goTo(Place::registry(id)); });
    m_prompter->show(dialog);
}

void MainWindow::logIn(const QString &registryId)
{
    auto *dialog = new AddRegistryDialog(m_sessions, m_prompter, this);
    dialog->askForLogin(registryId);
    m_prompter->show(dialog);
}

void MainWindow::updateActions()
{
    const Place &place = m_content->place();
    const bool selected = place.kind == Place::Kind::Repository && m_content->tagsPage()->hasSelection();
    for (QAction *action : {m_delete, m_deleteImages, m_copy, m_copyDigest})
        action->setEnabled(selected);
    std::optional<JournalOperation> newest;
    if (place.kind == Place::Kind::Repository)
        newest = m_history->undoable(place.registryId, toQString(place.repository->toString()));
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
    m_status->showRunning(newest->title(), newest->done(), newest->total());
}

void MainWindow::showAbout()
{
    auto *dialog = new QDialog(this);
    dialog->setWindowTitle(tr("About Quayside"));
    dialog->setBackgroundRole(QPalette::Base);
    dialog->setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->addWidget(paragraph(QStringLiteral("Quayside ") + QLatin1String(QUAYSIDE_VERSION),
                                TextStyle::Title, Tone::Normal, dialog));
    layout->addWidget(paragraph(tr("Browse and manage OCI registries, with deletes that can be undone."),
                                TextStyle::Body, Tone::Muted, dialog));
    layout->addWidget(paragraph(tr("Apache License 2.0"), TextStyle::Small, Tone::Muted, dialog));
    m_prompter->show(dialog);
}

} // namespace quayside
