// SPDX-License-Identifier: Apache-2.0
// Credential helpers, with small scripts in their place: real programs that answer well, badly or never.

#include "registryclient/logins/credentialhelper.h"
#include "tests/support/await.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace quayside;
using quayside::test::await;

using Answer = Result<std::optional<Login>>;

namespace {

/// Answers with the login `user` / `secret` for the server on stdin. Scripts are written with ` for ".
QByteArray answering(const char *user, const char *secret)
{
    return QByteArray("read -r server\nprintf '{`ServerURL`:`%s`,`Username`:`") + user + "`,`Secret`:`" +
           secret + "`}' \"$server\"\n";
}

QString text(const Answer &answer)
{
    if (!answer)
        return QStringLiteral("error: ") + QString::fromStdString(answer.error().message);
    if (!*answer)
        return QStringLiteral("none");
    const Login &login = **answer;
    return login.user + u':' +
           (login.isIdentityToken() ? QStringLiteral("token=") + login.identityToken : login.password);
}

} // namespace

class TestCredentialHelper : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void givesALogin();
    void knowsNone_data();
    void knowsNone();
    void refusesBadAnswers_data();
    void refusesBadAnswers();
    void endsWhatHangs();
    void stopsWhenAsked();
    void isFoundOnAbsolutePathsOnly();
    void refusesOtherNames_data();
    void refusesOtherNames();
    void refusesOtherServers_data();
    void refusesOtherServers();

private:
    void helper(const QByteArray &suffix, QByteArray script) const;
    Answer ask(const char *suffix, const QString &server = QStringLiteral("reg.example:5000"));

    std::unique_ptr<QTemporaryDir> m_directory;
    HelperOptions m_options;
};

void TestCredentialHelper::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_options = {};
    m_options.path = QStringList{m_directory->path()};
    m_options.timeout = std::chrono::seconds(60); // the machine may be slow
}

void TestCredentialHelper::helper(const QByteArray &suffix, QByteArray script) const
{
    QFile file(m_directory->filePath(QStringLiteral("docker-credential-") + QString::fromUtf8(suffix)));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n[ \"$1\" = get ] && [ $# = 1 ] || exit 9\n" + script.replace('`', '"'));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

Answer TestCredentialHelper::ask(const char *suffix, const QString &server)
{
    return await(askHelper({QString::fromUtf8(suffix), server}, m_options));
}

void TestCredentialHelper::givesALogin()
{
    helper("good", answering("ada", "pass word"));
    QCOMPARE(text(ask("good")), QStringLiteral("ada:pass word"));
    QCOMPARE(text(ask("good", QStringLiteral("https://index.docker.io/v1/"))),
             QStringLiteral("ada:pass word"));
    helper("Token_2-x", answering("<token>", "refresh"));
    QCOMPARE(text(ask("Token_2-x")), QStringLiteral(":token=refresh"));
    helper("nourl", "printf '{`Username`:`_dcgcloud_token`,`Secret`:`s`}'\n"); // reads no input either
    QCOMPARE(text(ask("nourl")), QStringLiteral("_dcgcloud_token:s"));
    helper("talks", "echo noise >&2\n" + answering("ada", "p"));
    QCOMPARE(text(ask("talks")), QStringLiteral("ada:p"));
    // No shell reads the server's name: it comes back as it was.
    helper("echo", answering("ada", "p"));
    const QString shell =
        QStringLiteral("$(touch${IFS}%1)").arg(m_directory->filePath(QStringLiteral("made")));
    QCOMPARE(text(ask("echo", shell)), QStringLiteral("ada:p"));
    QVERIFY(!QFile::exists(m_directory->filePath(QStringLiteral("made"))));
}

void TestCredentialHelper::knowsNone_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::newRow("docker's words") << QByteArray(
        "echo 'credentials not found in native keychain'\nexit 1\n");
    QTest::newRow("without a failure") << QByteArray("printf 'credentials not found'\n");
}

void TestCredentialHelper::knowsNone()
{
    QFETCH(QByteArray, script);
    helper("none", script);
    QCOMPARE(text(ask("none")), QStringLiteral("none"));
}

void TestCredentialHelper::refusesBadAnswers_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QByteArray &script, const char *words) {
        QTest::newRow(name) << script << QString::fromUtf8(words);
    };
    row("another server", "printf '{`ServerURL`:`other.example`,`Username`:`ada`,`Secret`:`hunter2`}'\n",
        "another registry");
    row("a suffix of it",
        "printf '{`ServerURL`:`evil.reg.example:5000`,`Username`:`ada`,`Secret`:`hunter2`}'\n",
        "another registry");
    row("no JSON", "echo hunter2\n", "not with a login");
    row("nothing", "exit 0\n", "not with a login");
    row("a list", "echo '[`hunter2`]'\n", "not with a login");
    row("no secret", "echo '{`Username`:`hunter2`}'\n", "not with a login");
    row("no user", "echo '{`Secret`:`hunter2`}'\n", "not with a login");
    row("empty secret", "echo '{`Username`:`hunter2`,`Secret`:``}'\n", "not with a login");
    row("two secrets", "echo '{`Username`:`ada`,`Secret`:`hunter2`,`Secret`:`other`}'\n", "not with a login");
    row("fails", "echo hunter2\necho hunter2 >&2\nexit 7\n", "exit code 7");
    row("fails with a login", answering("ada", "hunter2") + "exit 1\n", "exit code 1");
    row("dies", "kill -9 $$\n", "crashed");
    row("huge", "head -c 70000 /dev/zero | tr '\\0' x\n", "more than a login");
    row("endless", "exec yes\n", "more than a login");
}

