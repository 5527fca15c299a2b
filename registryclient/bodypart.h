// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/http.h"

#include <QIODevice>

#include <memory>

namespace quayside {

/// The bytes of a device that one request sends. They can be read once only: QNetworkAccessManager sends a
/// request again by itself when its connection breaks, writes too, unless it cannot rewind the body.
class BodyPart final : public QIODevice
{
public:
    /// Null if the request streams nothing.
    static std::shared_ptr<BodyPart> of(const ClientRequest &request);
    BodyPart(std::shared_ptr<QIODevice> source, qint64 begin, qint64 size);

    /// Touches the device no more: another request may read it now.
    void end() { m_source.reset(); }

    bool isSequential() const override { return true; }
    bool seek(qint64) override { return false; }
    bool atEnd() const override { return bytesAvailable() == 0; }
    qint64 bytesAvailable() const override { return m_left + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char *bytes, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::shared_ptr<QIODevice> m_source;
    qint64 m_next;
    qint64 m_left;
};

} // namespace quayside
