// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/localregistryhost.h"
#include "app/systemcolours.h"
#include "app/userfiles.h"
#include "model/logins.h"
#include "model/operationhistory.h"
#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "model/settings.h"
#include "model/undojournal.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/transport.h"
#include "ui/mainwindow.h"
#include "ui/prompter.h"

#include <QObject>
#include <QSettings>
#include <QTimer>

#include <memory>

class QApplication;

namespace quayside {

/// The composition root of the desktop program: builds every object, hands it to those that use it, and takes
/// all apart in the order in which nothing is left waiting.
class Application : public QObject
{
    Q_OBJECT

public:
    /// `application` must outlive this.
    explicit Application(QApplication &application);
    ~Application() override;

    /// Shows the window, then starts the embedded registry.
    void start();
    /// Opens what a person gave on the command line; empty brings the window to the front.
    void open(const QString &typed);
    /// Ends what runs, in order; then `finished` comes. Safe to call twice.
    void shutDown();

    MainWindow &window() { return *m_window; }
    LocalRegistryControl &local() { return m_local; }
    Transport &transport() { return *m_transport; }

signals:
    /// Everything has stopped; the program may end.
    void finished();

private:
    void destroyModels();
    void stopServer();

    QApplication &m_application;
    UserFiles m_files;
    QSettings m_settingsStore;
    Settings m_settings;
    SystemColours m_colours;
    LocalRegistryHost m_local;
    std::unique_ptr<Transport> m_transport;
    std::unique_ptr<UndoJournal> m_journal;
    Keyring m_keyring;
    OwnLogins m_ownLogins;
    std::unique_ptr<Logins> m_logins;
    std::unique_ptr<RegistryList> m_registries;
    std::unique_ptr<SessionManager> m_sessions;
    std::unique_ptr<OperationHistory> m_history;
    Prompter m_prompter;
    std::unique_ptr<MainWindow> m_window;
    QTimer m_patience; ///< Ends the wait for requests that do not stop by themselves.
    bool m_shuttingDown = false;
};

} // namespace quayside
