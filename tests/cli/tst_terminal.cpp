// SPDX-License-Identifier: Apache-2.0
// Asking on a real terminal, and reading from pipes.

#include "cli/terminal.h"

#include <QTest>

#include <csignal>
#include <functional>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

using namespace quayside;

namespace {

volatile std::sig_atomic_t interrupted = 0;

void noteInterrupt(int)
{
    interrupted = 1;
}

/// A terminal with somebody in front of it, who answers once the prompt is there.
class Person
{
public:
    Person()
    {
        [[maybe_unused]] const int opened = openpty(&m_screen, &m_terminal, nullptr, nullptr, nullptr);
        Q_ASSERT(opened == 0);
    }
    ~Person()
    {
        close(m_terminal);
        close(m_screen);
    }

    int terminal() const { return m_terminal; }
    bool hasEcho() const
    {
        termios state = {};
        return tcgetattr(m_terminal, &state) == 0 && (state.c_lflag & ECHO) != 0;
    }
    /// Waits for the prompt, then does it.
    std::thread afterPrompt(std::function<void()> deed)
    {
        return std::thread([this, deed = std::move(deed)] {
            readUntil(": ");
            deed();
        });
    }
    void type(const QByteArray &text)
    {
        QCOMPARE(write(m_screen, text.constData(), std::size_t(text.size())), text.size());
    }
    /// Everything that has shown so far, up to this text.
    QByteArray readUntil(const QByteArray &end)
    {
        char c = 0;
        while (!m_shown.endsWith(end) && read(m_screen, &c, 1) == 1)
            m_shown.append(c);
        return m_shown;
    }

private:
    int m_screen = -1;
    int m_terminal = -1;
    QByteArray m_shown;
};

} // namespace

class TestTerminal : public QObject
{
    Q_OBJECT

private slots:
    void asks();
    void showsNoSecret();
    void givesTheTerminalBackWhenInterrupted();
    void readsSecretsFromPipes_data();
    void readsSecretsFromPipes();
    void readsLines();
    void diesOfASignalWhileItAsks();
    void endsWithTheInput();
};

void TestTerminal::asks()
{
    Person person;
    const Terminal terminal(person.terminal(), person.terminal());
    QVERIFY(terminal.isInteractive());
    std::thread answering = person.afterPrompt([&] { person.type("ad\xc3\xa1\n"); });
    const auto answer = terminal.ask(QStringLiteral("User: "));
    answering.join();
    QCOMPARE(answer, QString::fromUtf8("ad\xc3\xa1"));
    QVERIFY(person.readUntil("\n").contains("ad\xc3\xa1")); // what is typed shows
}

void TestTerminal::showsNoSecret()
{
    Person person;
    const Terminal terminal(person.terminal(), person.terminal());
    bool hadEcho = true;
    std::thread answering = person.afterPrompt([&] {
        hadEcho = person.hasEcho();
        person.type("hunter2\n");
    });
    const auto answer = terminal.askSecret(QStringLiteral("Password: "));
    answering.join();
    QCOMPARE(answer, QStringLiteral("hunter2"));
    QVERIFY(!hadEcho);
    QVERIFY(person.hasEcho());
    QCOMPARE(person.readUntil("\n"), QByteArray("Password: \r\n"));
}

void TestTerminal::givesTheTerminalBackWhenInterrupted()
{
    struct sigaction action = {};
    action.sa_handler = noteInterrupt;
    struct sigaction before = {};
    sigaction(SIGINT, &action, &before);
    Person person;
    const Terminal terminal(person.terminal(), person.terminal());
    std::thread interrupting = person.afterPrompt([&] {
        person.type("hunt"); // half of it
        kill(getpid(), SIGINT);
    });
    const auto answer = terminal.askSecret(QStringLiteral("Password: "));
    interrupting.join();
    QCOMPARE(answer, std::nullopt);
    QCOMPARE(int(interrupted), 1); // the signal took effect, afterwards
    QVERIFY(person.hasEcho());
    sigaction(SIGINT, &before, nullptr);
}

void TestTerminal::readsSecretsFromPipes_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("secret");
    QTest::newRow("a line") << QByteArray("hunter2\n") << QStringLiteral("hunter2");
    QTest::newRow("no line end") << QByteArray("hunter2") << QStringLiteral("hunter2");
    QTest::newRow("of Windows") << QByteArray("hunter2\r\n") << QStringLiteral("hunter2");
    QTest::newRow("spaces stay") << QByteArray(" hunter 2 \n") << QStringLiteral(" hunter 2 ");
    QTest::newRow("longest") << QByteArray(4096, 'x') << QString(4096, u'x');
    QTest::newRow("too long") << QByteArray(4097, 'x') << QString();
    QTest::newRow("two lines") << QByteArray("hunter2\nhunter3\n") << QString();
    QTest::newRow("zero byte") << QByteArray("hunter\0002", 8) << QString();
    QTest::newRow("no UTF-8") << QByteArray("hunter\xff") << QString();
}

void TestTerminal::readsSecretsFromPipes()
{
    QFETCH(QByteArray, input);
    QFETCH(QString, secret);
    int ends[2] = {-1, -1};
    QCOMPARE(pipe(ends), 0);
    QCOMPARE(write(ends[1], input.constData(), std::size_t(input.size())), input.size());
    close(ends[1]);
    const Terminal terminal(ends[0], ends[0]);
    QVERIFY(!terminal.isInteractive());
    QCOMPARE(terminal.readSecret().value_or(QString()), secret);
    close(ends[0]);
}

void TestTerminal::readsLines()
{
    const QByteArray input(" reg.example/a:1 \n\nreg.example/a:2\r\nlast");
    int ends[2] = {-1, -1};
    QCOMPARE(pipe(ends), 0);
    QCOMPARE(write(ends[1], input.constData(), std::size_t(input.size())), input.size());
    close(ends[1]);
    const Terminal terminal(ends[0], ends[0]);
    const QStringList expected{QStringLiteral("reg.example/a:1"), QStringLiteral("reg.example/a:2"),
                               QStringLiteral("last")};
    QCOMPARE(terminal.readLines().value_or(QStringList()), expected);
    close(ends[0]);
}

/// A program that blocks signals, to take them from a descriptor, can still be ended at a question.
void TestTerminal::diesOfASignalWhileItAsks()
{
    Person person;
    const pid_t child = fork();
    if (child == 0) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, nullptr);
        const Terminal terminal(person.terminal(), person.terminal());
        terminal.ask(QStringLiteral("Delete 1 image? [y/N]: "));
        _exit(0);
    }
    person.readUntil(": ");
    kill(child, SIGINT);
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QCOMPARE(WTERMSIG(status), SIGINT);
}

void TestTerminal::endsWithTheInput()
{
    Person person;
    const Terminal terminal(person.terminal(), person.terminal());
    std::thread leaving = person.afterPrompt([&] { person.type("\x04"); }); // Ctrl+D
    QCOMPARE(terminal.ask(QStringLiteral("User: ")), std::nullopt);
    leaving.join();
}

QTEST_GUILESS_MAIN(TestTerminal)
#include "tst_terminal.moc"
