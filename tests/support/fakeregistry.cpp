// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fakeregistry.h"

#include <QTcpSocket>

#include <algorithm>

namespace quayside::test {

namespace {

QByteArray key(const QByteArray &method, const QByteArray &path)
{
    return method + ' ' + path;
}

QByteArray headOf(const FakeAnswer &answer, bool isHead)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + " Answer\r\n";
    for (const HttpHeader &header : answer.headers)
        head += header.name + ": " + header.value + "\r\n";
    const qint64 length = qint64(answer.body.size()) * answer.times;
    const bool complete = answer.end == FakeAnswer::End::Complete;
    const bool given = !headerValue(answer.headers, "Content-Length").isEmpty();
    if (answer.end != FakeAnswer::End::Open && !(isHead && given))
        head += "Content-Length: " + QByteArray::number(complete ? length : length + 1) + "\r\n";
    return head + "\r\n";
}

} // namespace

FakeAnswer answer(int status, const QByteArray &body, const HttpHeaders &headers)
{
    FakeAnswer made;
    made.status = status;
    made.body = body;
    made.headers = headers;
    return made;
}

FakeRegistry::FakeRegistry()
{
    connect(this, &QTcpServer::newConnection, this, &FakeRegistry::accept);
    listen(QHostAddress::LocalHost);
}

QUrl FakeRegistry::url() const
{
    return url(QStringLiteral("127.0.0.1"));
}

QUrl FakeRegistry::url(const QString &host) const
{
    return QUrl(QStringLiteral("http://") + host + u':' + QString::number(serverPort()) + u'/');
}

void FakeRegistry::on(const QByteArray &method, const QByteArray &path, FakeAnswer answer)
{
    on(method, path, [answer = std::move(answer)](const FakeRequest &) { return answer; });
}

void FakeRegistry::on(const QByteArray &method, const QByteArray &path, Handler handler)
{
    m_handlers.insert(key(method, path), std::move(handler));
}

int FakeRegistry::count(const QByteArray &method) const
{
    return static_cast<int>(
        std::count_if(m_requests.begin(), m_requests.end(),
                      [&](const FakeRequest &request) { return request.method == method; }));
}

void FakeRegistry::streamMore(const QByteArray &bytes)
{
    for (QTcpSocket *socket : std::as_const(m_streams))
        socket->write(bytes);
}

void FakeRegistry::closeStreams()
{
    const auto streams = std::exchange(m_streams, {});
    for (QTcpSocket *socket : streams)
        socket->disconnectFromHost();
}

void FakeRegistry::accept()
{
    while (QTcpSocket *socket = nextPendingConnection()) {
        m_buffers.insert(socket, {});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_buffers.remove(socket);
            m_streams.removeAll(socket);
            socket->deleteLater();
        });
    }
}

void FakeRegistry::read(QTcpSocket *socket)
{
    const auto buffer = m_buffers.find(socket);
    if (buffer == m_buffers.end())
        return;
    const QByteArray bytes = socket->readAll();
    m_received += bytes;
    *buffer += bytes;
    FakeRequest request;
    while (takeRequest(*buffer, request)) {
        m_requests.append(request);
        answer(socket, request);
        emit requested(request.method, request.target);
        if (!m_buffers.contains(socket)) // closed
            return;
    }
}

bool FakeRegistry::takeRequest(QByteArray &buffer, FakeRequest &request) const
{
    const qsizetype end = buffer.indexOf("\r\n\r\n");
    if (end < 0)
        return false;
    const auto lines = buffer.left(end).split('\n');
    const auto first = lines.front().trimmed().split(' ');
    request = {first.value(0), first.value(1), {}, {}};
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const qsizetype colon = lines[i].indexOf(':');
        request.headers.append(HttpHeader{lines[i].left(colon), lines[i].mid(colon + 1).trimmed()});
    }
    const qsizetype length = request.header("Content-Length").toLongLong();
    if (buffer.size() < end + 4 + length)
        return false;
    request.body = buffer.mid(end + 4, length);
    buffer.remove(0, end + 4 + length);
    return true;
}

void FakeRegistry::answer(QTcpSocket *socket, const FakeRequest &request)
{
    const QByteArray path = request.target.split('?').front();
    const auto handler = m_handlers.constFind(key(request.method, path));
    const FakeAnswer answer = handler == m_handlers.cend()
                                  ? FakeAnswer{.status = 404, .headers = {}, .body = {}, .raw = {}}
                                  : (*handler)(request);
    if (answer.end == FakeAnswer::End::Silent)
        return;
    if (!answer.raw.isEmpty()) {
        socket->write(answer.raw);
        socket->disconnectFromHost();
        return;
    }
    socket->write(headOf(answer, request.method == "HEAD"));
    if (request.method != "HEAD") {
        for (int i = 0; i < answer.times; ++i)
            socket->write(answer.body);
    }
    if (answer.end == FakeAnswer::End::Cut)
        socket->disconnectFromHost();
    else if (answer.end == FakeAnswer::End::Open)
        m_streams.append(socket);
}

} // namespace quayside::test