void TestCredentialHelper::refusesBadAnswers()
{
    QFETCH(QByteArray, script);
    QFETCH(QString, words);
    helper("bad", script);
    const Answer answer = ask("bad");
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Unauthorized);
    QVERIFY2(text(answer).contains(QStringLiteral("docker-credential-bad")), qPrintable(text(answer)));
    QVERIFY2(text(answer).contains(words), qPrintable(text(answer)));
    QVERIFY(!text(answer).contains(QStringLiteral("hunter2")));
}

void TestCredentialHelper::endsWhatHangs()
{
    helper("hangs", "exec sleep 600\n");
    m_options.timeout = std::chrono::milliseconds(100);
    const Answer answer = ask("hangs");
    QVERIFY(!answer);
    QVERIFY2(text(answer).contains(QStringLiteral("docker-credential-hangs did not answer")),
             qPrintable(text(answer)));
}

void TestCredentialHelper::stopsWhenAsked()
{
    const QString pidFile = m_directory->filePath(QStringLiteral("pid"));
    helper("hangs", "echo $$ > '" + pidFile.toUtf8() + ".part'\nmv '" + pidFile.toUtf8() + ".part' '" +
                        pidFile.toUtf8() + "'\nexec sleep 600\n");
    std::stop_source stop;
    std::optional<Answer> answer;
    const auto asking = [&]() -> QCoro::Task<> {
        const HelperQuestion question{QStringLiteral("hangs"), QStringLiteral("reg.example")};
        answer = co_await askHelper(question, m_options, stop.get_token());
    };
    const auto task = asking();
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(pidFile), 60'000);
    QFile file(pidFile);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto pid = static_cast<pid_t>(file.readAll().trimmed().toInt());
    QVERIFY(pid > 0 && kill(pid, 0) == 0);
    stop.request_stop();
    QTRY_VERIFY(answer.has_value());
    QCOMPARE(answer->error().kind, ErrorKind::Cancelled);
    QTRY_VERIFY(kill(pid, 0) != 0); // killed, and taken off the table of processes
}

void TestCredentialHelper::isFoundOnAbsolutePathsOnly()
{
    helper("good", answering("ada", "p"));
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(m_directory->path()));
    m_options.path = QStringList{QString(), QStringLiteral("."),
                                 QStringLiteral("../%1").arg(QDir(m_directory->path()).dirName())};
    const QString relative = text(ask("good"));
    m_options.path = QStringList{QStringLiteral("/nonexistent"), m_directory->path()};
    const QString absolute = text(ask("good"));
    QVERIFY(QDir::setCurrent(before));
    QVERIFY2(relative.startsWith(QStringLiteral("error: docker-credential-good is not installed")),
             qPrintable(relative));
    QCOMPARE(absolute, QStringLiteral("ada:p"));

    QVERIFY(QFile::setPermissions(m_directory->filePath(QStringLiteral("docker-credential-good")),
                                  QFile::ReadOwner));
    QVERIFY(text(ask("good")).contains(QStringLiteral("not installed")));
    QVERIFY(QDir(m_directory->path()).mkdir(QStringLiteral("docker-credential-folder")));
    QVERIFY(text(ask("folder")).contains(QStringLiteral("not installed")));
}

void TestCredentialHelper::refusesOtherNames_data()
{
    QTest::addColumn<QByteArray>("suffix");
    for (const char *suffix : {"", "a.b", "a b", "a;b", "a/../b", "../b", "a\nb", "\xc3\xa9", "$b", "a\\b"})
        QTest::addRow("%s", suffix) << QByteArray(suffix);
}

void TestCredentialHelper::refusesOtherNames()
{
    QFETCH(QByteArray, suffix);
    if (!suffix.contains('/'))
        helper(suffix, answering("ada", "p"));
    const QString said = text(ask(suffix.constData()));
    QVERIFY2(said.startsWith(QStringLiteral("error: ")) && said.contains(QStringLiteral("is no name")),
             qPrintable(said));
}

void TestCredentialHelper::refusesOtherServers_data()
{
    QTest::addColumn<QString>("server");
    for (const char *server : {"", "a.example\nb.example", "a.example\r", "a.example b", "a\tb",
                               "a\x7f"
                               "b",
                               "\xc3\xa9.example"})
        QTest::addRow("%s", server) << QString::fromUtf8(server);
    QTest::newRow("zero") << QString(QChar::Null);
}

void TestCredentialHelper::refusesOtherServers()
{
    QFETCH(QString, server);
    helper("any", "printf '{`Username`:`ada`,`Secret`:`s`}'\n");
    QVERIFY2(text(ask("any", server)).contains(QStringLiteral("is not asked")), qPrintable(server));
}

QTEST_GUILESS_MAIN(TestCredentialHelper)
#include "tst_credentialhelper.moc"
