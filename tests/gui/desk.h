// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/localregistry.h"
#include "model/localregistrycontrol.h"
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
#include "ui/tagview.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDialog>
#include <QEventLoop>
#include <QPointer>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace quayside::test {

/// Waits until `condition` holds and returns whether it did. QTest::qWaitFor sleeps 10 ms after each look,
/// and between two requests there are several turns of the event loop: this one wakes with every event.
template <typename Condition>
bool waitUntil(Condition condition, std::chrono::milliseconds patience = std::chrono::seconds(10))
{
    const QDeadlineTimer end(patience);
    QTimer waker; // so that the last look comes in time
    waker.start(patience);
    while (!condition()) {
        if (end.hasExpired())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

/// A real embedded registry on a free port, behind the interface that the window knows.
class EmbeddedRegistry : public LocalRegistryControl
{
    Q_OBJECT

public:
    /// `now` is the store's clock; the system's if empty.
    explicit EmbeddedRegistry(const QString &root, std::function<Timestamp()> now = {});

    State state() const override { return m_state; }
    QUrl url() const override { return m_registry->url(); }
    quint16 port() const override { return static_cast<quint16>(m_registry->url().port(0)); }
    std::optional<Error> reason() const override { return m_reason; }
    std::optional<qint64> freeBytes() const override { return m_freeBytes; }
    void setFreeBytes(qint64 bytes) { m_freeBytes = bytes; }
    void start() override;
    void stop() override;
    void setPort(quint16) override {}

private:
    void set(State state);

    std::unique_ptr<LocalRegistry> m_registry;
    State m_state = State::Stopped;
    std::optional<Error> m_reason;
    qint64 m_freeBytes = 41'000'000'000;
};

/// Keeps the dialog that came last, for a test to press its buttons.
class TestPrompter : public Prompter
{
public:
    void show(QDialog *dialog) override;
    QDialog *last() const { return m_last; }
    int count() const { return m_count; }

private:
    QPointer<QDialog> m_last;
    int m_count = 0;
};

/// The whole program without its main function: the window over real parts, in a directory of its own.
class Desk
{
public:
    enum class Keyrings {
        None,
        OfTheBus, ///< The one on this process's bus, which must not be the person's; see runInside().
    };

    /// `home`: what an earlier desk has left, as after a restart; else a new directory.
    explicit Desk(std::shared_ptr<QTemporaryDir> home = {}, Keyrings keyrings = Keyrings::None);
    ~Desk();

    /// Starts Local and waits until it answers. False if it does not.
    bool startLocal();
    /// Makes the window and shows it.
    MainWindow &openWindow();
    MainWindow &window() { return *m_window; }
    /// Closes and destroys the window, then everything that it used, while requests are still on their way.
    /// Returns whether all of them ended.
    bool takeApart();

    /// Adds a registry as if the person had typed its address.
    QString addRegistry(const QString &name, const QString &address, bool production = false, int colour = 0);
    /// Opens the window, pushes the samples to the registry at `host` and shows its demo/hello. Null if that
    /// does not work in time.
    TagView *openSamples(const QString &host);
    /// An entry of the menus by its text without the ampersand; null if there is none.
    QAction *menuEntry(const QString &text);
    /// Takes the embedded registry away under the window's hands.
    EmbeddedRegistry &local() { return *m_local; }
    TestPrompter &prompter() { return m_prompter; }
    SessionManager &sessions() { return *m_sessions; }
    OperationHistory &history() { return *m_history; }
    Transport &transport() { return *m_transport; }
    /// docker's file is path("config.json"), helpers are looked for in
    /// path("helpers").
    Logins &logins() { return *m_logins; }
    QString path(const QString &name) const { return m_home->filePath(name); }
    std::shared_ptr<QTemporaryDir> home() const { return m_home; }

private:
    std::shared_ptr<QTemporaryDir> m_home;
    std::unique_ptr<QSettings> m_store;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<EmbeddedRegistry> m_local;
    std::unique_ptr<Transport> m_transport;
    std::unique_ptr<UndoJournal> m_journal;
    std::unique_ptr<Keyring> m_keyring;
    std::unique_ptr<OwnLogins> m_ownLogins;
    std::unique_ptr<Logins> m_logins;
    std::unique_ptr<RegistryList> m_registries;
    std::unique_ptr<SessionManager> m_sessions;
    std::unique_ptr<OperationHistory> m_history;
    TestPrompter m_prompter;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace quayside::test
