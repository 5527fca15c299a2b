// SPDX-License-Identifier: Apache-2.0
// Uploads over a network that breaks: real registries behind a proxy, and a registry in this process for what
// no real one can be made to do.
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/registryfixture.h"
#include "tests/support/testimage.h"

#include <QBuffer>
#include <QRandomGenerator>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

constexpr qint64 largeSize = 3'000'000;
constexpr qint64 cutAfter = 1'000'000;

QByteArray randomBytes(quint32 seed)
{
    QByteArray bytes(largeSize, '\0');
    QRandomGenerator generator(seed);
    generator.fillRange(reinterpret_cast<quint32 *>(bytes.data()), largeSize / 4);
    return bytes;
}

Digest digestOf(const QByteArray &bytes)
{
    return Hasher::hash(toStringView(bytes));
}

TransportOptions quickOptions()
{
    TransportOptions options;
    options.retryDelay = std::chrono::milliseconds(5);
    return options;
}

/// Not an answer: the connection breaks.
FakeAnswer broken()
{
    FakeAnswer made;
    made.raw = "\r\n";
    return made;
}

} // namespace

class TestBlobUploads : public QObject
{
    Q_OBJECT

    const RepositoryName m_repository = repositoryName("demo");
    const QByteArray m_small = "0123456789";
    const QByteArray m_session = "/v2/demo/blobs/uploads/1";
    std::unique_ptr<FakeRegistry> m_fake;
    std::unique_ptr<Transport> m_transport;

    std::shared_ptr<RegistryClient> client(const QUrl &url) const
    {
        return RegistryClient::create(m_transport.get(), *RegistryAddress::parse(url.toString()));
    }

    Result<void> upload(const QUrl &url, const QByteArray &bytes, const ByteProgress &progress = {})
    {
        const auto source = std::make_shared<QBuffer>();
        source->setData(bytes);
        source->open(QIODevice::ReadOnly);
        return await(client(url)->uploadBlob(m_repository, digestOf(bytes), source, bytes.size(), progress));
    }
    Result<void> uploadSmall() { return upload(m_fake->url(), m_small); }

    void expectDownload(const QUrl &url, const QByteArray &bytes)
    {
        const auto got = await(client(url)->getBlob(m_repository, digestOf(bytes), bytes.size()));
        QVERIFY(got.has_value());
        QCOMPARE(*got, bytes);
    }

    QByteArrayList methods() const
    {
        QByteArrayList names;
        for (const FakeRequest &request : m_fake->requests())
            names.append(request.method);
        return names;
    }

    /// A registry that breaks off the first PUT and says then that it has `there` ("0-3").
    void breakFirstPut(const QByteArray &there)
    {
        m_fake->on("PUT", m_session, [this](const FakeRequest &) {
            return m_fake->count("PUT") == 1 ? broken() : answer(201);
        });
        m_fake->on("GET", m_session, answer(204, {}, {{"Range", there}, {"Location", m_session + "?at=4"}}));
        m_fake->on("PATCH", m_session, answer(202, {}, {{"Location", m_session + "?at=10"}}));
    }

private slots:
    void init()
    {
        m_transport = std::make_unique<Transport>(quickOptions());
        m_fake = std::make_unique<FakeRegistry>();
        m_fake->on("POST", "/v2/demo/blobs/uploads/", answer(202, {}, {{"Location", m_session}}));
        m_fake->on("DELETE", m_session, answer(204));
    }

    void cleanup()
    {
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_fake.reset();
    }

    void goOnWhereTheyBrokeOff_data() { RegistryFixture::addRows(); }

