// SPDX-License-Identifier: Apache-2.0
// quaysidectl login and logout against a real registry that wants a login, without a keyring. With one:
// tests/integration/login.sh.

#include "cli/logincommands.h"
#include "cli/terminal.h"
#include "model/loginkeeper.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"

#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace quayside;
using namespace quayside::test;

class TestLoginCommands : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void refusesOtherWords_data();
    void refusesOtherWords();
    void helps();
    void triesTheLoginFirst();
    void saysThatNothingAnswers();
    void logsOut();

private:
    int run(void (LoginCommands::*command)(const QStringList &), const QStringList &arguments,
            const QByteArray &input = {});
    int logIn(const QStringList &arguments, const QByteArray &input = {})
    {
        return run(&LoginCommands::logIn, arguments, input);
    }
    static QStringList withUser(const QString &host)
    {
        return {QStringLiteral("-u"), QString::fromUtf8(DockerRegistry::user),
                QStringLiteral("--password-stdin"), host};
    }

    QTemporaryDir m_directory;
    std::unique_ptr<Transport> m_transport;
    std::unique_ptr<Keyring> m_keyring;
    std::unique_ptr<OwnLogins> m_own;
    std::unique_ptr<LoginKeeper> m_keeper;
    QString m_out;
    QString m_err;
};

void TestLoginCommands::initTestCase()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
}

void TestLoginCommands::init()
{
    m_transport = std::make_unique<Transport>();
    m_keyring = std::make_unique<Keyring>();
    m_own = std::make_unique<OwnLogins>(m_keyring.get());
    ForeignLogins foreign;
    foreign.files = {{m_directory.filePath(QStringLiteral("config.json")), QStringLiteral("docker")}};
    m_keeper = std::make_unique<LoginKeeper>(m_transport.get(), m_own.get(), foreign);
}

void TestLoginCommands::cleanup()
{
    QTRY_COMPARE(m_transport->running(), 0);
    m_keeper.reset();
    m_own.reset();
    m_keyring.reset();
    m_transport.reset();
}

int TestLoginCommands::run(void (LoginCommands::*command)(const QStringList &), const QStringList &arguments,
                           const QByteArray &input)
{
    m_out.clear();
    m_err.clear();
    QTextStream out(&m_out);
    QTextStream err(&m_err);
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0 || write(ends[1], input.constData(), std::size_t(input.size())) != input.size())
        return -1;
    close(ends[1]);
    Terminal terminal(ends[0], ends[0]);
    LoginCommands commands(m_keeper.get(), &terminal, out, err);
    QSignalSpy finished(&commands, &LoginCommands::finished);
    (commands.*command)(arguments);
    if (finished.isEmpty())
        finished.wait(60'000);
    close(ends[0]);
    return finished.size() == 1 ? finished.front().front().toInt() : -1;
}

void TestLoginCommands::refusesOtherWords_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *words, const QStringList &arguments) {
        QTest::newRow(qPrintable(arguments.join(u' '))) << arguments << QString::fromUtf8(words);
    };
    const QString host = QStringLiteral("reg.example");
    row("wants one registry", {});
    row("wants one registry", {host, host});
    row("there is no --password", {QStringLiteral("--password"), QStringLiteral("hunter2"), host});
    row("there is no --password", {QStringLiteral("--password=hunter2"), host});
    row("there is no --password", {QStringLiteral("-phunter2"), host});
    row("Unknown option", {QStringLiteral("--wrong"), host});
    row("is no registry", {QStringLiteral("reg.example/team")});
    row("--plain-http", {QStringLiteral("http://reg.example")});
    row("no terminal", {host});
    row("no terminal", {QStringLiteral("-u"), QStringLiteral("ada"), host});
    row("with -u", {QStringLiteral("--password-stdin"), host});
    row("has no password", withUser(host));
    row("no \":\"", {QStringLiteral("-u"), QStringLiteral("a:b"), QStringLiteral("--password-stdin"), host});
}

void TestLoginCommands::refusesOtherWords()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, words);
    QCOMPARE(logIn(arguments), int(exitUsage));
    QVERIFY2(m_err.contains(words), qPrintable(m_err));
    QVERIFY(!m_err.contains(QStringLiteral("hunter2")));
    QCOMPARE(m_out, QString());
}

void TestLoginCommands::helps()
{
    QCOMPARE(logIn({QStringLiteral("--help")}), int(exitDone));
    QVERIFY(m_out.startsWith(QStringLiteral("Usage: quaysidectl login [options] HOST\n")));
    QCOMPARE(run(&LoginCommands::logOut, {QStringLiteral("-h")}), int(exitDone));
    QVERIFY(m_out.startsWith(QStringLiteral("Usage: quaysidectl logout [options] HOST\n")));
}

void TestLoginCommands::triesTheLoginFirst()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.login = true;
    QVERIFY2(registry.start(options), registry.log().constData());
    const QString host = registry.host();

    QCOMPARE(logIn(withUser(host), "hunter2\n"), int(exitLogin));
    QVERIFY2(m_err.contains(QStringLiteral("%1 did not accept ada's login.").arg(host)), qPrintable(m_err));
    QVERIFY(!m_err.contains(QStringLiteral("hunter2")));
    const auto kept = await(m_own->find(*RegistryAddress::parse(host)));
    QVERIFY(!kept.value_or(std::nullopt)); // not for this run either

    // Right, but there is no keyring to keep it for the next command.
    QCOMPARE(logIn(withUser(host), QByteArray(DockerRegistry::password) + '\n'), int(exitFailed));
    QVERIFY2(m_err.contains(QStringLiteral("the login was not kept: no keyring answers")), qPrintable(m_err));
    QVERIFY(m_err.contains(QStringLiteral("docker login ") + host));
    QVERIFY(!m_err.contains(QString::fromUtf8(DockerRegistry::password)));
    QCOMPARE(m_out, QString());
}

void TestLoginCommands::saysThatNothingAnswers()
{
    QTcpServer closed; // a port that was free a moment ago
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QString host = QStringLiteral("127.0.0.1:%1").arg(closed.serverPort());
    closed.close();
    QCOMPARE(logIn(withUser(host), "hunter2"), int(exitUnreachable));
    QVERIFY2(m_err.contains(QStringLiteral("Nothing answers at %1.").arg(host)), qPrintable(m_err));
}

void TestLoginCommands::logsOut()
{
    const auto address = RegistryAddress::parse(u"reg.example");
    m_own->keepForThisRun(*address, Login{QStringLiteral("ada"), QStringLiteral("hunter2")});
    QFile file(m_directory.filePath(QStringLiteral("config.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"auths\": {\"reg.example\": {\"username\": \"bob\", \"password\": \"p\"}}}");
    file.close();
    const QStringList host{QStringLiteral("reg.example")};
    QCOMPARE(run(&LoginCommands::logOut, host), int(exitDone));
    QVERIFY2(m_out.startsWith(QStringLiteral("Logged out of reg.example")), qPrintable(m_out));
    QVERIFY2(m_err.contains(
                 QStringLiteral("docker's config.json still has a login; \"docker logout reg.example\"")),
             qPrintable(m_err));
    QCOMPARE(run(&LoginCommands::logOut, host), int(exitDone));
    QCOMPARE(m_out, QStringLiteral("Quayside has no login of its own for reg.example.\n"));
    QCOMPARE(run(&LoginCommands::logOut, {}), int(exitUsage));
}

QTEST_GUILESS_MAIN(TestLoginCommands)
#include "tst_logincommands.moc"
