// SPDX-License-Identifier: Apache-2.0
// Copying content from one registry to another: real ones, and one in this process for what goes wrong.
#include "model/keptcopy.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/registryfixture.h"
#include "tests/support/testindex.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QString operationId = QStringLiteral("0f8fad5b-d9cb-469f-a165-70867728950e");
const QByteArray uploads = "/blobs/uploads/";

QByteArray blobPath(const Digest &digest)
{
    return "/v2/team/api/blobs/" + toQByteArray(digest.toString());
}

} // namespace

class TestCopyContent : public QObject
{
    Q_OBJECT

    std::unique_ptr<Transport> m_transport;
    std::unique_ptr<RegistryFixture> m_local;
    std::unique_ptr<FaultProxy> m_proxy; // in front of it
    std::unique_ptr<QTemporaryDir> m_directory;
    const TestImage m_one = TestImage::make("one");
    const TestImage m_two = TestImage::make("two");

    std::shared_ptr<RegistryClient> clientOf(const QUrl &url)
    {
        return RegistryClient::create(m_transport.get(), RegistryAddress::parse(url.toString()).value());
    }

    CopyPlace local(const RepositoryName &name = repositoryName("undo/copy"))
    {
        return {clientOf(m_proxy->url()), name};
    }

    std::map<Digest, qint64> blobs() const
    {
        std::map<Digest, qint64> all;
        for (const TestImage &image : {m_one, m_two}) {
            all.emplace(image.layerDigest, image.layer.size());
            all.emplace(image.configDigest, image.config.size());
        }
        return all;
    }

    /// A registry in this process with the blobs of both images.
    void serve(FakeRegistry &server) const
    {
        for (const TestImage &image : {m_one, m_two}) {
            server.on("GET", blobPath(image.layerDigest), answer(200, image.layer));
            server.on("GET", blobPath(image.configDigest), answer(200, image.config));
        }
    }

    BlobCopy job(const CopyPlace &source)
    {
        return {source, local(), blobs(), m_directory->path(), false, {}};
    }

    bool isInLocal(const Digest &digest)
    {
        const CopyPlace place = local();
        return await(place.client->blobReadable(place.repository, digest)).value();
    }

    bool isDirectoryEmpty() const { return QDir(m_directory->path()).isEmpty(); }

private slots:
    void init()
    {
        TransportOptions options;
        options.retryDelay = std::chrono::milliseconds(10);
        m_transport = std::make_unique<Transport>(options);
        m_local = RegistryFixture::make(RegistryFixture::Kind::Embedded);
        QVERIFY(m_local->start({}));
        m_proxy = std::make_unique<FaultProxy>(quint16(m_local->url().port()));
        m_directory = std::make_unique<QTemporaryDir>();
    }

    void cleanup()
    {
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_proxy.reset();
        m_local.reset();
    }

    /// A multi-platform image out of a stock docker-registry, and away again.
    void copiesAndRemovesAnImage()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
        DockerRegistry registry;
        QVERIFY(registry.start({}));
        const CopyPlace source{clientOf(registry.url()), repository};
        const auto index = TestIndex::of({{m_one.digest, m_one.mediaType, m_one.manifest.size()},
                                          {m_two.digest, m_two.mediaType, m_two.manifest.size()}});
        for (const TestImage &image : {m_one, m_two})
            QVERIFY(await(push(source.client, repository, image, {})).has_value());
        QVERIFY(await(push(source.client, repository, index, {tagName("multi")})).has_value());
        const auto kept = await(readManifests(source.client, repository, {index.digest}, {}));
        const auto content = copyContentOf(kept, {index.digest});
        QVERIFY(content.has_value());
        QCOMPARE(content->manifests.size(), std::size_t(3));
        QVERIFY(content->manifests.back().digest == index.digest);
        QVERIFY(content->blobs == blobs());

