// SPDX-License-Identifier: Apache-2.0
// quaysidectl login and logout against a real registry that wants a login, without a keyring. With one:
// tests/integration/login.sh.

#include "cli/logincommands.h"
#include "cli/terminal.h"
#include "model/loginkeeper.h"
#include "model/registrylist.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/realm.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testca.h"
#include "tests/support/tokenserver.h"

#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <pty.h>
#include <thread>
#include <unistd.h>
#include <vector>

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
    void asksBeforeItTrusts();
    void trustsWithoutATerminalOnlyWhatIsNamed();
    void showsItsOwnCertificate();
    void asksForTheTokenServerOnce();
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

    /// With a person at a terminal, who types each answer when its prompt has come.
    using Answers = std::vector<std::pair<QByteArray, QByteArray>>;
    int logInOnTerminal(const QStringList &arguments, const Answers &answers);
    int run(const Terminal &terminal, void (LoginCommands::*command)(const QStringList &),
            const QStringList &arguments);
    void startEncrypted(DockerRegistry::Options options = {});
    QString url() const { return m_registry.url().toString(QUrl::StripTrailingSlash); }

    QTemporaryDir m_directory;
    TestCa m_ca;
    TestCa::Files m_shown; ///< The registry's certificate.
    DockerRegistry m_registry;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<RegistryList> m_registries;
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
    const QString settings = m_directory.filePath(QStringLiteral("quayside.conf"));
    QFile::remove(settings);
    m_settings = std::make_unique<QSettings>(settings, QSettings::IniFormat);
    m_registries = std::make_unique<RegistryList>(m_settings.get());
    m_transport = std::make_unique<Transport>();
    m_keyring = std::make_unique<Keyring>();
    m_own = std::make_unique<OwnLogins>(m_keyring.get());
    ForeignLogins foreign;
    foreign.files = {{m_directory.filePath(QStringLiteral("config.json")), QStringLiteral("docker")}};
    m_keeper = std::make_unique<LoginKeeper>(m_transport.get(), m_own.get(), foreign, m_registries.get());
}

void TestLoginCommands::cleanup()
{
    QTRY_COMPARE(m_transport->running(), 0);
    m_keeper.reset();
    m_own.reset();
    m_keyring.reset();
    m_transport.reset();
    m_registries.reset();
    m_settings.reset();
    m_registry.stop();
}

int TestLoginCommands::run(void (LoginCommands::*command)(const QStringList &), const QStringList &arguments,
                           const QByteArray &input)
{
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0 || write(ends[1], input.constData(), std::size_t(input.size())) != input.size())
        return -1;
    close(ends[1]);
    const int code = run(Terminal(ends[0], ends[0]), command, arguments);
    close(ends[0]);
    return code;
}

