// SPDX-License-Identifier: Apache-2.0
// The transport against a server in this process that does what real registries cannot be made to do.
#include "registryclient/registryaddress.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>

#include <sys/socket.h>

using namespace quayside;
using namespace quayside::test;

namespace {

TransportOptions quickOptions()
{
    TransportOptions options;
    options.userAgent = "Quayside/test (ctl)";
    options.connectTimeout = std::chrono::milliseconds(300);
    options.stallTimeout = std::chrono::milliseconds(300);
    options.retryDelay = std::chrono::milliseconds(5);
    options.maxPause = std::chrono::milliseconds(150);
    return options;
}

} // namespace

class TestTransport : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<Transport> m_transport;

    ClientRequest request(const QByteArray &method, const QString &path) const
    {
        ClientRequest made;
        made.method = method;
        made.url = m_server->url().resolved(QUrl(path));
        return made;
    }

    /// Fails after the time for connecting, which is shorter than that for an answer.
    void expectNoConnection(const ClientRequest &asked)
    {
        TransportOptions options = quickOptions();
        options.stallTimeout = std::chrono::minutes(5);
        Transport transport(options);
        const auto reply = await(transport.send(asked));
        QVERIFY(!reply.has_value());
        QCOMPARE(reply.error().kind, ErrorKind::Timeout);
        QVERIFY(reply.error().message.ends_with("does not answer"));
    }

    Result<ClientReply> get(const QString &path) { return await(m_transport->send(request("GET", path))); }

