// SPDX-License-Identifier: Apache-2.0
#include "rawclient.h"
#include "testhandler.h"

#include "localregistry/http/httpserver.h"

#include <QTest>

#include <deque>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace quayside;
using namespace std::chrono_literals;

namespace {

const QByteArray getText = "GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n";

} // namespace

/// What a peer may use of the server: time, and connections. The times are short here.
class TestHttpLimits : public QObject
{
    Q_OBJECT

private slots:
    void endsASlowHeader();
    void closesIdleConnections();
    void endsASlowBody();
    void dropsAReaderThatTakesNothing();
    void closesTheLongestIdleConnectionWhenFull();
    void refusesWhenAllAreBusy();
    void survivesRunningOutOfDescriptors();

private:
    std::unique_ptr<HttpServer> start(HttpLimits limits, int maxConnections = 64)
    {
        auto server = std::make_unique<HttpServer>(m_handler, HttpServer::Options{1, maxConnections, limits});
        return server->listen({ListenAddress{QHostAddress(QHostAddress::LocalHost), 0}}) ? std::move(server)
                                                                                         : nullptr;
    }

    TestHandler m_handler;
};

void TestHttpLimits::endsASlowHeader()
{
    HttpLimits limits;
    limits.headerDeadline = 100ms;
    const auto server = start(limits);
    RawClient client(server->port());
    client.send("GET /text HTTP/1.1\r\nHost");
    QCOMPARE(client.answer().status, 408);
    QVERIFY(client.isClosed());
}

void TestHttpLimits::closesIdleConnections()
{
    HttpLimits limits;
    limits.idle = 100ms;
    const auto server = start(limits);
    RawClient fresh(server->port());
    QVERIFY(fresh.isClosed());
    RawClient used(server->port());
    QCOMPARE(used.ask(getText).status, 200);
    QVERIFY(used.isClosed());
}

void TestHttpLimits::endsASlowBody()
{
    HttpLimits limits;
    limits.bodyWindow = 100ms;
    const auto server = start(limits);
    RawClient client(server->port());
    client.send("PUT /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\na");
    QVERIFY(client.isClosed());
    QTRY_COMPARE(m_handler.receiversAlive.load(), 0);
}

void TestHttpLimits::dropsAReaderThatTakesNothing()
{
    HttpLimits limits;
    limits.sendStall = 100ms;
    limits.idle = 60s;
    const auto server = start(limits);
    RawClient client(server->port());
    client.socket().setReadBufferSize(1024);
    client.send("GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QTRY_COMPARE(m_handler.filesOpen.load(), 1);
    QTRY_COMPARE(m_handler.filesOpen.load(), 0); // nothing was read, and still it is not held
    client.socket().setReadBufferSize(0);
    QCOMPARE(client.answer().status, 0);
}

void TestHttpLimits::closesTheLongestIdleConnectionWhenFull()
{
    const auto server = start({}, 2);
    RawClient first(server->port());
    QCOMPARE(first.ask(getText).status, 200);
    RawClient second(server->port());
    QCOMPARE(second.ask(getText).status, 200);
    RawClient third(server->port());
    QCOMPARE(third.ask(getText).status, 200);
    QVERIFY(first.isClosed());
    QCOMPARE(second.ask(getText).status, 200);
}

void TestHttpLimits::refusesWhenAllAreBusy()
{
    m_handler.jobsStarted = 0;
    const auto server = start({}, 1);
    RawClient busy(server->port());
    busy.send("GET /job HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QTRY_COMPARE(m_handler.jobsStarted.load(), 1);
    RawClient refused(server->port());
    QCOMPARE(refused.answer().status, 503);
    QVERIFY(refused.isClosed());
    m_handler.release();
    QCOMPARE(busy.answer().status, 201);
}

void TestHttpLimits::survivesRunningOutOfDescriptors()
{
    const auto server = start({});
    RawClient served(server->port()); // its threads run, and hold all that they need
    QCOMPARE(served.ask(getText).status, 200);
    const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int next = ::dup(peer); // the lowest that is free
    ::close(next);
    rlimit usual{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &usual), 0);
    const rlimit none{static_cast<rlim_t>(next), usual.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connected = ::connect(peer, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    char byte = 0;
    const ssize_t received = connected == 0 ? ::recv(peer, &byte, 1, 0) : -1;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &usual), 0);
    ::close(peer);
    QCOMPARE(connected, 0);
    QCOMPARE(received, ssize_t(0));                               // not left hanging
    QCOMPARE(RawClient(server->port()).ask(getText).status, 200); // accepting goes on
}

QTEST_GUILESS_MAIN(TestHttpLimits)
#include "tst_httplimits.moc"
