// SPDX-License-Identifier: Apache-2.0
// The client against content that is too much, encoded or misshapen.
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/pager.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

constexpr int mebibyte = 1024 * 1024;

/// `count` mebibytes and one byte more.
FakeAnswer tooMuch(int count)
{
    FakeAnswer large = answer(200, QByteArray(mebibyte + 1, ' '));
    large.times = count;
    return large;
}

} // namespace

class TestHostileContent : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client;
    const RepositoryName m_repository = repositoryName("team/api");
    const TestImage m_image = TestImage::make("one");

    QByteArray layerPath() const
    {
        return "/v2/team/api/blobs/" + toQByteArray(m_image.layerDigest.toString());
    }

private slots:
    void init()
    {
        TransportOptions options;
        options.retryDelay = std::chrono::milliseconds(5);
        options.maxPause = std::chrono::milliseconds(200);
        m_server = std::make_unique<FakeRegistry>();
        m_transport = std::make_unique<Transport>(options);
        m_client = RegistryClient::create(m_transport.get(),
                                          RegistryAddress::parse(m_server->url().toString()).value());
    }

    void cleanup()
    {
        m_client.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_server.reset();
    }

    void endsWhatIsTooMuch()
    {
        m_server->on("GET", "/v2/team/api/manifests/1", tooMuch(8));
        QCOMPARE(await(m_client->getManifestBytes(m_repository, tagName("1"))).error().kind,
                 ErrorKind::TooLarge);
        m_server->on("GET", "/v2/team/api/tags/list", tooMuch(32));
        QCOMPARE(await(m_client->listTags(m_repository)).error().kind, ErrorKind::TooLarge);
        m_server->on("GET", layerPath(), answer(200, m_image.layer + '!'));
        const auto small = await(m_client->getBlob(m_repository, m_image.layerDigest, m_image.layer.size()));
        QCOMPARE(small.error().kind, ErrorKind::TooLarge);
        const auto target = std::make_shared<QBuffer>();
        QVERIFY(target->open(QIODevice::WriteOnly));
        const auto layer =
            await(m_client->downloadBlob(m_repository, m_image.layerDigest, m_image.layer.size(), target));
        QCOMPARE(layer.error().kind, ErrorKind::TooLarge);
        QVERIFY(target->size() <= m_image.layer.size());
    }

    void refusesWhatIsEncoded_data()
    {
        QTest::addColumn<QByteArray>("encoding");
        for (const char *encoding : {"gzip", "deflate", "br", "zstd", "GZIP, identity", "x"})
            QTest::newRow(encoding) << QByteArray(encoding);
    }

    /// Nobody asked for it, and bytes that are changed on the way do not hash to their digest.
    void refusesWhatIsEncoded()
    {
        QFETCH(QByteArray, encoding);
        const HttpHeaders headers{{"Content-Encoding", encoding}};
        m_server->on("GET", "/v2/team/api/manifests/1", answer(200, m_image.manifest, headers));
        m_server->on("GET", layerPath(), answer(200, m_image.layer, headers));
        QCOMPARE(await(m_client->getManifestBytes(m_repository, tagName("1"))).error().kind,
                 ErrorKind::BadAnswer);
        QCOMPARE(await(m_client->getBlob(m_repository, m_image.layerDigest, 100)).error().kind,
                 ErrorKind::BadAnswer);
        const auto target = std::make_shared<QBuffer>();
        QVERIFY(target->open(QIODevice::WriteOnly));
        const auto layer =
            await(m_client->downloadBlob(m_repository, m_image.layerDigest, m_image.layer.size(), target));
        QCOMPARE(layer.error().kind, ErrorKind::BadAnswer);
        QCOMPARE(target->size(), 0);
        for (const FakeRequest &request : m_server->requests())
            QCOMPARE(request.header("Accept-Encoding"), QByteArray("identity"));
    }

    void refusesMisshapenManifests_data()
    {
        QTest::addColumn<QByteArray>("wrong");
        QTest::addColumn<QByteArray>("right");
        const auto row = [](const char *name, const char *right, const char *wrong) {
            QTest::newRow(name) << QByteArray(wrong) << QByteArray(right);
        };
        row("negative size", "\"size\":", "\"size\":-");
        row("huge size", "\"size\":", "\"size\":99999999999999999");
        row("a size with a point", "\"size\":", "\"size\":0.");
        row("no size", "\"size\":", "\"siz\":");
        row("a digest as a path", "\"digest\":\"sha256:", "\"digest\":\"../../sha256:");
        row("layers that are none", "\"layers\":[", "\"layers\":[7,");
        row("a config that is none", "\"config\":{", "\"config\":null,\"other\":{");
    }

    void refusesMisshapenManifests()
    {
        QFETCH(QByteArray, right);
        QFETCH(QByteArray, wrong);
        QByteArray manifest = m_image.manifest;
        QVERIFY(manifest.contains(right));
        manifest.replace(right, wrong);
        m_server->on("GET", "/v2/team/api/manifests/1",
                     answer(200, manifest, {{"Content-Type", toQByteArray(m_image.mediaType.toString())}}));
        QCOMPARE(await(m_client->getManifest(m_repository, tagName("1"))).error().kind, ErrorKind::BadAnswer);
        // Its bytes can be kept all the same: whoever deletes it must be able to put it back.
        QCOMPARE(await(m_client->getManifestBytes(m_repository, tagName("1")))->bytes, manifest);
    }

    /// Every page has a new name and leads to a new one, for ever.
    void endsListsWithoutEnd()
    {
        const QUrl list(QStringLiteral("https://reg/v2/_catalog"));
        PageCursor cursor;
        std::optional<Error> cut;
        int pages = 0;
        while (!cut && pages <= 10'000) {
            Pager pager(list, std::move(cursor));
            const QByteArray name = 'r' + QByteArray::number(++pages);
            ClientReply reply;
            reply.status = 200;
            reply.url = pager.url();
            reply.body = name;
            reply.headers.append(HttpHeader{"Link", "<?last=" + name + ">; rel=\"next\""});
            RepositoryPage page;
            page.rows.push_back(repositoryName(name.constData()));
            pager.turn(page, reply, name);
            QCOMPARE(page.rows.size(), std::size_t(1)); // what came is kept
            cut = page.cut;
            cursor = page.next ? std::move(*page.next) : PageCursor();
        }
        QCOMPARE(pages, 10'000);
        QCOMPARE(cut->kind, ErrorKind::BadAnswer);
    }

    /// Who is told to wait waits with everything that goes to this host.
    void pausesTheWholeHost_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("too many requests") << 429;
        QTest::newRow("unavailable") << 503;
    }

    void pausesTheWholeHost()
    {
        QFETCH(int, status);
        int refused = 0;
        m_server->on("GET", layerPath(), [&](const FakeRequest &) {
            return ++refused == 1 ? answer(status, {}, {{"Retry-After", "1000000000"}}) // 31 years
                                  : answer(200, m_image.layer);
        });
        m_server->on("GET", "/v2/team/api/manifests/1", answer(200, m_image.manifest));
        QElapsedTimer timer; // from the refusal on
        qint64 nextAfter = -1;
        connect(m_server.get(), &FakeRegistry::requested, this, [&] {
            if (!timer.isValid())
                timer.start();
            else if (nextAfter < 0)
                nextAfter = timer.elapsed();
        });
        std::optional<QCoro::Task<Result<RawManifest>>> other;
        connect(m_transport.get(), &Transport::hostPaused, this, [&] {
            other = m_client->getManifestBytes(m_repository, tagName("1")); // another request meanwhile
        });
        const auto blob = await(m_client->getBlob(m_repository, m_image.layerDigest, 100));
        QVERIFY(blob.has_value());
        QVERIFY(other.has_value());
        QVERIFY(await(std::move(*other)).has_value());
        QVERIFY2(nextAfter >= 190,
                 qPrintable(QString::number(nextAfter))); // maxPause, in the clock's coarse steps
    }
};

QTEST_GUILESS_MAIN(TestHostileContent)
#include "tst_hostilecontent.moc"
