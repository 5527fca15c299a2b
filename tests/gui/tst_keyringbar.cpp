// SPDX-License-Identifier: Apache-2.0
// What the window says of a keyring that is locked: a real gnome-keyring in a session of its own.

#include "tests/gui/desk.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testkeyring.h"
#include "ui/contentarea.h"
#include "ui/look/proxystyle.h"
#include "ui/resultbar.h"

#include <QApplication>
#include <QPushButton>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

/// Runs in a session of its own; see TestKeyringBar.
class TestInside : public QObject
{
    Q_OBJECT

private slots:
    void locked();
};

void TestInside::locked()
{
    KeyringDaemon daemon;
    QVERIFY(daemon.start());
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.login = true;
    QVERIFY(registry.start(options));
    {
        KeyringOptions patient;
        patient.timeout = std::chrono::minutes(2);
        Keyring keyring(patient);
        OwnLogins own(&keyring); // of an earlier run
        const Login ada{QString::fromLatin1(DockerRegistry::user),
                        QString::fromLatin1(DockerRegistry::password)};
        QVERIFY(await(own.keep(RegistryAddress::parse(registry.host()).value(), ada)));
    }
    QVERIFY(daemon.lock()); // nobody can answer its question: there is no display
    Desk desk({}, Desk::Keyrings::OfTheBus);
    const QString id = desk.addRegistry(QStringLiteral("team"), registry.host());
    const RegistrySession *session = desk.sessions().session(id);
    ResultBar *bar = desk.openWindow().content()->keyringBar();
    QTRY_COMPARE_WITH_TIMEOUT(session->state(), RegistrySession::State::NeedsLogin, 60'000);
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->text(), QStringLiteral("The keyring is locked."));
    QCOMPARE(bar->note(), QStringLiteral("Logins that are in it are not used."));
    QCOMPARE(bar->actionButton()->text(), QStringLiteral("Unlock…"));

    QVERIFY(daemon.unlock());
    bar->actionButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(session->state(), RegistrySession::State::Ready, 60'000);
    QVERIFY(!bar->isVisible());
    QCOMPARE(session->user(), QString::fromLatin1(DockerRegistry::user));
    QVERIFY(desk.takeApart());
}

class TestKeyringBar : public QObject
{
    Q_OBJECT

private slots:
    void aLockedKeyringIsToldAndUnlocked()
    {
        if (!KeyringDaemon::isInstalled() || !DockerRegistry::isInstalled())
            QSKIP("dbus-run-session, gnome-keyring-daemon or docker-registry is not installed");
        QVERIFY(runInside(QStringLiteral("locked"), true));
    }
};

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    auto arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--inside")) {
        TestInside inside;
        arguments.removeAt(1);
        return QTest::qExec(&inside, arguments);
    }
    TestKeyringBar test;
    return QTest::qExec(&test, arguments);
}

#include "tst_keyringbar.moc"
