// SPDX-License-Identifier: Apache-2.0
#include "app/unixsignals.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace quayside {

namespace {

sigset_t terminationSignals()
{
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&wanted, number);
    return wanted;
}

int openTerminationSignals()
{
    UnixSignals::block();
    const auto wanted = terminationSignals();
    return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

} // namespace

UnixSignals::UnixSignals(QObject *parent)
    : QObject(parent)
    , m_descriptor(openTerminationSignals())
    , m_notifier(m_descriptor, QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, &UnixSignals::read);
}

void UnixSignals::block()
{
    const auto wanted = terminationSignals();
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
}

UnixSignals::~UnixSignals()
{
    m_notifier.setEnabled(false);
    close(m_descriptor);
}

void UnixSignals::read()
{
    signalfd_siginfo info{};
    while (::read(m_descriptor, &info, sizeof info) == sizeof info)
        emit terminationRequested();
}

} // namespace quayside
