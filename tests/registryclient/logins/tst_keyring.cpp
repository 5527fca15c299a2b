// SPDX-License-Identifier: Apache-2.0
// The keyring: a real gnome-keyring on a bus of its own, and none. Every case runs in a process of its own:
// this program again, with --inside.

#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/logins/registrylogins.h"
#include "tests/support/await.h"
#include "tests/support/testkeyring.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace quayside;
using quayside::test::await;
using quayside::test::KeyringDaemon;

namespace {

const QString secret = QStringLiteral("hunter2 pässword");

RegistryAddress address(const char *text)
{
    return RegistryAddress::parse(QString::fromUtf8(text)).value();
}

/// "user:password", "user:token=…", "none" or "error N".
QString text(const Result<std::optional<Login>> &found)
{
    if (!found)
        return QStringLiteral("error %1").arg(int(found.error().kind));
    if (!*found)
        return QStringLiteral("none");
    const Login &login = **found;
    return login.user + u':' +
           (login.isIdentityToken() ? QStringLiteral("token=") + login.identityToken : login.password);
}

/// The machine may be slow.
KeyringOptions patient()
{
    KeyringOptions options;
    options.timeout = std::chrono::minutes(2);
    return options;
}

/// Files below $HOME that hold the secret as it is.
QStringList filesWithSecret()
{
    QStringList found;
    QDirIterator files(qEnvironmentVariable("HOME"), QDir::Files | QDir::Hidden,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains("hunter2"))
            found.append(file.fileName());
    }
    return found;
}

} // namespace

/// Runs in a session of its own; see TestKeyring.
class TestInside : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void unlocked();
    void locked();
    void stopped();
    void absent();

private:
    KeyringDaemon m_daemon;
};

void TestInside::cleanup()
{
    QVERIFY(m_daemon.stop());
}

void TestInside::unlocked()
{
    QVERIFY(m_daemon.start());
    Keyring keyring(patient());
    QVERIFY(await(keyring.write(QStringLiteral("a"), QStringLiteral("1"))));
    QVERIFY(await(keyring.write(QStringLiteral("a"), secret)));
    QCOMPARE(await(keyring.read(QStringLiteral("a"))).value(), secret);
    QCOMPARE(await(keyring.read(QStringLiteral("b"))).value(), std::nullopt);
    QVERIFY(await(keyring.remove(QStringLiteral("a"))));
    QVERIFY(await(keyring.remove(QStringLiteral("a"))));
    QCOMPARE(await(keyring.read(QStringLiteral("a"))).value(), std::nullopt);

    OwnLogins own(&keyring);
    QVERIFY(await(own.keep(address("reg.example:5000"), Login{QStringLiteral("ada"), secret})));
    QVERIFY(await(own.keep(address("docker.io"), Login{{}, {}, QStringLiteral("refresh")})));
    OwnLogins later(&keyring); // another run
    QCOMPARE(text(await(later.find(address("reg.example:5000")))), QStringLiteral("ada:") + secret);
    QCOMPARE(text(await(later.find(address("registry-1.docker.io")))), QStringLiteral(":token=refresh"));
    QCOMPARE(text(await(later.find(address("reg.example")))), QStringLiteral("none"));
    const auto plain =
        RegistryAddress::parse(u"http://reg.example:5000", RegistryAddress::PlainHttp::Allowed);
    QCOMPARE(text(await(later.find(*plain))), QStringLiteral("none"));
    later.keepForThisRun(address("reg.example:5000"), Login{QStringLiteral("bob"), QStringLiteral("b")});
    QCOMPARE(text(await(later.find(address("reg.example:5000")))), QStringLiteral("bob:b"));
    QCOMPARE(text(await(OwnLogins(&keyring).find(address("reg.example:5000")))),
             QStringLiteral("ada:") + secret);
    QVERIFY(await(later.forget(address("reg.example:5000"))));
    QCOMPARE(text(await(later.find(address("reg.example:5000")))), QStringLiteral("none"));
    QCOMPARE(filesWithSecret(), QStringList());
}