        const auto name = keptCopyName(operationId, registry.host(), QStringLiteral("team/api"));
        QVERIFY(name.has_value());
        const CopyPlace target = local(*name);
        BlobCopy copying{source, target, content->blobs, m_directory->path(), true, {}};
        qint64 arrived = 0;
        copying.progress = [&arrived](qint64 done, qint64) { arrived = done; };
        QVERIFY(await(copyBlobs(copying, {})).has_value());
        QCOMPARE(arrived, content->bytes());
        QVERIFY(await(putManifests(target, content->manifests, {})).has_value());
        for (const auto &[digest, size] : content->blobs) {
            const auto bytes = await(target.client->getBlob(*name, digest, size));
            QVERIFY(bytes.has_value()); // its digest was compared
        }
        const auto live = await(target.client->contentList(*name));
        QCOMPARE(live->rows.size(), std::size_t(3));
        for (const auto &row : live->rows)
            QCOMPARE(row.tags.size(), std::size_t(1)); // Local does not take it for forgotten
        QVERIFY(isDirectoryEmpty());

        const RepositoryName other = repositoryName("undo/mine");
        QVERIFY(await(push(target.client, other, m_one, {tagName("1.0")})).has_value());
        QVERIFY(await(removeCopy(target.client, *name, {})).has_value());
        for (const auto &manifest : content->manifests)
            QVERIFY(!await(target.client->headManifest(*name, manifest.digest)).has_value());
        const auto trash = await(target.client->trashList());
        QVERIFY(trash.has_value() && trash->rows.empty());
        QVERIFY(await(target.client->headManifest(other, tagName("1.0"))).has_value());
        QVERIFY(await(removeCopy(target.client, *name, {})).has_value()); // again: nothing to do
    }

    void sendsAlwaysOrWhatIsNotThere()
    {
        FakeRegistry server;
        serve(server);
        const CopyPlace source{clientOf(server.url()), repository};
        int sessions = 0;
        m_proxy->setGate([&sessions](const QByteArray &line, bool answered) {
            sessions += !answered && line.startsWith("POST ") && line.contains(uploads);
            return FaultProxy::Passage::Pass;
        });
        QVERIFY(await(copyBlobs(job(source), {})).has_value());
        QCOMPARE(sessions, 4);
        QVERIFY(await(copyBlobs(job(source), {})).has_value());
        QCOMPARE(sessions, 8);
        BlobCopy skipping = job(source);
        skipping.skipsKnown = true;
        QVERIFY(await(copyBlobs(skipping, {})).has_value());
        m_proxy->setGate({});
        QCOMPARE(sessions, 8);
    }

    void whatGoesWrong_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("breaks off for good") << QStringLiteral("cut") << ErrorKind::Disconnected;
        QTest::newRow("other bytes") << QStringLiteral("lie") << ErrorKind::DigestMismatch;
        QTest::newRow("more bytes than it has") << QStringLiteral("more") << ErrorKind::TooLarge;
        QTest::newRow("gone") << QStringLiteral("gone") << ErrorKind::NotFound;
    }
    void whatGoesWrong()
    {
        QFETCH(QString, fault);
        QFETCH(ErrorKind, kind);
        FakeRegistry server;
        serve(server);
        FakeAnswer wrong = answer(200, m_one.layer);
        if (fault == QStringLiteral("cut"))
            wrong.end = FakeAnswer::End::Cut;
        else if (fault == QStringLiteral("lie"))
            wrong.body[0] = 'L';
        else if (fault == QStringLiteral("more"))
            wrong.times = 2;
        else
            wrong.status = 404;
        server.on("GET", blobPath(m_one.layerDigest), wrong);
        const CopyPlace source{clientOf(server.url()), repository};
        const auto copied = await(copyBlobs(job(source), {}));
        QVERIFY(!copied.has_value());
        QCOMPARE(copied.error().kind, kind);
        const std::string begin =
            toStdString(server.url().authority()) + "/team/api@" + m_one.layerDigest.toString() + ": ";
        QVERIFY2(copied.error().message.starts_with(begin), copied.error().message.c_str());
        QVERIFY(!isInLocal(m_one.layerDigest));
        QVERIFY(isDirectoryEmpty());
    }

    void aFullTargetIsSaid()
    {
        FakeRegistry server;
        serve(server);
        FakeRegistry full;
        full.on("POST", "/v2/undo/copy/blobs/uploads/",
                answer(507, "{\"errors\":[{\"code\":\"UNAVAILABLE\",\"message\":\"full\"}]}"));
        BlobCopy copying = job({clientOf(server.url()), repository});
        copying.target.client = clientOf(full.url());
        const auto copied = await(copyBlobs(copying, {}));
        QVERIFY(!copied.has_value());
        QCOMPARE(copied.error().kind, ErrorKind::NoSpace);
        const std::string begin = toStdString(full.url().authority()) + "/undo/copy@sha256:";
        QVERIFY2(copied.error().message.starts_with(begin), copied.error().message.c_str());
        QVERIFY(full.count("POST") <= 3); // the first failure ends the others
    }

    void canBeStopped()
    {
        FakeRegistry server;
        serve(server);
        FakeAnswer silent;
        silent.end = FakeAnswer::End::Silent;
        server.on("GET", blobPath(m_one.layerDigest), silent);
        std::stop_source stop;
        connect(&server, &FakeRegistry::requested, this, [&](const QByteArray &, const QByteArray &target) {
            if (target == blobPath(m_one.layerDigest))
                QMetaObject::invokeMethod(
                    this, [&stop] { stop.request_stop(); }, Qt::QueuedConnection);
        });
        const auto copied = await(copyBlobs(job({clientOf(server.url()), repository}), stop.get_token()));
        QVERIFY(!copied.has_value());
        QCOMPARE(copied.error().kind, ErrorKind::Cancelled);
        QVERIFY(isDirectoryEmpty());
    }

    void names_data()
    {
        QTest::addColumn<QString>("registry");
        QTest::addColumn<QString>("name"); // empty: a hash
        QTest::newRow("plain") << QStringLiteral("reg.example") << QStringLiteral("reg.example/team/api");
        QTest::newRow("port") << QStringLiteral("Reg.example:8443")
                              << QStringLiteral("reg.example_8443/team/api");
        QTest::newRow("punycode") << QStringLiteral("xn--bcher-kva.example")
                                  << QStringLiteral("xn--bcher-kva.example/team/api");
        QTest::newRow("IPv6") << QStringLiteral("[::1]:5000") << QString();
        QTest::newRow("too long") << QString(240, u'a') << QString();
    }
    void names()
    {
        QFETCH(QString, registry);
        QFETCH(QString, name);
        const auto made = keptCopyName(operationId, registry, QStringLiteral("team/api"));
        QVERIFY(made.has_value());
        QVERIFY(isKeptCopy(*made));
        const QString text = toQString(made->toString());
        const QString begin = QStringLiteral("undo/") + operationId + u'/';
        QVERIFY(text.startsWith(begin));
        if (name.isEmpty())
            QCOMPARE(text.size(), begin.size() + 64);
        else
            QCOMPARE(text, begin + name);

        JournalOperation operation;
        operation.id = operationId;
        operation.registry = registry;
        operation.repository = QStringLiteral("team/api");
        QVERIFY(!keptCopyOf(operation));
        operation.copy = text;
        QVERIFY(keptCopyOf(operation) == made);
        operation.copy = QStringLiteral("team/api"); // whoever wrote that: not to be touched
        QVERIFY(!keptCopyOf(operation));
    }

    void othersAreNoCopies()
    {
        QVERIFY(!keptCopyName(QStringLiteral("op1"), QStringLiteral("reg"), QStringLiteral("team/api")));
        for (const char *name : {"undo", "undo/mine", "undo/mine/of/my/own", "undo-x/a",
                                 "undo/0f8fad5b-d9cb-469f-a165-70867728950e",
                                 "team/undo/0f8fad5b-d9cb-469f-a165-70867728950e/x/y"})
            QVERIFY2(!isKeptCopy(repositoryName(name)), name);
    }
};

QTEST_GUILESS_MAIN(TestCopyContent)
#include "tst_copycontent.moc"
