// SPDX-License-Identifier: Apache-2.0
// Downloads over a network that breaks and stalls: the real docker-registry behind a proxy, and a registry in
// this process for answers that no real one gives.
#include "oci/hasher.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/testimage.h"

#include <QBuffer>
#include <QRandomGenerator>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

constexpr qint64 blobSize = 2'000'000;

QByteArray randomBytes()
{
    QByteArray bytes(blobSize, '\0');
    QRandomGenerator generator(1);
    generator.fillRange(reinterpret_cast<quint32 *>(bytes.data()), blobSize / 4);
    return bytes;
}

TransportOptions quickOptions()
{
    TransportOptions options;
    options.stallTimeout = std::chrono::milliseconds(500);
    options.retryDelay = std::chrono::milliseconds(5);
    return options;
}

} // namespace

class TestDownloads : public QObject
{
    Q_OBJECT

    const QByteArray m_bytes = randomBytes();
    const Digest m_digest = Hasher::hash(std::string_view(m_bytes.constData(), blobSize));
    DockerRegistry m_registry;
    std::unique_ptr<FaultProxy> m_proxy;
    std::unique_ptr<FakeRegistry> m_fake;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<QBuffer> m_target;

    std::shared_ptr<RegistryClient> client(const QUrl &url) const
    {
        return RegistryClient::create(m_transport.get(), *RegistryAddress::parse(url.toString()));
    }

    Result<void> download(const QUrl &url)
    {
        m_target = std::make_shared<QBuffer>();
        m_target->open(QIODevice::WriteOnly);
        return await(client(url)->downloadBlob(repositoryName("demo"), m_digest, blobSize, m_target));
    }

    QString blobPath() const
    {
        return QStringLiteral("/v2/demo/blobs/") + QString::fromStdString(m_digest.toString());
    }

    /// Half of the blob and then nothing, to the first request; `next` to those that follow.
    void breakFirst(const FakeAnswer &next)
    {
        m_fake->on("GET", blobPath().toLatin1(), [this, next](const FakeRequest &request) {
            if (!request.header("Range").isEmpty())
                return next;
            FakeAnswer half = answer(200, m_bytes.left(blobSize / 2));
            half.end = FakeAnswer::End::Cut;
            return half;
        });
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
        QVERIFY2(m_registry.start({}), m_registry.log().constData());
        Transport transport;
        const auto direct = RegistryClient::create(&transport, *RegistryAddress::parse(m_registry.host()));
        QVERIFY(await(direct->uploadBlob(repositoryName("demo"), m_digest, m_bytes)));
    }

    void init()
    {
        m_transport = std::make_unique<Transport>(quickOptions());
        m_proxy = std::make_unique<FaultProxy>(static_cast<quint16>(m_registry.url().port()));
        m_fake = std::make_unique<FakeRegistry>();
    }

    void cleanup()
    {
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_proxy.reset();
        m_fake.reset();
    }

    void goesOnWhereItBrokeOff()
    {
        FaultProxy::Faults faults;
        faults.cutAfter = 700'000;
        m_proxy->setFaults(faults);
        QVERIFY(download(m_proxy->url()));
        QVERIFY(m_target->data() == m_bytes);
        QVERIFY(m_proxy->connections() >= 3);
    }

    void goesOnAfterAStall()
    {
        FaultProxy::Faults faults;
        faults.stallAfter = 1'200'000;
        m_proxy->setFaults(faults);
        QVERIFY(download(m_proxy->url()));
        QVERIFY(m_target->data() == m_bytes);
    }

    void endsWhereNothingComes()
    {
        FaultProxy::Faults faults;
        faults.cutAfter = 0;
        m_proxy->setFaults(faults);
        QVERIFY(download(m_proxy->url()).error().kind == ErrorKind::Disconnected);
        QCOMPARE(m_target->size(), qint64(0));
    }

    void takesTheWholeFromWhoIgnoresRanges()
    {
        breakFirst(answer(200, m_bytes));
        QVERIFY(download(m_fake->url()));
        QVERIFY(m_target->data() == m_bytes);
    }

    void refusesAnotherPart()
    {
        breakFirst(answer(206, m_bytes.mid(10), {{"Content-Range", "bytes 10-1999999/2000000"}}));
        QVERIFY(download(m_fake->url()).error().kind == ErrorKind::BadAnswer);
        QVERIFY(m_target->size() < blobSize);
    }

    void refusesMoreThanTheBlobHas()
    {
        m_fake->on("GET", blobPath().toLatin1(), [this](const FakeRequest &request) {
            const QByteArray range = request.header("Range");
            if (range.isEmpty()) {
                FakeAnswer half = answer(200, m_bytes.left(blobSize / 2));
                half.end = FakeAnswer::End::Cut;
                return half;
            }
            const QByteArray begin = range.mid(range.indexOf('=') + 1); // "1000000-"
            return answer(206, m_bytes, {{"Content-Range", "bytes " + begin + "1999999/2000000"}});
        });
        QVERIFY(download(m_fake->url()).error().kind == ErrorKind::TooLarge);
        QVERIFY(m_target->size() <= blobSize);
    }

    void verifiesTheWhole()
    {
        m_fake->on("GET", blobPath().toLatin1(), [this](const FakeRequest &request) {
            const QByteArray range = request.header("Range");
            if (range.isEmpty()) {
                FakeAnswer half = answer(200, m_bytes.left(blobSize / 2));
                half.end = FakeAnswer::End::Cut;
                return half;
            }
            const QByteArray begin = range.mid(range.indexOf('=') + 1);
            const qint64 missing = blobSize - begin.chopped(1).toLongLong();
            return answer(206, QByteArray(missing, 'x'),
                          {{"Content-Range", "bytes " + begin + "1999999/2000000"}});
        });
        QVERIFY(download(m_fake->url()).error().kind == ErrorKind::DigestMismatch);
    }
};

QTEST_GUILESS_MAIN(TestDownloads)
#include "tst_downloads.moc"
