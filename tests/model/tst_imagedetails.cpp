// SPDX-License-Identifier: Apache-2.0
// What is shown of images whose parts do not fit each other.
#include "model/imagedetails.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testindex.h"

#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
constexpr int layerCount = 3;

QByteArray descriptorOf(std::string_view type, const QByteArray &bytes)
{
    return "{\"mediaType\":\"" + toQByteArray(type) + "\",\"digest\":\"" +
           toQByteArray(Hasher::hash(toStringView(bytes)).toString()) +
           "\",\"size\":" + QByteArray::number(bytes.size()) + '}';
}

/// An image of three layers.
QByteArray manifestWith(const QByteArray &config)
{
    QByteArray layers;
    for (int i = 0; i < layerCount; ++i)
        layers += (i > 0 ? "," : "") + descriptorOf(mediatype::ociLayerTar, QByteArray::number(i));
    return "{\"schemaVersion\":2,\"mediaType\":\"" + toQByteArray(mediatype::ociManifest) +
           "\",\"config\":" + descriptorOf(mediatype::ociConfig, config) + ",\"layers\":[" + layers + "]}";
}

/// `steps` steps of history that made layers, one that did not, and `diffIds` layers unpacked.
QByteArray configWith(int steps, int diffIds)
{
    QByteArray history = "{\"created_by\":\"ENV a=b\",\"empty_layer\":true}";
    for (int i = 0; i < steps; ++i)
        history += ",{\"created_by\":\"step " + QByteArray::number(i) + "\"}";
    QByteArray ids;
    for (int i = 0; i < diffIds; ++i)
        ids += (i > 0 ? "," : "") + QByteArray("\"sha256:") + QByteArray(64, 'a') + '"';
    return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"history\":[" + history +
           "],\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}";
}

} // namespace

class TestImageDetails : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<OperationDesk> m_desk;

    void serve(const QByteArray &kind, const QByteArray &bytes, std::string_view type)
    {
        const QByteArray name = toQByteArray(Hasher::hash(toStringView(bytes)).toString());
        m_server->on("GET", "/v2/team/api/" + kind + '/' + name,
                     answer(200, bytes, {{"Content-Type", toQByteArray(type)}}));
    }

    void show(ImageDetails &details, const QByteArray &manifest)
    {
        details.load(m_desk->session(), repository, Hasher::hash(toStringView(manifest)));
        QTRY_VERIFY(details.state() != ImageDetails::State::Loading);
        QCOMPARE(details.state(), ImageDetails::State::Ready);
    }

private slots:
    void init()
    {
        m_server = std::make_unique<FakeRegistry>();
        m_server->on("GET", "/v2/", answer(200));
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_server->url()));
    }

    void cleanup()
    {
        m_desk.reset();
        m_server.reset();
    }

    void configsThatDoNotFit_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<bool>("told");
        QTest::newRow("fits") << configWith(layerCount, layerCount) << true;
        QTest::newRow("nothing unpacked") << configWith(layerCount, 0) << true;
        QTest::newRow("more unpacked") << configWith(layerCount, layerCount + 5) << true;
        QTest::newRow("fewer steps") << configWith(layerCount - 1, layerCount) << false;
        QTest::newRow("no steps") << configWith(0, 0) << false;
        QTest::newRow("more steps") << configWith(layerCount + 1, layerCount + 1) << false;
        QTest::newRow("many more steps") << configWith(10'000, 1) << false;
        QTest::newRow("wrong kinds") << QByteArray("{\"history\":{},\"rootfs\":[7],\"config\":null}")
                                     << false;
        QTest::newRow("steps of wrong kinds") << QByteArray("{\"history\":[7,null,[],{}]}") << false;
        QTest::newRow("no JSON") << QByteArray("layers") << false;
    }

    /// A layer's command is told by its place alone; where the places do not fit, none is told.
    void configsThatDoNotFit()
    {
        QFETCH(QByteArray, config);
        QFETCH(bool, told);
        const QByteArray manifest = manifestWith(config);
        serve("manifests", manifest, mediatype::ociManifest);
        serve("blobs", config, mediatype::ociConfig);
        ImageDetails details;
        show(details, manifest);
        QCOMPARE(details.layers().size(), qsizetype(layerCount));
        for (int i = 0; i < layerCount; ++i)
            QCOMPARE(details.layers().at(i).command, told ? QStringLiteral("step %1").arg(i) : QString());
    }

    /// A tab for each would stop the window.
    void anIndexOfTenThousandPlatforms()
    {
        std::vector<TestIndex::Child> children;
        const MediaType type = MediaType::parse(mediatype::ociManifest).value();
        const QByteArray config = configWith(layerCount, layerCount);
        const QByteArray first = manifestWith(config);
        children.push_back({Hasher::hash(toStringView(first)), type, first.size()});
        for (int i = 1; i < 10'000; ++i)
            children.push_back({Hasher::hash("platform " + std::to_string(i)), type, 7});
        const auto index = TestIndex::of(children);
        serve("manifests", index.bytes, mediatype::ociIndex);
        serve("manifests", first, mediatype::ociManifest);
        serve("blobs", config, mediatype::ociConfig);
        ImageDetails details;
        show(details, index.bytes);
        QCOMPARE(details.platforms().size(), qsizetype(ImageDetails::mostPlatforms));
        QCOMPARE(details.platformsLeftOut(), 10'000 - ImageDetails::mostPlatforms);
        QCOMPARE(details.layers().size(), qsizetype(layerCount));
        details.setCurrentPlatform(ImageDetails::mostPlatforms); // there is none
        details.setCurrentPlatform(-1);
        QCOMPARE(details.currentPlatform(), 0);
        QCOMPARE(details.state(), ImageDetails::State::Ready);
    }
};

QTEST_GUILESS_MAIN(TestImageDetails)
#include "tst_imagedetails.moc"
