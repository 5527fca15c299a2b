// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/knownregistries.h"
#include "ui/place.h"

#include <QMainWindow>
#include <QPointer>

#include <memory>
#include <optional>

class QSplitter;

namespace quayside {

class ActivityModel;
class ActivityPanel;
class ClosingDialog;
class ContentArea;
class LocalRegistryControl;
class Operation;
class OperationHistory;
class Prompter;
class RegistrySidebar;
class RegistryTreeModel;
class SessionManager;
class Settings;
class StatusLine;
class UndoFiles;
struct UndoRecord;

/// The window: builds its parts and actions and connects them. It appears at once; nothing here waits for a
/// network.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// All must outlive the window. `local` may be null: no embedded registry.
    MainWindow(SessionManager *sessions, OperationHistory *history, LocalRegistryControl *local,
               Settings *settings, Prompter *prompter, QWidget *parent = nullptr);
    ~MainWindow() override;

    ContentArea *content() const { return m_content; }
    RegistrySidebar *sidebar() const { return m_sidebar; }

    /// Offers, on the start page, those that are not in the list yet.
    void offerRegistries(const QList<KnownRegistry> &known);

public Q_SLOTS:
    void goTo(const quayside::Place &place);
    /// What a person types into the one box, or gives on the command line.
    void open(const QString &typed);
    void loadSamples();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void buildLayout();
    void buildMenus();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildImageMenu();
    void connectParts();
    void restoreState();
    void updateActions();
    void updateStatus();
    void undo();
    std::optional<JournalOperation> undoable() const;
    void saveUndoFile();
    void openUndoFile();
    void showUndoFile(const std::shared_ptr<const UndoRecord> &record);
    void connectUndoFiles();
    void deleteRepository();
    void addRegistry(const QString &address);
    void logIn(const QString &registryId);
    void showTrust(const QString &registryId);
    void showSettings(const QString &registryId);
    void followOperation(Operation *operation);
    void showAbout();
    bool isBusy() const;
    void askBeforeClosing();

    SessionManager *m_sessions;
    OperationHistory *m_history;
    Settings *m_settings;
    Prompter *m_prompter;
    RegistryTreeModel *m_tree;
    ActivityModel *m_activityModel;
    RegistrySidebar *m_sidebar;
    ContentArea *m_content;
    ActivityPanel *m_activity;
    StatusLine *m_status;
    UndoFiles *m_undoFiles;
    QPointer<ClosingDialog> m_closing;
    bool m_closesWhenIdle = false;
    QList<KnownRegistry> m_known;
    QAction *m_undo = nullptr;
    QAction *m_saveUndoFile = nullptr;
    QAction *m_registrySettings = nullptr;
    QAction *m_deleteRepository = nullptr;
    QAction *m_delete = nullptr;
    QAction *m_deleteImages = nullptr;
    QAction *m_copy = nullptr;
    QAction *m_copyDigest = nullptr;
    QAction *m_showActivity = nullptr;
};

} // namespace quayside
