// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include <cstddef>
#include <cstdint>
#include <span>

namespace quayside {

/// The result of one transfer on a stream that never blocks.
struct IoResult
{
    enum class Status {
        Ok,      ///< `bytes` were moved, at least one.
        Blocked, ///< Not now; the stream will signal.
        End,     ///< Reading: the peer sent everything. Sending a file: it is shorter than it should be.
        Failed,  ///< The connection is broken.
    };
    Status status = Status::Ok;
    std::size_t bytes = 0;
};

/// The bytes of one connection, without their meaning: plain TCP now; TLS is another implementation.
/// Lives on one worker thread and is used from there alone.
class ByteStream : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual IoResult read(std::span<char> buffer) = 0;
    /// With `more`, the bytes may wait for those of the next call to leave together.
    virtual IoResult write(std::span<const char> bytes, bool more) = 0;
    /// Sends at most `length` bytes of the file from `offset`.
    virtual IoResult sendFile(int descriptor, std::int64_t offset, std::int64_t length) = 0;
    /// readyRead() is wanted. Off while the connection cannot take more input, so that the peer is slowed
    /// down.
    virtual void setReading(bool enabled) = 0;
    /// readyWrite() is wanted, after a Blocked.
    virtual void setWriting(bool enabled) = 0;
    /// Says to the peer that nothing follows; reading goes on.
    virtual void shutdownWrite() = 0;
    /// Closes at once. With `reset`, so that the peer sees an error and not the end of the data.
    virtual void close(bool reset) = 0;

signals:
    void readyRead();
    void readyWrite();
};

} // namespace quayside
