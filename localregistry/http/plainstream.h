// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/bytestream.h"

class QSocketNotifier;

namespace quayside {

/// A TCP connection on its bare descriptor: one recv() and one send() per request, files by sendfile().
class PlainStream final : public ByteStream
{
    Q_OBJECT

public:
    /// Takes over `descriptor`, which must not block.
    explicit PlainStream(int descriptor, QObject *parent = nullptr);
    ~PlainStream() override;

    IoResult read(std::span<char> buffer) override;
    IoResult write(std::span<const char> bytes, bool more) override;
    IoResult sendFile(int descriptor, std::int64_t offset, std::int64_t length) override;
    void setReading(bool enabled) override;
    void setWriting(bool enabled) override;
    void shutdownWrite() override;
    void close(bool reset) override;

private:
    int m_descriptor;
    QSocketNotifier *m_readNotifier;
    QSocketNotifier *m_writeNotifier = nullptr; ///< Made when a write blocks for the first time.
};

} // namespace quayside
