// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/acceptor.h"

#include "localregistry/http/httpworker.h"

#include <QSocketNotifier>
#include <QTimer>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quayside {

namespace {

/// How long accepting rests after descriptors ran out.
constexpr std::chrono::milliseconds backOff{100};

int openReserve()
{
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

} // namespace

Acceptor::Acceptor(ListeningSocket socket, std::vector<HttpWorker *> workers)
    : m_socket(std::move(socket))
    , m_workers(std::move(workers))
    , m_reserve(openReserve())
{}

Acceptor::~Acceptor()
{
    if (m_reserve >= 0)
        ::close(m_reserve);
}

void Acceptor::start()
{
    m_resume = new QTimer(this);
    m_resume->setSingleShot(true);
    m_notifier = new QSocketNotifier(m_socket.descriptor(), QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &Acceptor::acceptAll);
    connect(m_resume, &QTimer::timeout, m_notifier, [this] { m_notifier->setEnabled(true); });
}

void Acceptor::acceptAll()
{
    for (;;) {
        const int descriptor =
            ::accept4(m_socket.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == ECONNABORTED || errno == EINTR)
                continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                pauseWithoutDescriptors();
            return;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto byLoad = [](const HttpWorker *a, const HttpWorker *b) { return a->load() < b->load(); };
        (*std::min_element(m_workers.begin(), m_workers.end(), byLoad))->assign(descriptor);
    }
}

/// The waiting peer is closed rather than left hanging, and accepting rests for a moment.
void Acceptor::pauseWithoutDescriptors()
{
    if (m_reserve >= 0) {
        ::close(m_reserve);
        const int descriptor =
            ::accept4(m_socket.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0)
            ::close(descriptor);
    }
    m_reserve = openReserve();
    m_notifier->setEnabled(false);
    m_resume->start(backOff);
}

} // namespace quayside
