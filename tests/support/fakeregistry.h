// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/http.h"

#include <QHash>
#include <QTcpServer>

#include <functional>

class QTcpSocket;

namespace quayside::test {

/// A request as it came over the wire.
struct FakeRequest
{
    QByteArray method;
    QByteArray target; ///< Path and query.
    HttpHeaders headers;
    QByteArray body;

    QByteArray header(const QByteArray &name) const { return headerValue(headers, name); }
};

struct FakeAnswer
{
    int status = 200;
    HttpHeaders headers;
    QByteArray body;
    /// The body is sent this many times.
    int times = 1;
    /// What happens after the bytes that are given.
    enum class End {
        Complete, ///< Content-Length is right, the connection stays.
        Cut,      ///< Content-Length says one byte more, then the connection is closed.
        Hang,     ///< The same, but nothing more ever happens.
        Silent,   ///< Nothing is sent at all, and the connection stays.
        Open      ///< No Content-Length: a stream. See FakeRegistry::streamMore().
    };
    End end = End::Complete;
    /// Sent instead of all the above, then the connection is closed.
    QByteArray raw;
};

FakeAnswer answer(int status, const QByteArray &body = {}, const HttpHeaders &headers = {});

/// An HTTP server in this process for what real registries cannot be made to do. Answers 404 to what it was
/// not told.
class FakeRegistry : public QTcpServer
{
    Q_OBJECT
public:
    using Handler = std::function<FakeAnswer(const FakeRequest &)>;

    FakeRegistry();

    /// "http://127.0.0.1:port/"
    QUrl url() const;
    /// The same with another name for this computer: another origin.
    QUrl url(const QString &host) const;

    /// Answers `method` on exactly this path (a query is not part of it).
    void on(const QByteArray &method, const QByteArray &path, FakeAnswer answer);
    void on(const QByteArray &method, const QByteArray &path, Handler handler);

    const QList<FakeRequest> &requests() const { return m_requests; }
    int count(const QByteArray &method) const;
    /// Every byte that has come, whether or not it is a request.
    const QByteArray &received() const { return m_received; }
    void forgetRequests()
    {
        m_requests.clear();
        m_received.clear();
    }
    /// Sends more on every open stream.
    void streamMore(const QByteArray &bytes);
    void closeStreams();
    int openConnections() const { return static_cast<int>(m_buffers.size()); }

signals:
    void requested(const QByteArray &method, const QByteArray &target);

private:
    void accept();
    void read(QTcpSocket *socket);
    bool takeRequest(QByteArray &buffer, FakeRequest &request) const;
    void answer(QTcpSocket *socket, const FakeRequest &request);

    QHash<QByteArray, Handler> m_handlers;
    QHash<QTcpSocket *, QByteArray> m_buffers;
    QList<QTcpSocket *> m_streams;
    QList<FakeRequest> m_requests;
    QByteArray m_received;
};

} // namespace quayside::test