void TestInside::locked()
{
    QVERIFY(m_daemon.start());
    Keyring keyring(patient());
    OwnLogins own(&keyring);
    QVERIFY(await(own.keep(address("reg.example"), Login{QStringLiteral("ada"), secret})));
    QVERIFY(m_daemon.lock()); // nobody can answer its question: there is no display
    OwnLogins later(&keyring);
    const auto locked = QStringLiteral("error %1").arg(int(ErrorKind::Forbidden));
    QCOMPARE(text(await(later.find(address("reg.example")))), locked);
    QCOMPARE(text(await(later.find(address("other.example")))), locked); // nobody knows

    // Other logins may do, so it is no error yet; but it can be told.
    RegistryLogins automatic(&later, ForeignLogins{{}, {}}, LoginChoice::Automatic);
    QCOMPARE(text(await(automatic.login(address("reg.example"), {}, {}))), QStringLiteral("none"));
    QVERIFY(automatic.keyringError() && automatic.keyringError()->kind == ErrorKind::Forbidden);
    RegistryLogins chosen(&later, ForeignLogins{{}, {}}, LoginChoice::Own);
    const auto refused = await(chosen.login(address("reg.example"), {}, {}));
    QCOMPARE(text(refused), QStringLiteral("error %1").arg(int(ErrorKind::Unauthorized)));
    QCOMPARE(refused.error().message, std::string("the keyring is locked"));

    const Login bob{QStringLiteral("bob"), secret};
    const auto kept = await(later.keep(address("reg.example"), bob));
    QVERIFY(!kept);
    QCOMPARE(kept.error().kind, ErrorKind::Forbidden);
    QCOMPARE(text(await(later.find(address("reg.example")))), QStringLiteral("bob:") + secret);
    const auto forgotten = await(later.forget(address("reg.example")));
    QVERIFY(!forgotten); // it is still there, and nobody may believe otherwise
    QCOMPARE(forgotten.error().kind, ErrorKind::Forbidden);
    QCOMPARE(filesWithSecret(), QStringList());
}

void TestInside::stopped()
{
    QVERIFY(m_daemon.start());
    Keyring patientKeyring(patient());
    QVERIFY(await(patientKeyring.write(QStringLiteral("a"), QStringLiteral("1"))));
    KeyringOptions options;
    options.timeout = std::chrono::milliseconds(100);
    Keyring keyring(options);
    QVERIFY(m_daemon.suspend());
    QSignalSpy late(&keyring, &Keyring::answeredLate);
    const auto read = await(keyring.read(QStringLiteral("a")));
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::Timeout);
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled = await(keyring.read(QStringLiteral("a"), stop.get_token()));
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().kind, ErrorKind::Cancelled);
    QVERIFY(late.isEmpty());
    QVERIFY(m_daemon.resume());
    QTRY_VERIFY(!late.isEmpty());
}

void TestInside::absent()
{
    Keyring keyring(patient());
    OwnLogins own(&keyring);
    const Login ada{QStringLiteral("ada"), secret};
    const auto kept = await(own.keep(address("reg.example"), ada));
    QVERIFY(!kept);
    QCOMPARE(kept.error().kind, ErrorKind::Unsupported);
    QVERIFY(!QString::fromStdString(kept.error().message).contains(QStringLiteral("hunter2")));
    QCOMPARE(text(await(own.find(address("reg.example")))), QStringLiteral("ada:") + secret);
    QCOMPARE(text(await(OwnLogins(&keyring).find(address("reg.example")))),
             QStringLiteral("error %1").arg(int(ErrorKind::Unsupported)));
    QVERIFY(await(own.forget(address("reg.example"))));
    QCOMPARE(filesWithSecret(), QStringList());
}

class TestKeyring : public QObject
{
    Q_OBJECT

private slots:
    void keepsLogins() { runInside("unlocked", true); }
    void livesWithALockedKeyring() { runInside("locked", true); }
    void livesWithOneThatDoesNotAnswer() { runInside("stopped", true); }
    void livesWithoutOne() { runInside("absent", false); }
    /// QtKeychain would use its file there, if it was let.
    void livesWithoutOneOfKde()
    {
        runInside("absent", false,
                  {{QStringLiteral("XDG_CURRENT_DESKTOP"), QStringLiteral("KDE")},
                   {QStringLiteral("KDE_SESSION_VERSION"), QStringLiteral("4")}});
    }

private:
    void runInside(const char *name, bool withBus, const QMap<QString, QString> &variables = {});
};

void TestKeyring::runInside(const char *name, bool withBus, const QMap<QString, QString> &variables)
{
    if (withBus && !KeyringDaemon::isInstalled())
        QSKIP("dbus-run-session or gnome-keyring-daemon is not installed");
    QVERIFY(quayside::test::runInside(QString::fromLatin1(name), withBus, variables));
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    auto arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--inside")) {
        TestInside inside;
        arguments.removeAt(1);
        return QTest::qExec(&inside, arguments);
    }
    TestKeyring test;
    return QTest::qExec(&test, arguments);
}

#include "tst_keyring.moc"
