// SPDX-License-Identifier: Apache-2.0
#include "rawclient.h"
#include "testhandler.h"

#include "localregistry/http/httpserver.h"

#include <QLoggingCategory>
#include <QMutex>
#include <QSignalSpy>
#include <QTest>

#include <sys/socket.h>

using namespace quayside;
using namespace std::chrono_literals;

namespace {

QByteArray get(const char *path, const char *more = "")
{
    return QByteArray("GET ") + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

QByteArray put(const char *path, qsizetype length, const char *more = "")
{
    return QByteArray("PUT ") + path +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + QByteArray::number(length) + "\r\n" + more +
           "\r\n";
}

} // namespace

class TestHttpServer : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void answersWithTheCommonHeaders();
    void keepsTheOrderOfPipelinedRequests();
    void pipelinesBehindLargeBodies();
    void servesOldClients();
    void sendsNoBodyToHead();
    void sendsNoLengthWith304();
    void receivesBodiesInSlices();
    void continuesOnlyWhenAllowed();
    void keepsTheConnectionAfterAShortUnreadBody();
    void closesAfterALongUnreadBody();
    void skipsAnEmptyLineBetweenRequests();
    void answersTlsAtOnce();
    void answersHalfClosedPeers();
    void sendsFiles();
    void resetsWhenAFileShrinks();
    void refusesToSplitAnswers();
    void survivesAPeerThatLeavesDuringAJob();
    void releasesTheReceiverOfABrokenUpload();
    void streamsEvents();
    void finishesWhatRunsWhenStopped();
    void canBeDestroyedDuringAJob();
    void logsNoSecrets();
    void listensOnBothLoopbackAddresses();
    void reportsATakenPort();

private:
    std::unique_ptr<TestHandler> m_handler;
    std::unique_ptr<HttpServer> m_server;
};

void TestHttpServer::init()
{
    m_handler = std::make_unique<TestHandler>();
    m_server = std::make_unique<HttpServer>(*m_handler, HttpServer::Options{2, 64, {}});
    QVERIFY(m_server->listen({ListenAddress{}}));
}

void TestHttpServer::cleanup()
{
    m_server.reset();
    m_handler.reset();
}

