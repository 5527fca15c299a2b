// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/certificatecheck.h"

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>

class QNetworkReply;

namespace quayside {

/// An answer without an end. Destroying it closes the connection.
class HttpStream : public QObject
{
    Q_OBJECT
public:
    /// Takes over `reply`, which has just been started; its server may have the pinned certificate. No byte
    /// for `silence` ends it with Timeout.
    HttpStream(QNetworkReply *reply, std::optional<Fingerprint> pinned, std::chrono::milliseconds silence);
    ~HttpStream() override;

    QByteArray header(const QByteArray &name) const;

signals:
    /// The answer has begun. Its body follows only if the status is 200.
    void opened(int status);
    void data(const QByteArray &bytes);
    /// It is over; nothing follows.
    void closed(const quayside::Error &error);

private:
    void begin();
    void readSome();
    void close(const Error &error);

    QPointer<QNetworkReply> m_reply;
    CertificateCheck m_certificate;
    QTimer m_silence;
    int m_status = 0;
    bool m_closed = false;
};

} // namespace quayside
