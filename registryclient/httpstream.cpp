// SPDX-License-Identifier: Apache-2.0
#include "registryclient/httpstream.h"

#include "registryclient/networkerror.h"

#include <QNetworkReply>

namespace quayside {

namespace {
constexpr qint64 readBuffer = 256 * 1024;
}

HttpStream::HttpStream(QNetworkReply *reply, std::optional<Fingerprint> pinned,
                       std::chrono::milliseconds silence)
    : m_reply(reply)
    , m_certificate(reply, std::move(pinned))
{
    m_reply->setReadBufferSize(readBuffer);
    m_silence.setSingleShot(true);
    m_silence.setInterval(silence);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        close(Error{ErrorKind::Timeout, 0, {}, "the stream went silent"});
    });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &HttpStream::begin);
    connect(m_reply, &QNetworkReply::readyRead, this, &HttpStream::readSome);
    connect(m_reply, &QNetworkReply::finished, this, [this] {
        if (failedBelowHttp(*m_reply))
            close(m_certificate.error().value_or(networkError(*m_reply, m_status != 0)));
        else
            close(Error{ErrorKind::Disconnected, m_status, {}, "the stream ended"});
    });
    m_silence.start();
}

HttpStream::~HttpStream()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
}

QByteArray HttpStream::header(const QByteArray &name) const
{
    return m_reply ? m_reply->rawHeader(name) : QByteArray();
}

void HttpStream::begin()
{
    if (m_closed || m_status != 0)
        return;
    m_silence.start();
    m_status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    emit opened(m_status); // the receiver may destroy us
}

void HttpStream::readSome()
{
    if (m_closed)
        return;
    m_silence.start();
    const QByteArray bytes = m_reply->readAll();
    if (m_status == 200)
        emit data(bytes); // the receiver may destroy us
}

void HttpStream::close(const Error &error)
{
    if (m_closed)
        return;
    m_closed = true;
    m_silence.stop();
    emit closed(error); // the receiver may destroy us
}

} // namespace quayside