void TestHttpServer::answersWithTheCommonHeaders()
{
    RawClient client(m_server->port());
    const RawAnswer answer = client.ask(get("/text"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, QByteArray("text"));
    QCOMPARE(answer.header("X-Common"), QByteArray("yes"));
    QVERIFY(answer.header("Date").endsWith("GMT"));
    QVERIFY(answer.header("Connection").isEmpty());
    QCOMPARE(client.ask(get("/none")).status, 404);
}

void TestHttpServer::keepsTheOrderOfPipelinedRequests()
{
    RawClient client(m_server->port());
    QByteArray requests;
    for (int i = 0; i < 100; ++i)
        requests += get(i % 3 == 0 ? "/text" : "/none") + put("/sink", 3) + "abc";
    client.send(requests);
    for (int i = 0; i < 100; ++i) {
        QCOMPARE(client.answer().status, i % 3 == 0 ? 200 : 404);
        QCOMPARE(client.answer().body, QByteArray("3"));
    }
}

void TestHttpServer::pipelinesBehindLargeBodies()
{
    RawClient client(m_server->port());
    client.send(get("/big") + get("/file") + get("/text") + get("/big"));
    QVERIFY(client.answer().body == m_handler->content);
    QVERIFY(client.answer().body == m_handler->content);
    QCOMPARE(client.answer().body, QByteArray("text"));
    QVERIFY(client.answer().body == m_handler->content);
}

void TestHttpServer::servesOldClients()
{
    RawClient kept(m_server->port());
    const RawAnswer answer = kept.ask("GET /text HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    QCOMPARE(answer.header("Connection"), QByteArray("keep-alive"));
    QCOMPARE(kept.ask("GET /text HTTP/1.0\r\n\r\n").header("Connection"), QByteArray("close"));
    QVERIFY(kept.isClosed());

    RawClient modern(m_server->port());
    QCOMPARE(modern.ask(get("/text", "Connection: close\r\n")).header("Connection"), QByteArray("close"));
    QVERIFY(modern.isClosed());
}

void TestHttpServer::sendsNoBodyToHead()
{
    RawClient client(m_server->port());
    for (const char *path : {"/text", "/big", "/file"}) {
        const RawAnswer answer =
            client.ask(QByteArray("HEAD ") + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n", true);
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.header("Content-Length").toLongLong() >= 4);
    }
    QCOMPARE(client.ask(get("/text")).body, QByteArray("text"));
}

void TestHttpServer::sendsNoLengthWith304()
{
    RawClient client(m_server->port());
    const RawAnswer answer = client.ask(get("/unchanged"));
    QCOMPARE(answer.status, 304);
    QVERIFY(!answer.head.contains("Content-Length"));
    QCOMPARE(client.ask(get("/text")).status, 200);
}

void TestHttpServer::receivesBodiesInSlices()
{
    RawClient client(m_server->port());
    client.send(put("/sink", 1'000'000));
    for (int i = 0; i < 10; ++i)
        client.send(QByteArray(100'000, 'x'));
    QCOMPARE(client.answer().body, QByteArray("1000000"));

    client.send("PATCH /sink HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char c : QByteArray("5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"))
        client.send(QByteArray(1, c));
    QCOMPARE(client.answer().body, QByteArray("11"));
    QCOMPARE(m_handler->receiversAlive.load(), 0);
}

void TestHttpServer::continuesOnlyWhenAllowed()
{
    RawClient allowed(m_server->port());
    allowed.send(put("/sink", 5, "Expect: 100-continue\r\n"));
    QCOMPARE(allowed.answer().status, 100);
    QCOMPARE(allowed.ask("hello").body, QByteArray("5"));
    QCOMPARE(allowed.ask(get("/text")).status, 200);

    RawClient refused(m_server->port());
    const RawAnswer answer = refused.ask(put("/refused", 5, "Expect: 100-continue\r\n"));
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
}

void TestHttpServer::keepsTheConnectionAfterAShortUnreadBody()
{
    RawClient client(m_server->port());
    const QByteArray body = QByteArray(200'000, 'x');
    QCOMPARE(client.ask(put("/refused", body.size())).status, 403); // before the body has come
    client.send(body);
    QCOMPARE(client.ask(get("/text")).body, QByteArray("text"));
    QCOMPARE(client.ask(put("/half", body.size()) + body).status, 400);
    QCOMPARE(client.ask(get("/text")).body, QByteArray("text"));
    const QByteArray chunked = "PUT /refused HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n";
    QCOMPARE(client.ask(chunked + "\r\n").status, 403);
    client.send("5\r\nhello\r\n0\r\n\r\n");
    QCOMPARE(client.ask(get("/text")).body, QByteArray("text"));
    // What was promised after "100 Continue" may never come.
    QCOMPARE(client.ask(chunked + "Expect: 100-continue\r\n\r\n").header("Connection"), QByteArray("close"));
}

/// What follows is never taken for the next request, and the answer is not lost to a reset.
void TestHttpServer::closesAfterALongUnreadBody()
{
    RawClient client(m_server->port());
    client.send(put("/refused", 2'000'000));
    for (int i = 0; i < 10; ++i)
        client.send(get("/text").repeated(100));
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
    QVERIFY(client.isClosed());

    RawClient chunked(m_server->port());
    chunked.send("PUT /half HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "400\r\n" +
                 QByteArray(1024, 'x') + "\r\n");
    for (int i = 0; i < 300; ++i)
        chunked.send("400\r\n" + QByteArray(1024, 'x') + "\r\n");
    QCOMPARE(chunked.answer().status, 400);
    QVERIFY(chunked.isClosed());
}

void TestHttpServer::skipsAnEmptyLineBetweenRequests()
{
    RawClient client(m_server->port());
    QCOMPARE(client.ask(put("/sink", 5) + "hello\r\n" + get("/text")).body, QByteArray("5"));
    QCOMPARE(client.answer().body, QByteArray("text"));
    client.send("\r"); // alone, too
    client.send("\n");
    QCOMPARE(client.ask(get("/text")).body, QByteArray("text"));
    QCOMPARE(client.ask("\r\n\r\n" + get("/text")).status, 400); // one, not several
    QVERIFY(client.isClosed());
    RawClient fresh(m_server->port());
    QCOMPARE(fresh.ask("\r\n" + get("/text")).status, 400);
}

void TestHttpServer::answersTlsAtOnce()
{
    RawClient client(m_server->port());
    const RawAnswer answer = client.ask(QByteArray::fromHex("1603010200010001fc0303"));
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
    QVERIFY(client.isClosed());
}

void TestHttpServer::answersHalfClosedPeers()
{
    RawClient client(m_server->port());
    client.send(get("/file") + get("/job"));
    QTcpSocket &socket = client.socket();
    QVERIFY(::shutdown(static_cast<int>(socket.socketDescriptor()), SHUT_WR) == 0);
    QVERIFY(client.answer().body == m_handler->content);
    m_handler->release();
    QCOMPARE(client.answer().body, QByteArray("done"));
    QVERIFY(client.isClosed());
}

void TestHttpServer::sendsFiles()
{
    RawClient client(m_server->port());
    const RawAnswer answer = client.ask(get("/file"));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body == m_handler->content);
}

void TestHttpServer::resetsWhenAFileShrinks()
{
    QVERIFY(m_handler->file.resize(1000));
    RawClient client(m_server->port());
    client.send(get("/file"));
    QCOMPARE(client.answer().status, 0); // never whole, never padded
    QTRY_COMPARE(client.socket().state(), QAbstractSocket::UnconnectedState);
}

void TestHttpServer::refusesToSplitAnswers()
{
    RawClient client(m_server->port());
    const RawAnswer answer = client.ask(get("/split"));
    QCOMPARE(answer.status, 500);
    QVERIFY(!answer.head.contains("X-Forged"));
}

void TestHttpServer::survivesAPeerThatLeavesDuringAJob()
{
    {
        RawClient client(m_server->port());
        client.send(get("/job"));
        QTRY_COMPARE(m_handler->jobsStarted.load(), 1);
        client.socket().abort();
    }
    m_handler->release();
    RawClient client(m_server->port());
    m_handler->release();
    QCOMPARE(client.ask(get("/job")).body, QByteArray("done"));
}

void TestHttpServer::releasesTheReceiverOfABrokenUpload()
{
    RawClient client(m_server->port());
    client.send(put("/sink", 1000) + "abc");
    QTRY_COMPARE(m_handler->receiversAlive.load(), 1);
    client.socket().abort();
    QTRY_COMPARE(m_handler->receiversAlive.load(), 0);
}

void TestHttpServer::streamsEvents()
{
    {
        RawClient client(m_server->port());
        m_handler->source->add("first");
        client.send(get("/events"));
        QCOMPARE(client.answer(true).header("Transfer-Encoding"), QByteArray("chunked"));
        QByteArray text;
        const auto arrived = [&](const char *part) {
            client.socket().waitForReadyRead(20);
            text += client.socket().readAll();
            return text.contains(part);
        };
        m_handler->source->add("second");
        QTRY_VERIFY(arrived("second\r\n")); // in one chunk with the first, if that had not left yet
        m_handler->source->add("third");
        QTRY_VERIFY(arrived("5\r\nthird\r\n"));
        QVERIFY(m_handler->source->isOpen());
        client.socket().abort();
    }
    QTRY_VERIFY(!m_handler->source->isOpen());
}

void TestHttpServer::finishesWhatRunsWhenStopped()
{
    QSignalSpy stopped(m_server.get(), &HttpServer::stopped);
    RawClient idle(m_server->port());
    QCOMPARE(idle.ask(get("/text")).status, 200);
    RawClient busy(m_server->port());
    busy.send(get("/job"));
    QTRY_COMPARE(m_handler->jobsStarted.load(), 1);
    m_server->stop(10s);
    QVERIFY(idle.isClosed());
    QCOMPARE(stopped.count(), 0);
    m_handler->release();
    const RawAnswer answer = busy.answer();
    QCOMPARE(answer.body, QByteArray("done"));
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
    busy.socket().abort();
    QTRY_COMPARE(stopped.count(), 1);
    RawClient late(m_server->port());
    QCOMPARE(late.socket().state(), QAbstractSocket::UnconnectedState);
}

void TestHttpServer::canBeDestroyedDuringAJob()
{
    RawClient client(m_server->port());
    client.send(get("/job"));
    RawClient upload(m_server->port());
    upload.send(put("/sink", 1000) + "abc");
    QTRY_COMPARE(m_handler->jobsStarted.load(), 1);
    QTRY_COMPARE(m_handler->receiversAlive.load(), 1);
    m_handler->release();
    m_server.reset();
    QCOMPARE(m_handler->receiversAlive.load(), 0);
}

void TestHttpServer::logsNoSecrets()
{
    static QMutex mutex;
    static QString logged;
    QLoggingCategory::setFilterRules(QStringLiteral("quayside.registry.access.info=true"));
    const auto usual = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &text) {
        const QMutexLocker locker(&mutex);
        logged += text + u'\n';
    });
    const int status =
        RawClient(m_server->port())
            .ask(get("/text?token=hidden", "Authorization: Basic hidden\r\nCookie: hidden\r\n"))
            .status;
    qInstallMessageHandler(usual);
    QLoggingCategory::setFilterRules({});
    const QMutexLocker locker(&mutex);
    QCOMPARE(status, 200);
    QVERIFY(logged.contains(QStringLiteral("GET /text 200")));
    QVERIFY(!logged.contains(QStringLiteral("hidden")));
}

void TestHttpServer::listensOnBothLoopbackAddresses()
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHostIPv6), m_server->port());
    if (!socket.waitForConnected(1000))
        QSKIP("this machine has no IPv6");
    socket.write(get("/text"));
    QVERIFY(socket.waitForReadyRead(5000));
    QVERIFY(socket.readAll().startsWith("HTTP/1.1 200"));
}

void TestHttpServer::reportsATakenPort()
{
    HttpServer other(*m_handler, {});
    const auto result = other.listen({ListenAddress{std::nullopt, m_server->port()}});
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Conflict);
}

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_httpserver.moc"