    /// distribution 2.8.2 gives up a session that broke; there all of it is sent again.
    void goOnWhereTheyBrokeOff()
    {
        QFETCH(RegistryFixture::Kind, kind);
        const auto registry = RegistryFixture::make(kind);
        QVERIFY(registry->start({}));
        FaultProxy proxy(static_cast<quint16>(registry->url().port()));
        FaultProxy::Faults faults;
        faults.cutSentAfter = cutAfter;
        proxy.setFaults(faults);
        int cuts = 0;
        connect(&proxy, &FaultProxy::cut, this, [&] {
            ++cuts;
            proxy.setFaults({});
        });
        const QByteArray bytes = randomBytes(1);
        qint64 told = 0;
        const auto done =
            upload(proxy.url(), bytes, [&told](qint64 sent, qint64) { told = std::max(told, sent); });
        QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
        QCOMPARE(cuts, 1);
        QCOMPARE(told, largeSize);
        expectDownload(registry->url(), bytes);
        if (registry->isQuayside()) // nothing that had arrived was sent twice
            QVERIFY2(proxy.bytesSent() < largeSize + cutAfter / 2,
                     qPrintable(QString::number(proxy.bytesSent())));
    }

    void goOnAfterEveryBreak()
    {
        const auto registry = RegistryFixture::make(RegistryFixture::Kind::Embedded);
        QVERIFY(registry->start({}));
        FaultProxy proxy(static_cast<quint16>(registry->url().port()));
        FaultProxy::Faults faults;
        faults.cutSentAfter = cutAfter / 2; // each connection, more often than three times
        proxy.setFaults(faults);
        const QByteArray bytes = randomBytes(2);
        const auto done = upload(proxy.url(), bytes);
        QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
        QVERIFY(proxy.connections() > 5);
        expectDownload(registry->url(), bytes);
    }

    void sendOnlyWhatIsMissing()
    {
        breakFirstPut("0-3");
        QVERIFY(uploadSmall().has_value());
        QCOMPARE(methods(), QByteArrayList({"POST", "PUT", "GET", "PATCH", "PUT"}));
        const FakeRequest &patch = m_fake->requests().at(3);
        QCOMPARE(patch.target, m_session + "?at=4");
        QCOMPARE(patch.header("Content-Range"), QByteArray("4-9"));
        QCOMPARE(patch.body, QByteArray("456789"));
        const FakeRequest &end = m_fake->requests().at(4);
        QVERIFY(end.target.startsWith(m_session + "?at=10&digest=sha256:"));
        QCOMPARE(end.body, QByteArray());
    }

    void sendOnlyTheEndIfAllIsThere()
    {
        breakFirstPut("0-9");
        QVERIFY(uploadSmall().has_value());
        QCOMPARE(methods(), QByteArrayList({"POST", "PUT", "GET", "PUT"}));
        QCOMPARE(m_fake->requests().back().body, QByteArray());
    }

    void beginAnew_data()
    {
        QTest::addColumn<QByteArray>("range");
        QTest::newRow("nothing has come") << QByteArray("0-0");
        QTest::newRow("no range") << QByteArray();
        QTest::newRow("more than there is") << QByteArray("0-10");
        QTest::newRow("no number") << QByteArray("0-x");
        QTest::newRow("another beginning") << QByteArray("2-3");
    }

    void beginAnew()
    {
        QFETCH(QByteArray, range);
        breakFirstPut(range);
        QVERIFY(uploadSmall().has_value());
        QCOMPARE(m_fake->count("PATCH"), 0);
        QCOMPARE(m_fake->count("POST"), 2);
        QTRY_COMPARE(m_fake->count("DELETE"), 1); // the first session
    }

    /// The registry compares the digest of all of it; parts that make no whole are sent again, all of them.
    void beginAnewIfThePartsMakeNoWhole()
    {
        breakFirstPut("0-3");
        m_fake->on("PUT", m_session, [this](const FakeRequest &request) {
            if (m_fake->count("PUT") == 1)
                return broken();
            return request.body.isEmpty() ? answer(400) : answer(201);
        });
        QVERIFY(uploadSmall().has_value());
        QCOMPARE(m_fake->count("POST"), 2);
        QTRY_COMPARE(m_fake->count("DELETE"), 1);
    }

    void seeThatOnlyTheAnswerWasLost()
    {
        m_fake->on("PUT", m_session, broken());
        m_fake->on("GET", "/v2/demo/blobs/" + toQByteArray(digestOf(m_small).toString()), answer(206, "0"));
        QVERIFY(uploadSmall().has_value()); // the session is gone, the blob is there
        QCOMPARE(m_fake->count("PUT"), 1);
        QCOMPARE(m_fake->count("POST"), 1);
    }