int TestLoginCommands::run(const Terminal &terminal, void (LoginCommands::*command)(const QStringList &),
                           const QStringList &arguments)
{
    m_out.clear();
    m_err.clear();
    QTextStream out(&m_out);
    QTextStream err(&m_err);
    LoginCommands commands(m_keeper.get(), &terminal, out, err);
    QSignalSpy finished(&commands, &LoginCommands::finished);
    (commands.*command)(arguments);
    if (finished.isEmpty())
        finished.wait(60'000);
    return finished.size() == 1 ? finished.front().front().toInt() : -1;
}

int TestLoginCommands::logInOnTerminal(const QStringList &arguments, const Answers &answers)
{
    int screen = -1;
    int line = -1;
    if (openpty(&screen, &line, nullptr, nullptr, nullptr) != 0)
        return -1;
    std::thread person([screen, answers] {
        QByteArray shown;
        char c = 0;
        for (const auto &[prompt, answer] : answers) {
            while (!shown.endsWith(prompt) && read(screen, &c, 1) == 1)
                shown.append(c);
            const QByteArray typed = answer + '\n';
            [[maybe_unused]] const auto written = write(screen, typed.constData(), std::size_t(typed.size()));
        }
    });
    const int code = run(Terminal(line, line), &LoginCommands::logIn, arguments);
    close(line); // a person who waits for a prompt that does not come reads the end
    person.join();
    close(screen);
    return code;
}

/// A docker-registry that speaks TLS with a certificate that nobody knows.
void TestLoginCommands::startEncrypted(DockerRegistry::Options options)
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
    QVERIFY2(m_ca.start(), "openssl is needed");
    m_shown = m_ca.issue({});
    options.tls = m_shown;
    QVERIFY2(m_registry.start(options), m_registry.log().constData());
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

void TestLoginCommands::asksBeforeItTrusts()
{
    DockerRegistry::Options options;
    options.login = true;
    startEncrypted(options);
    const QByteArray trust = "Trust this certificate? [y/N] ";
    Answers answers{{"User for " + m_registry.host().toUtf8() + ": ", DockerRegistry::user},
                    {"Password or token of ada: ", DockerRegistry::password},
                    {trust, "n"}};
    QCOMPARE(logInOnTerminal({url()}, answers), int(exitUnreachable));
    const auto fingerprint = QString::fromStdString(TestCa::fingerprint(m_shown.certificate).toString());
    QVERIFY2(m_err.contains(QStringLiteral("SHA-256 ") + fingerprint), qPrintable(m_err));
    QVERIFY(m_registries->configs().isEmpty());

    answers.back().second = "y";
    QCOMPARE(logInOnTerminal({url()}, answers), int(exitFailed)); // accepted, but there is no keyring
    QVERIFY2(m_err.contains(QStringLiteral("the login was not kept: no keyring answers")), qPrintable(m_err));
    QCOMPARE(m_registries->configs().size(), 1);
    QVERIFY(m_registries->configs().first().tls.pinned == TestCa::fingerprint(m_shown.certificate));

    answers.pop_back(); // it is known now
    QCOMPARE(logInOnTerminal({url()}, answers), int(exitFailed));
    QVERIFY(!m_err.contains(QStringLiteral("SHA-256")));
}

void TestLoginCommands::trustsWithoutATerminalOnlyWhatIsNamed()
{
    DockerRegistry::Options options;
    options.login = true;
    startEncrypted(options);
    const QByteArray password = QByteArray(DockerRegistry::password) + '\n';
    QCOMPARE(logIn(withUser(url()), password), int(exitUnreachable));
    QVERIFY2(m_err.contains(QStringLiteral("--trust-fingerprint")), qPrintable(m_err));
    QVERIFY(m_registries->configs().isEmpty());

    const QString other = QString::fromStdString(TestCa::fingerprint(m_ca.file()).toString());
    QCOMPARE(logIn(QStringList{QStringLiteral("--trust-fingerprint"), other} + withUser(url()), password),
             int(exitUnreachable));
    QCOMPARE(logIn(QStringList{QStringLiteral("--ca"), m_ca.file()} + withUser(url()), password),
             int(exitFailed)); // accepted, but there is no keyring
    QVERIFY2(m_err.contains(QStringLiteral("the login was not kept")), qPrintable(m_err));
    QCOMPARE(m_registries->configs().first().tls.caFile, m_ca.file());
    QCOMPARE(logIn({QStringLiteral("--trust-fingerprint"), QStringLiteral("abc"), url()}), int(exitUsage));
}

void TestLoginCommands::showsItsOwnCertificate()
{
    QVERIFY2(m_ca.start(), "openssl is needed");
    DockerRegistry::Options options;
    options.clientCa = m_ca.file();
    startEncrypted(options);
    const QStringList known = QStringList{QStringLiteral("--ca"), m_ca.file()} + withUser(url());
    QCOMPARE(logIn(known, "hunter2\n"), int(exitUnreachable));
    QVERIFY2(m_err.contains(QStringLiteral("wants a certificate from you")), qPrintable(m_err));
    const auto own = m_ca.issue({});
    const QStringList certificate{QStringLiteral("--cert"), own.certificate};
    QCOMPARE(logIn(certificate + known, "hunter2\n"), int(exitUsage));
    const QStringList key{QStringLiteral("--key"), own.key};
    QCOMPARE(logIn(certificate + key + known, "hunter2\n"), int(exitFailed)); // there is no keyring
    QVERIFY2(m_err.contains(QStringLiteral("lets everybody in")), qPrintable(m_err));
    QCOMPARE(m_registries->configs().first().tls.keyFile, own.key);
}

void TestLoginCommands::asksForTheTokenServerOnce()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
    TokenServer tokens;
    QVERIFY(tokens.start());
    tokens.addUser("ada", DockerRegistry::password, {"pull"});
    DockerRegistry::Options options;
    options.tokens = &tokens;
    options.tokenHost = QStringLiteral("localhost"); // another host than the registry's 127.0.0.1
    QVERIFY2(m_registry.start(options), m_registry.log().constData());
    const QString server = tokenServerOf(tokens.realm(options.tokenHost));
    const QByteArray password = QByteArray(DockerRegistry::password) + '\n';
    const QStringList user{QStringLiteral("-u"), QString::fromUtf8(DockerRegistry::user),
                           QStringLiteral("--password-stdin"), m_registry.host()};
    QVERIFY(logIn(user, password) != exitDone);
    QVERIFY2(m_err.contains(QStringLiteral("--allow-token-server ") + server), qPrintable(m_err));
    QVERIFY(m_registries->configs().isEmpty());

    const QByteArray allow = "Allow " + server.toUtf8() + " for " + m_registry.host().toUtf8() + "? [y/N] ";
    const Answers answers{
        {"Password or token of " + QByteArray(DockerRegistry::user) + ": ", DockerRegistry::password},
        {allow, "yes"}};
    QCOMPARE(logInOnTerminal(user.mid(0, 2) + user.mid(3), answers), int(exitFailed)); // no keyring
    QVERIFY2(m_err.contains(QStringLiteral("the login was not kept")), qPrintable(m_err));
    QCOMPARE(m_registries->configs().first().tokenServers, QStringList{server});
    QCOMPARE(logIn(user, password), int(exitFailed));
    QVERIFY2(m_err.contains(QStringLiteral("the login was not kept")), qPrintable(m_err));
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
