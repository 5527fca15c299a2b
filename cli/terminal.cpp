// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <QStringDecoder>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace quayside {

namespace {

constexpr qsizetype mostBytes = 4096;
constexpr qsizetype mostLineBytes = 64 * 1024 * 1024; ///< Of all lines: a million references have less.
constexpr std::array endingSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile std::sig_atomic_t caughtSignal = 0;
volatile std::sig_atomic_t wakeDescriptor = -1; ///< Written to when a signal comes: any thread may get it.

void noteSignal(int signal)
{
    caughtSignal = signal;
    [[maybe_unused]] const ssize_t written = write(wakeDescriptor, "", 1);
}

/// Turns the terminal's echo off. Signals that would end the program take effect once the echo is on again;
/// until then they make interruption() readable.
class SilentTerminal
{
public:
    explicit SilentTerminal(int descriptor)
        : m_descriptor(descriptor)
        , m_isTerminal(tcgetattr(descriptor, &m_before) == 0)
    {
        if (pipe2(m_pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0)
            catchSignals();
        if (!m_isTerminal)
            return;
        termios silent = m_before;
        silent.c_lflag &= ~tcflag_t(ECHO);
        silent.c_lflag |= ECHONL;
        tcsetattr(m_descriptor, TCSAFLUSH, &silent);
    }
    ~SilentTerminal()
    {
        if (m_isTerminal)
            tcsetattr(m_descriptor, TCSAFLUSH, &m_before);
        if (m_pipe[0] < 0)
            return;
        for (std::size_t i = 0; i < endingSignals.size(); ++i)
            sigaction(endingSignals[i], &m_actions[i], nullptr);
        close(m_pipe[0]);
        close(m_pipe[1]);
        if (caughtSignal != 0)
            raise(caughtSignal);
    }
    SilentTerminal(const SilentTerminal &) = delete;
    SilentTerminal &operator=(const SilentTerminal &) = delete;

    int interruption() const { return m_pipe[0]; }

private:
    void catchSignals()
    {
        caughtSignal = 0;
        wakeDescriptor = m_pipe[1];
        struct sigaction action = {};
        action.sa_handler = noteSignal;
        for (std::size_t i = 0; i < endingSignals.size(); ++i)
            sigaction(endingSignals[i], &action, &m_actions[i]);
    }

    int m_descriptor;
    termios m_before = {};
    bool m_isTerminal;
    std::array<int, 2> m_pipe{-1, -1};
    std::array<struct sigaction, endingSignals.size()> m_actions = {};
};

/// Lets signals end the program while it waits for a person; a program that takes them from a descriptor has
/// blocked them.
class SignalsAllowed
{
public:
    SignalsAllowed()
    {
        sigset_t allowed;
        sigemptyset(&allowed);
        for (const int signal : endingSignals)
            sigaddset(&allowed, signal);
        pthread_sigmask(SIG_UNBLOCK, &allowed, &m_before);
    }
    ~SignalsAllowed() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    SignalsAllowed(const SignalsAllowed &) = delete;
    SignalsAllowed &operator=(const SignalsAllowed &) = delete;

private:
    sigset_t m_before = {};
};

std::optional<QString> decode(const std::optional<QByteArray> &bytes)
{
    if (!bytes)
        return std::nullopt;
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(*bytes);
    return decoder.hasError() ? std::nullopt : std::optional(text);
}

/// -1 at an error, and as soon as `interruption` (-1: none) is readable.
ssize_t readSome(int descriptor, char *buffer, std::size_t size, int interruption)
{
    std::array<pollfd, 2> waiting{pollfd{descriptor, POLLIN, 0}, pollfd{interruption, POLLIN, 0}};
    while (poll(waiting.data(), waiting.size(), -1) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return waiting[1].revents != 0 ? -1 : read(descriptor, buffer, size);
}

std::optional<QByteArray> readLine(int descriptor, int interruption)
{
    QByteArray line;
    char c = 0;
    while (line.size() <= mostBytes) {
        if (readSome(descriptor, &c, 1, interruption) != 1)
            return std::nullopt;
        if (c == '\n')
            return line;
        line.append(c);
    }
    return std::nullopt;
}

/// Nothing at an error, and if there is more than `most`.
std::optional<QByteArray> readAll(int descriptor, qsizetype most)
{
    QByteArray all;
    std::array<char, 4096> buffer;
    while (all.size() <= most) {
        const ssize_t got = readSome(descriptor, buffer.data(), buffer.size(), -1);
        if (got < 0)
            return std::nullopt;
        if (got == 0)
            return all;
        all.append(buffer.data(), got);
    }
    return std::nullopt;
}

} // namespace

Terminal::Terminal(int input, int output)
    : m_input(input)
    , m_output(output)
{}

bool Terminal::isInteractive() const
{
    return isatty(m_input) == 1;
}

std::optional<QString> Terminal::ask(const QString &prompt) const
{
    const SignalsAllowed allowed;
    print(prompt);
    return decode(readLine(m_input, -1));
}

std::optional<QStringList> Terminal::readLines() const
{
    const SignalsAllowed allowed;
    const auto text = decode(readAll(m_input, mostLineBytes));
    if (!text)
        return std::nullopt;
    QStringList lines;
    for (const QString &line : text->split(u'\n')) {
        if (const QString trimmed = line.trimmed(); !trimmed.isEmpty())
            lines.append(trimmed);
    }
    return lines;
}

std::optional<QString> Terminal::askSecret(const QString &prompt) const
{
    const SilentTerminal silent(m_input);
    print(prompt);
    return decode(readLine(m_input, silent.interruption()));
}

std::optional<QString> Terminal::readSecret() const
{
    auto all = readAll(m_input, mostBytes + 2); // the line's end does not count
    if (!all)
        return std::nullopt;
    if (all->endsWith('\n'))
        all->chop(1);
    if (all->endsWith('\r'))
        all->chop(1);
    if (all->size() > mostBytes || all->contains('\n') || all->contains('\0'))
        return std::nullopt;
    return decode(all);
}

void Terminal::print(const QString &text) const
{
    const QByteArray bytes = text.toUtf8();
    // A prompt that cannot be shown is no reason to stop.
    [[maybe_unused]] const ssize_t written = write(m_output, bytes.constData(), std::size_t(bytes.size()));
}

} // namespace quayside