    void giveUp()
    {
        m_fake->on("PUT", m_session, broken());
        m_fake->on("PATCH", m_session, broken());
        m_fake->on("GET", m_session, answer(204, {}, {{"Range", "0-3"}}));
        const auto failed = uploadSmall();
        QVERIFY(failed.error().kind == ErrorKind::Disconnected);
        QCOMPARE(m_fake->count("PUT"), 1);
        QCOMPARE(m_fake->count("PATCH"), 4); // the first brought bytes; then three without any
        QCOMPARE(m_fake->count("POST"), 1);
        QTRY_COMPARE(m_fake->count("DELETE"), 1);
    }

    void giveUpARegistryThatLosesEverything()
    {
        m_fake->on("PUT", m_session, broken());
        m_fake->on("GET", m_session, answer(404));
        QVERIFY(uploadSmall().error().kind == ErrorKind::Disconnected);
        QCOMPARE(m_fake->count("POST"), 4);
        QTRY_COMPARE(m_fake->count("DELETE"), 4);
    }

    /// Said of what was sent: that it is wrong. Nothing is sent twice then.
    void takeARefusalAsOne()
    {
        m_fake->on("PUT", m_session, answer(400));
        QVERIFY(uploadSmall().error().kind == ErrorKind::InvalidInput);
        QCOMPARE(m_fake->count("PUT"), 1);
        QCOMPARE(m_fake->count("POST"), 1);
        QTRY_COMPARE(m_fake->count("DELETE"), 1);
    }

    void leaveNoSessionWhenStopped()
    {
        std::stop_source stop;
        connect(m_fake.get(), &FakeRegistry::requested, this, [&stop](const QByteArray &method) {
            if (method == "PUT")
                stop.request_stop();
        });
        FakeAnswer hanging = answer(201);
        hanging.end = FakeAnswer::End::Hang;
        m_fake->on("PUT", m_session, hanging);
        const auto stopped = await(
            client(m_fake->url())->uploadBlob(m_repository, digestOf(m_small), m_small, stop.get_token()));
        QVERIFY(stopped.error().kind == ErrorKind::Cancelled);
        QTRY_COMPARE(m_fake->count("DELETE"), 1);
    }

    /// Qt sends a request again by itself if a connection that was kept breaks; a body that is streamed is
    /// never sent behind our back.
    void neverSendABodyTwice()
    {
        m_fake->on("GET", "/v2/", answer(200, "{}"));
        m_fake->on("PATCH", m_session, broken());
        QVERIFY(await(client(m_fake->url())->ping()).has_value()); // the connection is kept
        ClientRequest request;
        request.method = "PATCH";
        request.url = m_fake->url().resolved(QUrl(QString::fromLatin1(m_session)));
        const auto source = std::make_shared<QBuffer>();
        source->setData(m_small);
        source->open(QIODevice::ReadOnly);
        request.bodyDevice = source;
        request.bodySize = source->size();
        QVERIFY(await(m_transport->send(request)).error().kind == ErrorKind::Disconnected);
        QCOMPARE(m_fake->count("PATCH"), 1);
    }

    /// Wherever a session says that it goes on, the bytes stay on this registry.
    void stayOnTheRegistry_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("GET of the session") << QByteArray("GET");
        QTest::newRow("PATCH") << QByteArray("PATCH");
    }

    void stayOnTheRegistry()
    {
        QFETCH(QByteArray, method);
        FakeRegistry other;
        breakFirstPut("0-3");
        m_fake->on(method, m_session,
                   answer(method == "GET" ? 204 : 202, {},
                          {{"Range", "0-3"}, {"Location", other.url().toEncoded() + "session"}}));
        QVERIFY(uploadSmall().error().kind == ErrorKind::BadAnswer);
        QCOMPARE(other.received(), QByteArray());
        QTRY_COMPARE(m_fake->count("DELETE"), 1);
    }
};

QTEST_GUILESS_MAIN(TestBlobUploads)
#include "tst_blobuploads.moc"
