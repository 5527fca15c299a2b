// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/plainstream.h"

#include <QSocketNotifier>

#include <cerrno>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quayside {

namespace {

/// Turns the answer of a system call into a result. `zero` says what no bytes mean.
IoResult toResult(ssize_t count, IoResult::Status zero)
{
    if (count > 0)
        return {IoResult::Status::Ok, static_cast<std::size_t>(count)};
    if (count == 0)
        return {zero, 0};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return {IoResult::Status::Blocked, 0};
    return {IoResult::Status::Failed, 0};
}

} // namespace

PlainStream::PlainStream(int descriptor, QObject *parent)
    : ByteStream(parent)
    , m_descriptor(descriptor)
    , m_readNotifier(new QSocketNotifier(descriptor, QSocketNotifier::Read, this))
{
    connect(m_readNotifier, &QSocketNotifier::activated, this, [this] { emit readyRead(); });
}

PlainStream::~PlainStream()
{
    PlainStream::close(false);
}

IoResult PlainStream::read(std::span<char> buffer)
{
    return toResult(::recv(m_descriptor, buffer.data(), buffer.size(), 0), IoResult::Status::End);
}

IoResult PlainStream::write(std::span<const char> bytes, bool more)
{
    const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    return toResult(::send(m_descriptor, bytes.data(), bytes.size(), flags), IoResult::Status::Blocked);
}

IoResult PlainStream::sendFile(int descriptor, std::int64_t offset, std::int64_t length)
{
    off_t position = offset;
    const ssize_t count = ::sendfile(m_descriptor, descriptor, &position, static_cast<std::size_t>(length));
    return toResult(count, IoResult::Status::End);
}

void PlainStream::setReading(bool enabled)
{
    if (m_descriptor >= 0 && m_readNotifier->isEnabled() != enabled)
        m_readNotifier->setEnabled(enabled);
}

void PlainStream::setWriting(bool enabled)
{
    if (m_descriptor < 0)
        return;
    if (!m_writeNotifier) {
        if (!enabled)
            return;
        m_writeNotifier = new QSocketNotifier(m_descriptor, QSocketNotifier::Write, this);
        connect(m_writeNotifier, &QSocketNotifier::activated, this, [this] { emit readyWrite(); });
    }
    if (m_writeNotifier->isEnabled() != enabled)
        m_writeNotifier->setEnabled(enabled);
}

void PlainStream::shutdownWrite()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

void PlainStream::close(bool reset)
{
    if (m_descriptor < 0)
        return;
    setReading(false);
    setWriting(false);
    if (reset) {
        const linger discard{1, 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &discard, sizeof discard);
    }
    ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace quayside
