// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QNetworkAccessManager>
#include <QUrl>

#include <vector>

class QNetworkReply;

namespace quayside::test {

/// What Qt can do at best: HEAD requests, so many at a time, and nothing around them.
class BareLoop : public QObject
{
    Q_OBJECT
public:
    static constexpr int parallel = 6; // QNetworkAccessManager opens no more connections to a host

    /// Runs the event loop until each address has answered once. How many of the answers stated a digest.
    std::size_t run(const std::vector<QUrl> &urls);

signals:
    void finished();

private:
    void sendNext();
    void take(QNetworkReply *reply);

    QNetworkAccessManager m_manager;
    std::vector<QUrl> m_open; // taken from the back
    std::size_t m_inFlight = 0;
    std::size_t m_digests = 0;
};

} // namespace quayside::test
