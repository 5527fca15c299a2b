// SPDX-License-Identifier: Apache-2.0
// A program that is killed at every step between a full copy in Local and the deletes on a stock
// docker-registry: the next one uses the copy, or removes it.
#include "model/keptcopy.h"
#include "oci/qtconversions.h"
#include "tests/model/nextstart.h"
#include "tests/model/runninglocal.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/registryfixture.h"

#include <QDir>
#include <QProcess>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
constexpr int longEnough = OperationDesk::longEnough;
using Passage = FaultProxy::Passage;

} // namespace

class TestCopyKilled : public QObject
{
    Q_OBJECT

    const TestImage m_one = TestImage::make("one");
    const TestImage m_two = TestImage::make("two");
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<FaultProxy> m_proxy; // in front of it
    std::unique_ptr<RegistryFixture> m_localStore;
    std::unique_ptr<FaultProxy> m_localProxy; // in front of that
    std::unique_ptr<RunningLocal> m_local;    // past the proxy
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client;      // of the registry, past its proxy
    std::shared_ptr<RegistryClient> m_localClient; // past its proxy
    QProcess m_tool;

    QString data() const { return m_directory->filePath(QStringLiteral("data")); }

    std::shared_ptr<RegistryClient> clientOf(const QUrl &url)
    {
        return RegistryClient::create(m_transport.get(), RegistryAddress::parse(url.toString()).value());
    }

    void startTool()
    {
        m_tool.start(QStringLiteral(QUAYSIDE_DELETETOOL),
                     {QStringLiteral("--keep-copy=") + m_localProxy->url().toString(), data(),
                      m_proxy->url().toString(), QStringLiteral("team/api"), QStringLiteral("1.0"),
                      QStringLiteral("1.1")});
        QVERIFY(m_tool.waitForStarted());
    }

    /// Kills the tool at the nth request with this method and path: before the registry gets it, or before
    /// the tool gets the answer.
    void killAt(FaultProxy &proxy, const QByteArray &method, const QByteArray &path, int nth, bool atAnswer)
    {
        int seen = 0;
        proxy.setGate([&](const QByteArray &line, bool answered) {
            if (answered != atAnswer || !line.startsWith(method) || !line.contains(path) || ++seen != nth)
                return Passage::Pass;
            m_tool.kill();
            return Passage::Cut;
        });
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        proxy.setGate({});
        QVERIFY(seen >= nth);
        QCOMPARE(m_tool.exitStatus(), QProcess::CrashExit);
    }

    std::size_t manifestsIn(const RepositoryName &copy)
    {
        const auto live = await(m_localClient->contentList(copy));
        const auto trash = await(m_localClient->trashList(copy));
        return (live ? live->rows.size() : 0) + (trash ? trash->rows.size() : 0);
    }

    QByteArray bytesOf(const char *tag)
    {
        const auto raw = await(m_client->getManifestBytes(repository, tagName(tag)));
        return raw ? raw->bytes : QByteArray();
    }

    static JournalOperation operationOf(NextStart &next)
    {
        return await(next.journal().operations()).value().front();
    }

