// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bareloop.h"

#include <QEventLoop>
#include <QNetworkReply>

namespace quayside::test {

std::size_t BareLoop::run(const std::vector<QUrl> &urls)
{
    m_open = urls;
    m_digests = 0;
    QEventLoop loop;
    connect(this, &BareLoop::finished, &loop, &QEventLoop::quit);
    for (int i = 0; i < parallel; ++i)
        sendNext();
    loop.exec();
    return m_digests;
}

void BareLoop::sendNext()
{
    if (m_open.empty())
        return;
    QNetworkRequest request(m_open.back());
    m_open.pop_back();
    request.setRawHeader("Accept", "application/vnd.oci.image.manifest.v1+json");
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    ++m_inFlight;
    QNetworkReply *reply = m_manager.head(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply] { take(reply); });
}

void BareLoop::take(QNetworkReply *reply)
{
    reply->deleteLater();
    --m_inFlight;
    if (reply->rawHeader("Docker-Content-Digest").startsWith("sha256:"))
        ++m_digests;
    sendNext();
    if (m_inFlight == 0)
        emit finished();
}

} // namespace quayside::test
