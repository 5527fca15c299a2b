// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/desk.h"

#include "model/loadsamples.h"
#include "model/taglistmodel.h"
#include "ui/contentarea.h"
#include "ui/tagspage.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace quayside::test {

EmbeddedRegistry::EmbeddedRegistry(const QString &root, std::function<Timestamp()> now)
{
    LocalRegistryOptions options;
    options.store.root = root.toStdString();
    options.store.now = std::move(now);
    options.listen = {ListenAddress{std::nullopt, 0}};
    options.threads = 1;
    m_registry = std::make_unique<LocalRegistry>(std::move(options));
    connect(m_registry.get(), &LocalRegistry::started, this, [this] { set(State::Running); });
    connect(m_registry.get(), &LocalRegistry::stopped, this, [this] { set(State::Stopped); });
    connect(m_registry.get(), &LocalRegistry::failed, this, [this](const Error &error) {
        m_reason = error;
        set(State::Failed);
    });
}

void EmbeddedRegistry::start()
{
    set(State::Starting);
    m_registry->startAsync();
}

void EmbeddedRegistry::stop()
{
    m_registry->stop();
}

void EmbeddedRegistry::set(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void TestPrompter::show(QDialog *dialog)
{
    Prompter::show(dialog);
    m_last = dialog;
    ++m_count;
}

/// In memory where that is possible: these tests are about the window, and the hundreds of flushes of a
/// store would be most of their time.
static QString directoryTemplate()
{
    const QFileInfo memory(QStringLiteral("/dev/shm"));
    const QString parent = memory.isDir() && memory.isWritable() ? memory.filePath() : QDir::tempPath();
    return parent + QStringLiteral("/quayside-desk-XXXXXX");
}

/// The machine may be slow.
static KeyringOptions keyringOptions(Desk::Keyrings keyrings)
{
    if (keyrings == Desk::Keyrings::None)
        qputenv("DBUS_SESSION_BUS_ADDRESS",
                "unix:path=/nonexistent"); // the person's keyring is not for tests
    KeyringOptions options;
    options.timeout = std::chrono::minutes(2);
    return options;
}

static ForeignLogins foreignLogins(const QTemporaryDir &directory)
{
    ForeignLogins foreign;
    foreign.files = {{directory.filePath(QStringLiteral("config.json")), QStringLiteral("docker")}};
    foreign.helpers.path = QStringList{directory.filePath(QStringLiteral("helpers"))};
    foreign.helpers.timeout = std::chrono::minutes(2); // the machine may be slow
    return foreign;
}

Desk::Desk(std::shared_ptr<QTemporaryDir> home, Keyrings keyrings)
    : m_home(home ? std::move(home) : std::make_shared<QTemporaryDir>(directoryTemplate()))
    , m_store(std::make_unique<QSettings>(path(QStringLiteral("quayside.conf")), QSettings::IniFormat))
    , m_settings(std::make_unique<Settings>(m_store.get()))
    , m_local(std::make_unique<EmbeddedRegistry>(path(QStringLiteral("store"))))
    , m_transport(std::make_unique<Transport>())
    , m_journal(std::make_unique<UndoJournal>(path(QStringLiteral("data"))))
    , m_keyring(std::make_unique<Keyring>(keyringOptions(keyrings)))
    , m_ownLogins(std::make_unique<OwnLogins>(m_keyring.get()))
    , m_logins(std::make_unique<Logins>(m_ownLogins.get(), foreignLogins(*m_home)))
    , m_registries(std::make_unique<RegistryList>(m_store.get()))
    , m_sessions(std::make_unique<SessionManager>(m_registries.get(), m_local.get(), m_transport.get(),
                                                  m_journal.get(), m_logins.get()))
    , m_history(std::make_unique<OperationHistory>(m_sessions.get(), m_journal.get()))
{}

Desk::~Desk()
{
    takeApart();
}

bool Desk::startLocal()
{
    m_local->start();
    return waitUntil([this] { return m_local->state() == LocalRegistryControl::State::Running; });
}

MainWindow &Desk::openWindow()
{
    m_window = std::make_unique<MainWindow>(m_sessions.get(), m_history.get(), m_local.get(),
                                            m_settings.get(), &m_prompter);
    m_window->show();
    return *m_window;
}

QString Desk::addRegistry(const QString &name, const QString &address, bool production, int colour)
{
    RegistryConfig config;
    config.name = name;
    config.address = address;
    config.production = production;
    config.colour = colour;
    return m_registries->add(config);
}

TagView *Desk::openSamples(const QString &host)
{
    MainWindow &window = openWindow();
    const QString id = addRegistry(QStringLiteral("docker"), host);
    RegistrySession *session = m_sessions->session(id);
    session->open();
    if (!waitUntil([session] { return session->state() == RegistrySession::State::Ready; }))
        return nullptr;
    bool loaded = false;
    Operation *samples = m_history->loadSamples(session);
    QObject::connect(samples, &Operation::finished, &window,
                     [samples, &loaded] { loaded = samples->state() == Operation::State::Finished; });
    if (!waitUntil([&loaded] { return loaded; }, std::chrono::seconds(20)))
        return nullptr;
    window.goTo(Place::inRepository(id, RepositoryName::parse("demo/hello").value()));
    TagView *view = window.content()->tagsPage()->tagView();
    const bool ready = waitUntil(
        [view] {
            return view->tags() && view->tags()->tagCount() == 2 &&
                   view->tags()->index(0, 0).data(TagListModel::SharedCountRole).toInt() == 2;
        },
        std::chrono::seconds(20));
    return ready ? view : nullptr;
}

QAction *Desk::menuEntry(const QString &text)
{
    const auto actions = m_window->findChildren<QAction *>();
    const auto found = std::find_if(actions.begin(), actions.end(), [&](const QAction *action) {
        return QString(action->text()).remove(u'&') == text;
    });
    return found == actions.end() ? nullptr : *found;
}

bool Desk::takeApart()
{
    if (!m_transport)
        return true;
    if (m_window)
        m_window->close();
    m_history->stopAll();
    m_window.reset();
    m_history.reset();
    m_sessions.reset();
    const bool idle = waitUntil([this] { return m_transport->running() == 0; });
    m_registries.reset();
    m_logins.reset();
    m_transport.reset();
    m_journal.reset();
    m_local.reset();
    return idle;
}

} // namespace quayside::test