    static std::size_t listedAsDeleted(NextStart &next)
    {
        return await(next.journal().deleted(next.session()->id())).value().size();
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
    }

    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir().mkpath(data()));
        m_registry = std::make_unique<DockerRegistry>();
        QVERIFY(m_registry->start({}));
        m_proxy = std::make_unique<FaultProxy>(quint16(m_registry->url().port()));
        m_localStore = RegistryFixture::make(RegistryFixture::Kind::Embedded);
        QVERIFY(m_localStore->start({}));
        m_localProxy = std::make_unique<FaultProxy>(quint16(m_localStore->url().port()));
        m_local = std::make_unique<RunningLocal>(m_localStore->url());
        m_transport = std::make_unique<Transport>();
        m_client = clientOf(m_registry->url());
        m_localClient = clientOf(m_localStore->url());
        QVERIFY(await(push(m_client, repository, m_one, {tagName("1.0")})).has_value());
        QVERIFY(await(push(m_client, repository, m_two, {tagName("1.1")})).has_value());
        QSettings store(data() + QStringLiteral("/tool.conf"), QSettings::IniFormat);
        RegistryConfig config;
        config.address = m_proxy->url().authority();
        RegistryList(&store).add(config);
        store.sync();
    }

    void cleanup()
    {
        m_tool.kill();
        m_tool.waitForFinished();
        m_client.reset();
        m_localClient.reset();
        QTRY_COMPARE_WITH_TIMEOUT(m_transport->running(), 0, longEnough);
        m_transport.reset();
        m_local.reset();
        m_localProxy.reset();
        m_localStore.reset();
        m_proxy.reset();
        m_registry.reset();
    }

    void isRemoved_data()
    {
        QTest::addColumn<bool>("isLocal"); // which registry's request
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("nth");
        QTest::addColumn<bool>("atAnswer");
        QTest::newRow("first blob read")
            << false << QByteArray("GET ") << QByteArray("/team/api/blobs/") << 1 << true;
        QTest::newRow("last blob sent")
            << true << QByteArray("PUT ") << QByteArray("/blobs/uploads/") << 4 << true;
        QTest::newRow("first manifest")
            << true << QByteArray("PUT ") << QByteArray("/manifests/sha256:") << 1 << true;
        QTest::newRow("last tag") << true << QByteArray("PUT ") << QByteArray("/manifests/kept-1") << 1
                                  << true;
        // 1: the plan; 2: before the copy; 3: after it
        QTest::newRow("whole") << false << QByteArray("HEAD ") << QByteArray("/manifests/1.0") << 3 << false;
    }
    void isRemoved()
    {
        QFETCH(bool, isLocal);
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(int, nth);
        QFETCH(bool, atAnswer);
        killAt(isLocal ? *m_localProxy : *m_proxy, method, path, nth, atAnswer);
        QCOMPARE(bytesOf("1.0"), m_one.manifest);
        QCOMPARE(bytesOf("1.1"), m_two.manifest);

        NextStart next(data(), m_local.get());
        const JournalOperation before = operationOf(next);
        QVERIFY(before.isFinished());
        QTRY_COMPARE_WITH_TIMEOUT(operationOf(next).copy, QString(), longEnough);
        const auto copy = keptCopyName(before.id, before.registry, before.repository);
        QCOMPARE(manifestsIn(*copy), std::size_t(0));
        QCOMPARE(listedAsDeleted(next), std::size_t(0));
        // Nothing lies about on its way.
        const auto left = QDir(data()).entryList(QDir::Files);
        for (const QString &file : left)
            QVERIFY2(!file.startsWith(QStringLiteral("copy-")), qPrintable(file));
    }

    void isUsed_data()
    {
        QTest::addColumn<int>("nth");
        QTest::addColumn<bool>("atAnswer");
        QTest::newRow("first DELETE") << 1 << true;
        QTest::newRow("second DELETE") << 2 << true;
    }
    void isUsed()
    {
        QFETCH(int, nth);
        QFETCH(bool, atAnswer);
        killAt(*m_proxy, "DELETE ", "/manifests/", nth, atAnswer);
        QCOMPARE(int(bytesOf("1.0").isEmpty()) + int(bytesOf("1.1").isEmpty()), nth);
        QVERIFY(m_registry->collectGarbage());

        NextStart next(data(), m_local.get());
        const JournalOperation operation = operationOf(next);
        QVERIFY(operation.hasWholeCopy());
        QCOMPARE(manifestsIn(*keptCopyOf(operation)), std::size_t(2));
        QCOMPARE(listedAsDeleted(next), std::size_t(nth));
        QTRY_VERIFY_WITH_TIMEOUT(next.history().undoable(next.session()->id(), QStringLiteral("team/api")),
                                 longEnough);
        next.session()->open();
        QTRY_COMPARE_WITH_TIMEOUT(next.session()->state(), RegistrySession::State::Ready, longEnough);
        const RestoreImages *undo = next.history().undo(operation.id);
        QVERIFY(undo);
        bool ended = false;
        connect(undo, &Operation::finished, this, [&ended] { ended = true; });
        QTRY_VERIFY_WITH_TIMEOUT(ended, longEnough);
        QCOMPARE(bytesOf("1.0"), m_one.manifest);
        QCOMPARE(bytesOf("1.1"), m_two.manifest);
        for (const TestImage &image : {m_one, m_two}) {
            QCOMPARE(await(m_client->getBlob(repository, image.layerDigest, 4096)).value(), image.layer);
            QCOMPARE(await(m_client->getBlob(repository, image.configDigest, 4096)).value(), image.config);
        }
    }

    void whatStillRunsElsewhereIsLeftAlone()
    {
        bool held = false;
        m_localProxy->setGate([&held](const QByteArray &line, bool answered) {
            const bool isIt = line.contains("/manifests/kept-1") && !answered;
            held = held || isIt;
            return isIt ? Passage::Hold : Passage::Pass;
        });
        startTool();
        QTRY_VERIFY_WITH_TIMEOUT(held, longEnough);
        std::optional<RepositoryName> copy;
        {
            NextStart next(data(), m_local.get());
            const JournalOperation operation = operationOf(next);
            QVERIFY(!operation.isFinished());
            copy = keptCopyOf(operation);
            QVERIFY(copy.has_value());
            const auto far = QDateTime::currentDateTimeUtc().addDays(100);
            QVERIFY(await(next.journal().takeUselessCopies(far)).value().empty());
            QCOMPARE(manifestsIn(*copy), std::size_t(2));
        }
        m_tool.kill();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        NextStart next(data(), m_local.get());
        QTRY_COMPARE_WITH_TIMEOUT(operationOf(next).copy, QString(), longEnough);
        QCOMPARE(manifestsIn(*copy), std::size_t(0));
    }

    void endsWellWithoutBeingKilled()
    {
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        QCOMPARE(m_tool.exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_tool.exitCode(), 0);
        NextStart next(data(), m_local.get());
        QVERIFY(operationOf(next).hasWholeCopy());
        QCOMPARE(listedAsDeleted(next), std::size_t(2));
    }
};

QTEST_GUILESS_MAIN(TestCopyKilled)
#include "tst_copykilled.moc"