private slots:
    void init()
    {
        m_server = std::make_unique<FakeRegistry>();
        m_transport = std::make_unique<Transport>(quickOptions());
    }

    void cleanup()
    {
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_server.reset();
    }

    void sendsItsHeaders()
    {
        m_server->on("GET", "/v2/", answer(200, "{}"));
        const auto reply = get(QStringLiteral("/v2/"));
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->body, QByteArray("{}"));
        const FakeRequest &sent = m_server->requests().front();
        QCOMPARE(sent.header("Accept-Encoding"), QByteArray("identity"));
        QCOMPARE(sent.header("User-Agent"), QByteArray("Quayside/test (ctl)"));
        QVERIFY(sent.header("Authorization").isEmpty());
        QVERIFY(sent.header("Cookie").isEmpty());
    }

    void sendsBodiesOfBothKinds()
    {
        m_server->on("PUT", "/v2/x", answer(201));
        auto fromMemory = request("PUT", QStringLiteral("/v2/x"));
        fromMemory.body = "bytes";
        QCOMPARE(await(m_transport->send(fromMemory))->status, 201);
        QCOMPARE(m_server->requests().back().body, QByteArray("bytes"));

        const auto device = std::make_shared<QBuffer>();
        device->setData(QByteArray(500'000, 'q'));
        QVERIFY(device->open(QIODevice::ReadOnly));
        auto streamed = request("PUT", QStringLiteral("/v2/x"));
        streamed.bodyDevice = device;
        streamed.bodySize = device->size();
        QCOMPARE(await(m_transport->send(streamed))->status, 201);
        QCOMPARE(m_server->requests().back().body, device->data());
        QCOMPARE(m_server->requests().back().header("Content-Length"), QByteArray("500000"));
        QVERIFY(m_server->requests().back().header("Transfer-Encoding").isEmpty());
    }

    void keepsTheLoginOnTheSameOrigin()
    {
        m_server->on("GET", "/v2/b", answer(302, {}, {{"Location", "/there"}}));
        m_server->on("GET", "/there", answer(200, "x"));
        auto asked = request("GET", QStringLiteral("/v2/b"));
        asked.authorization = "Basic c2VjcmV0";
        QCOMPARE(await(m_transport->send(asked))->status, 200);
        QCOMPARE(m_server->requests().back().header("Authorization"), QByteArray("Basic c2VjcmV0"));
    }

    void endsRedirectLoops()
    {
        m_server->on("GET", "/v2/b", answer(302, {}, {{"Location", "/v2/b"}}));
        QVERIFY(get(QStringLiteral("/v2/b")).error().kind == ErrorKind::BadAnswer);
        QCOMPARE(m_server->requests().size(), 11);
    }

    void refusesEncodedBodies()
    {
        m_server->on("GET", "/v2/x", answer(200, "\x1f\x8b\x08 bytes", {{"Content-Encoding", "gzip"}}));
        QVERIFY(get(QStringLiteral("/v2/x")).error().kind == ErrorKind::BadAnswer);
    }

    void limitsBodies()
    {
        FakeAnswer large = answer(200, QByteArray(1024 * 1024, 'x'));
        large.times = 40;
        m_server->on("GET", "/v2/x", large);
        QVERIFY(get(QStringLiteral("/v2/x")).error().kind == ErrorKind::TooLarge);
        auto cut = request("GET", QStringLiteral("/v2/x"));
        cut.maxBody = 3;
        cut.cutAtLimit = true;
        QCOMPARE(await(m_transport->send(cut))->body, QByteArray("xxx"));
        large.status = 404;
        m_server->on("GET", "/v2/x", large);
        QCOMPARE(get(QStringLiteral("/v2/x"))->body.size(), limits::errorBody);
    }

    void streamsIntoASink()
    {
        m_server->on("GET", "/v2/x", answer(200, QByteArray(700'000, 'x')));
        const auto sink = std::make_shared<QBuffer>();
        QVERIFY(sink->open(QIODevice::WriteOnly));
        auto asked = request("GET", QStringLiteral("/v2/x"));
        asked.sink = sink;
        asked.maxBody = 700'000;
        QVERIFY(await(m_transport->send(asked))->body.isEmpty());
        QCOMPARE(sink->size(), 700'000);
        asked.maxBody = 699'999; // one byte more than the descriptor says
        QVERIFY(await(m_transport->send(asked)).error().kind == ErrorKind::TooLarge);
    }

    void repeatsReads_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("expected"); // requests on the wire
        QTest::newRow("GET 503") << QByteArray("GET") << 503 << 4;
        QTest::newRow("HEAD 500") << QByteArray("HEAD") << 500 << 4;
        QTest::newRow("GET 408") << QByteArray("GET") << 408 << 4;
        QTest::newRow("GET 404") << QByteArray("GET") << 404 << 1;
        QTest::newRow("GET 501") << QByteArray("GET") << 501 << 1;
        QTest::newRow("DELETE 503") << QByteArray("DELETE") << 503 << 1;
        QTest::newRow("PUT 500") << QByteArray("PUT") << 500 << 1;
        QTest::newRow("DELETE 429") << QByteArray("DELETE") << 429 << 4;
    }

    void repeatsReads()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, status);
        QFETCH(int, expected);
        m_server->on(method, "/v2/x", answer(status));
        QCOMPARE(await(m_transport->send(request(method, QStringLiteral("/v2/x"))))->status, status);
        QCOMPARE(m_server->requests().size(), expected);
    }

    void waitsAsLongAsTheHostAsks()
    {
        int asked = 0;
        m_server->on("GET", "/v2/x", [&asked](const FakeRequest &) {
            return ++asked == 1 ? answer(429, {}, {{"Retry-After", "1000000000"}}) : answer(200, "x");
        });
        QSignalSpy paused(m_transport.get(), &Transport::hostPaused);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(get(QStringLiteral("/v2/x"))->status, 200);
        QVERIFY(timer.elapsed() >= 150); // cut to TransportOptions::maxPause
        QCOMPARE(paused.size(), 1);
    }

    void limitsTheRateOfARegistry()
    {
        m_server->on("GET", "/v2/x", answer(200, "x"));
        const auto registry = RegistryAddress::parse(m_server->url().toString()).value();
        m_transport->limitRate(registry, 50);
        QElapsedTimer timer;
        timer.start();
        std::vector<QCoro::Task<Result<ClientReply>>> tasks;
        for (int i = 0; i < 10; ++i)
            tasks.push_back(m_transport->send(request("GET", QStringLiteral("/v2/x"))));
        for (auto &task : tasks)
            QCOMPARE(await(std::move(task))->status, 200);
        QVERIFY2(timer.elapsed() >= 9 * 20, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(m_server->requests().size(), 10);
        m_transport->limitRate(registry, 0);
        QCOMPARE(get(QStringLiteral("/v2/x"))->status, 200);
    }

    void tellsBrokenConnections()
    {
        FakeAnswer broken = answer(200, "half");
        broken.end = FakeAnswer::End::Cut;
        m_server->on("GET", "/v2/x", broken);
        QVERIFY(get(QStringLiteral("/v2/x")).error().kind == ErrorKind::Disconnected);
        QCOMPARE(m_server->requests().size(), 4);
    }

    void tellsStalls()
    {
        FakeAnswer hanging = answer(200, "half");
        hanging.end = FakeAnswer::End::Hang;
        m_server->on("GET", "/v2/x", hanging);
        QVERIFY(get(QStringLiteral("/v2/x")).error().kind == ErrorKind::Timeout);
    }

    void tellsPeersThatHangUp()
    {
        FakeAnswer other; // Qt does not pass on that these bytes are no HTTP
        other.raw = "SSH-2.0-OpenSSH_9.2\r\n";
        m_server->on("GET", "/v2/x", other);
        QVERIFY(get(QStringLiteral("/v2/x")).error().kind == ErrorKind::Disconnected);
    }

    void tellsRefusedConnections()
    {
        ClientRequest asked = request("GET", QStringLiteral("/v2/"));
        m_server->close();
        QVERIFY(await(m_transport->send(asked)).error().kind == ErrorKind::Refused);
    }

    /// A port whose queue is full: connections are neither taken nor refused.
    void tellsPortsThatDoNotAnswer()
    {
        QTcpServer full;
        QVERIFY(full.listen(QHostAddress::LocalHost));
        full.pauseAccepting();
        QCOMPARE(::listen(int(full.socketDescriptor()), 0), 0);
        QTcpSocket first; // fills it
        first.connectToHost(full.serverAddress(), full.serverPort());
        QVERIFY(first.waitForConnected());

        ClientRequest asked;
        asked.url = QUrl(QStringLiteral("http://127.0.0.1:%1/v2/").arg(full.serverPort()));
        expectNoConnection(asked);
    }

    /// The proxy can be reached, and says nothing about the registry.
    void tellsProxiesThatDoNotAnswer()
    {
        FakeRegistry proxy;
        const QByteArray address = proxy.url().toEncoded();
        for (const char *variable : {"https_proxy", "HTTPS_PROXY"})
            qputenv(variable, address);
        ClientRequest asked;
        asked.url = QUrl(QStringLiteral("https://registry.example/v2/"));
        FakeAnswer silence = answer(200);
        silence.end = FakeAnswer::End::Silent;
        proxy.on("CONNECT", "registry.example:443", silence);
        expectNoConnection(asked);
        for (const char *variable : {"https_proxy", "HTTPS_PROXY"})
            qunsetenv(variable);
        QCOMPARE(proxy.count("CONNECT"), 1);
    }

    void knowsThisComputerWithoutAResolver()
    {
        m_server->on("GET", "/v2/", answer(200, "{}"));
        ClientRequest asked = request("GET", QStringLiteral("/v2/"));
        asked.url.setHost(QStringLiteral("localhost"));
        const auto reply = await(m_transport->send(asked));
        QVERIFY(reply.has_value());
        QCOMPARE(reply->url, asked.url);
        QCOMPARE(m_server->requests().back().header("Host"),
                 "localhost:" + QByteArray::number(asked.url.port()));
    }

    void tellsUnknownHosts()
    {
        ClientRequest asked;
        asked.url = QUrl(QStringLiteral("http://no-such-host.invalid/v2/"));
        QVERIFY(await(m_transport->send(asked)).error().kind == ErrorKind::UnknownHost);
    }

    void tellsPlainHttp()
    {
        ClientRequest asked = request("GET", QStringLiteral("/v2/"));
        asked.url.setScheme(QStringLiteral("https"));
        m_server->on("GET", "/v2/", answer(200));
        QVERIFY(!await(m_transport->send(asked)).has_value());
        QVERIFY(m_server->requests().isEmpty()); // never tried again without encryption
    }

    void stopsInFlight()
    {
        FakeAnswer hanging = answer(200, "half");
        hanging.end = FakeAnswer::End::Hang;
        m_server->on("GET", "/v2/x", hanging);
        std::stop_source stop;
        connect(m_server.get(), &FakeRegistry::requested, this, [&stop] { stop.request_stop(); });
        const auto reply =
            await(m_transport->send(request("GET", QStringLiteral("/v2/x")), stop.get_token()));
        QVERIFY(reply.error().kind == ErrorKind::Cancelled);
        QTRY_COMPARE(m_server->openConnections(), 0);
    }

    void stopsBeforeAndWhileWaiting()
    {
        std::stop_source stopped;
        stopped.request_stop();
        const auto before =
            await(m_transport->send(request("GET", QStringLiteral("/v2/x")), stopped.get_token()));
        QVERIFY(before.error().kind == ErrorKind::Cancelled);
        QVERIFY(m_server->requests().isEmpty());

        m_server->on("GET", "/v2/x", answer(429, {}, {{"Retry-After", "60"}}));
        std::stop_source stop;
        connect(m_transport.get(), &Transport::hostPaused, this, [&stop] { stop.request_stop(); });
        const auto during =
            await(m_transport->send(request("GET", QStringLiteral("/v2/x")), stop.get_token()));
        QVERIFY(during.error().kind == ErrorKind::Cancelled);
        QCOMPARE(m_server->requests().size(), 1);
    }

    void holdsTheQueue()
    {
        // Six hang, the others wait; a click that comes last goes before the background work.
        FakeAnswer hanging = answer(200, "half");
        hanging.end = FakeAnswer::End::Hang;
        m_server->on("GET", "/hang", hanging);
        m_server->on("GET", "/background", answer(200));
        m_server->on("GET", "/click", answer(200));
        std::stop_source stop;
        std::vector<QCoro::Task<Result<ClientReply>>> tasks;
        for (int i = 0; i < 6; ++i)
            tasks.push_back(m_transport->send(request("GET", QStringLiteral("/hang")), stop.get_token()));
        auto background = request("GET", QStringLiteral("/background"));
        background.priority = Priority::Background;
        tasks.push_back(m_transport->send(background));
        tasks.push_back(m_transport->send(request("GET", QStringLiteral("/click"))));
        QTRY_COMPARE(m_server->requests().size(), 6);
        QCOMPARE(m_transport->running(), 8);

        QSignalSpy idle(m_transport.get(), &Transport::idle);
        stop.request_stop();
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(m_server->requests().size(), 8);
        QCOMPARE(m_server->requests().at(6).target, QByteArray("/click"));
        QCOMPARE(m_transport->running(), 0);
    }
};

QTEST_GUILESS_MAIN(TestTransport)
#include "tst_transport.moc"
