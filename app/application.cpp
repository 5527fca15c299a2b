// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include "ui/look/proxystyle.h"

#include <QApplication>

namespace quayside {

namespace {

constexpr auto patience = std::chrono::seconds(5);

ColourScheme schemeFor(bool prefersDark)
{
    return prefersDark ? ColourScheme::Dark : ColourScheme::Light;
}

} // namespace

Application::Application(QApplication &application)
    : m_application(application)
    , m_files(UserFiles::locate())
    , m_settingsStore(m_files.settings, QSettings::IniFormat)
    , m_settings(&m_settingsStore)
    , m_local(&m_settings, m_files.store)
    , m_transport(std::make_unique<Transport>())
    , m_journal(std::make_unique<UndoJournal>(m_files.data))
    , m_ownLogins(&m_keyring)
    , m_logins(std::make_unique<Logins>(&m_ownLogins, ForeignLogins()))
    , m_registries(std::make_unique<RegistryList>(&m_settingsStore))
    , m_sessions(std::make_unique<SessionManager>(m_registries.get(), &m_local, m_transport.get(),
                                                  m_journal.get(), m_logins.get()))
    , m_history(std::make_unique<OperationHistory>(m_sessions.get(), m_journal.get()))
{
    applyLook(application, schemeFor(m_colours.prefersDark()));
    connect(&m_colours, &SystemColours::changed, this,
            [this](bool prefersDark) { applyLook(m_application, schemeFor(prefersDark)); });
    m_window =
        std::make_unique<MainWindow>(m_sessions.get(), m_history.get(), &m_local, &m_settings, &m_prompter);
    m_window->offerRegistries(knownRegistries(loginFilePlaces(QProcessEnvironment::systemEnvironment())));
}

Application::~Application() = default;

void Application::start()
{
    m_window->show();
    m_local.start();
}

void Application::open(const QString &typed)
{
    m_window->raise();
    m_window->activateWindow();
    if (!typed.isEmpty())
        m_window->open(typed);
}

void Application::shutDown()
{
    if (m_shuttingDown)
        return;
    m_shuttingDown = true;
    m_history->stopAll();
    destroyModels();
    // Coroutines that wait for an answer end when their request is aborted; the transport says when the last
    // has.
    connect(m_transport.get(), &Transport::idle, this, &Application::stopServer);
    connect(&m_patience, &QTimer::timeout, this, &Application::stopServer);
    m_patience.setSingleShot(true);
    m_patience.start(patience);
    if (m_transport->running() == 0)
        stopServer();
}

void Application::destroyModels()
{
    m_window.reset();
    m_history.reset();
    m_sessions.reset();
    m_registries.reset();
    m_logins.reset();
}

void Application::stopServer()
{
    m_patience.stop();
    m_transport->disconnect(this);
    if (m_local.state() != LocalRegistryControl::State::Running) {
        emit finished();
        return;
    }
    connect(&m_local, &LocalRegistryControl::stateChanged, this, &Application::finished);
    m_local.stop();
}

} // namespace quayside
