// SPDX-License-Identifier: Apache-2.0
// The menus of the window.
#include "ui/activitypanel.h"
#include "ui/contentarea.h"
#include "ui/mainwindow.h"
#include "ui/searchfield.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"

#include <QAction>
#include <QMenuBar>

namespace quayside {

namespace {

QAction *menuAction(QMenu *menu, const QString &text, const QString &tip, const QKeySequence &shortcut = {})
{
    QAction *action = menu->addAction(text);
    action->setStatusTip(tip);
    action->setShortcut(shortcut);
    return action;
}

} // namespace

void MainWindow::buildMenus()
{
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildImageMenu();
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    QAction *about = menuAction(help, tr("&About Quayside"), tr("Version and licence"));
    connect(about, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::buildFileMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&File"));
    QAction *add =
        menuAction(menu, tr("&Add Registry…"), tr("Add a registry by its address"), QKeySequence::New);
    QAction *samples = menuAction(menu, tr("Load &Sample Images"), tr("Pushes a few small images to Local"));
    m_registrySettings = menuAction(menu, tr("Registry Se&ttings…"),
                                    tr("What may be changed in the registry shown, and what is protected"),
                                    Qt::CTRL | Qt::Key_Comma);
    menu->addSeparator();
    m_saveUndoFile =
        menuAction(menu, tr("Save &Undo File…"),
                   tr("Takes the newest delete in this repository back on another computer, or later"));
    QAction *openUndoFile =
        menuAction(menu, tr("&Open Undo File…"), tr("Restores what such a file tells of, on any computer"),
                   QKeySequence::Open);
    menu->addSeparator();
    QAction *quit = menuAction(menu, tr("&Quit"), tr("Close the window and stop Local"), QKeySequence::Quit);
    connect(add, &QAction::triggered, this, [this] { addRegistry({}); });
    connect(samples, &QAction::triggered, this, &MainWindow::loadSamples);
    connect(m_registrySettings, &QAction::triggered, this,
            [this] { showSettings(m_content->place().registryId); });
    connect(m_saveUndoFile, &QAction::triggered, this, &MainWindow::saveUndoFile);
    connect(openUndoFile, &QAction::triggered, this, &MainWindow::openUndoFile);
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
    menu->addSeparator();
    m_deleteRepository = menuAction(menu, tr("Delete &Repository…"),
                                    tr("Deletes every image of the repository shown; asks first"));
    connect(m_deleteRepository, &QAction::triggered, this, &MainWindow::deleteRepository);
    connect(m_delete, &QAction::triggered, this, [this] { m_content->tagsPage()->deleteSelected(false); });
    connect(m_deleteImages, &QAction::triggered, this,
            [this] { m_content->tagsPage()->deleteSelected(true); });
}

} // namespace quayside
