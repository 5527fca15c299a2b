// SPDX-License-Identifier: Apache-2.0
// A program that is killed at every step of a delete by a placeholder, on a stock docker-registry: what the
// next one puts right, and what it leaves alone.
#include "oci/qtconversions.h"
#include "tests/model/nextstart.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"

#include <QDir>
#include <QProcess>

#include <csignal>
#include <sys/resource.h>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QByteArray manifests = "/v2/team/api/manifests/";
constexpr int longEnough = 60'000; // for a program to start and end on a busy computer

const QByteArray zeroDelete = "DELETE " + manifests + "sha256:0000000000";
const QByteArray placeholderDelete = "DELETE " + manifests + "sha256:"; // but not the zero digest

bool begins(const QByteArray &line, const QByteArray &request)
{
    return line.startsWith(request) && (request != placeholderDelete || !line.startsWith(zeroDelete));
}

} // namespace

class TestPlaceholderKilled : public QObject
{
    Q_OBJECT

    const TestImage m_image = TestImage::make("one");
    const TestImage m_other = TestImage::make("two");
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<FaultProxy> m_proxy;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client; // past the proxy
    QProcess m_tool;

    QString data() const { return m_directory->filePath(QStringLiteral("data")); }

    void startTool()
    {
        m_tool.start(QStringLiteral(QUAYSIDE_DELETETOOL),
                     {QStringLiteral("--placeholder"), data(), m_proxy->url().toString(),
                      QStringLiteral("team/api"), QStringLiteral("1.0"), QStringLiteral("1.1")});
        QVERIFY(m_tool.waitForStarted());
    }

    /// Kills the tool at the nth request that begins so: before the registry gets it, or before the tool gets
    /// the answer.
    void killAt(const QByteArray &request, int nth, bool atAnswer)
    {
        int seen = 0;
        m_proxy->setGate([&](const QByteArray &line, bool answered) {
            if (answered != atAnswer || !begins(line, request) || ++seen != nth)
                return FaultProxy::Passage::Pass;
            m_tool.kill();
            return FaultProxy::Passage::Cut;
        });
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        m_proxy->setGate({});
        QVERIFY(seen >= nth);
        QCOMPARE(m_tool.exitStatus(), QProcess::CrashExit);
    }

    QByteArray bytesOf(const char *tag)
    {
        const auto raw = await(m_client->getManifestBytes(repository, tagName(tag)));
        return raw ? raw->bytes : QByteArray();
    }

    /// Whether the tag names a placeholder.
    bool hasPlaceholder(const char *tag) { return bytesOf(tag).contains("quayside.operation"); }

    static QStringList listedAsDeleted(NextStart &next)
    {
        QStringList tags;
        const auto entries = await(next.journal().deleted(next.session()->id())).value();
        for (const auto &entry : entries)
            tags.append(toQString(entry.item.tags.front().toString()));
        tags.sort();
        return tags;
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
        m_transport = std::make_unique<Transport>();
        m_client = RegistryClient::create(m_transport.get(),
                                          RegistryAddress::parse(m_registry->host()).value(), Access());
        QVERIFY(
            await(push(m_client, repository, m_image, {tagName("1.0"), tagName("1.1"), tagName("latest")}))
                .has_value());
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
        QTRY_COMPARE_WITH_TIMEOUT(m_transport->running(), 0, longEnough);
        m_transport.reset();
        m_proxy.reset();
        m_registry.reset();
    }

    void killedInTheMiddle_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("nth");
        QTest::addColumn<bool>("atAnswer");
        QTest::addColumn<int>("listed"); // in Deleted afterwards; 2: the tags are gone
        QTest::newRow("first try of the tag")
            << "DELETE " + manifests + "1.0" << 1 << true << 1; // it may have gone
        QTest::newRow("are deletes on") << zeroDelete << 1 << true << 0;
        QTest::newRow("bytes could not go back yet") << "PUT " + manifests + "sha256:" << 1 << false << 0;
        QTest::newRow("journal, before the placeholder") << "PUT " + manifests + "1.0" << 1 << false << 0;
        QTest::newRow("first placeholder") << "PUT " + manifests + "1.0" << 1 << true << 0;
        QTest::newRow("before the second one") << "PUT " + manifests + "1.1" << 1 << false << 0;
        QTest::newRow("second placeholder") << "PUT " + manifests + "1.1" << 1 << true << 0;
        QTest::newRow("before the delete") << placeholderDelete << 1 << false << 0;
        QTest::newRow("delete") << placeholderDelete << 1 << true << 2;
        // 1: the plan; 2: before its delete; 3: before the placeholder
        QTest::newRow("looking afterwards") << "HEAD " + manifests + "1.0" << 4 << true << 2;
        QTest::newRow("looking after the second") << "HEAD " + manifests + "1.1" << 4 << true << 2;
    }
    void killedInTheMiddle()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, nth);
        QFETCH(bool, atAnswer);
        QFETCH(int, listed);
        const bool isGone = listed == 2;
        killAt(request, nth, atAnswer);

        NextStart next(data());
        QTRY_VERIFY_WITH_TIMEOUT(!next.hasPlaceholders(), longEnough);
        for (const char *tag : {"1.0", "1.1"})
            QCOMPARE(bytesOf(tag), isGone ? QByteArray() : m_image.manifest);
        QCOMPARE(bytesOf("latest"), m_image.manifest);
        const QStringList both{QStringLiteral("1.0"), QStringLiteral("1.1")};
        const auto operations = await(next.journal().operations()).value();
        QCOMPARE(operations.size(), 1U);
        QTRY_VERIFY_WITH_TIMEOUT(await(next.journal().operations()).value().front().isFinished(), longEnough);
        QCOMPARE(listedAsDeleted(next), both.mid(0, listed));
        if (!isGone)
            return;
        QTRY_VERIFY_WITH_TIMEOUT(
            next.history().undoable(next.session()->id(), QStringLiteral("team/api")).has_value(),
            longEnough);
        const RestoreImages *undo = next.history().undo(operations.front().id);
        QVERIFY(undo);
        bool ended = false;
        connect(undo, &Operation::finished, this, [&ended] { ended = true; });
        QTRY_VERIFY_WITH_TIMEOUT(ended, longEnough);
        for (const char *tag : {"1.0", "1.1"})
            QCOMPARE(bytesOf(tag), m_image.manifest);
    }

    void anotherPushIsLeftAlone()
    {
        killAt(placeholderDelete, 1, false);
        QVERIFY(hasPlaceholder("1.0") && hasPlaceholder("1.1"));
        QVERIFY(await(push(m_client, repository, m_other, {tagName("1.0")})).has_value());
        NextStart next(data());
        QTRY_VERIFY_WITH_TIMEOUT(next.repaired().has_value(), longEnough);
        QCOMPARE(bytesOf("1.0"), m_other.manifest);
        QCOMPARE(bytesOf("1.1"), m_image.manifest);
        const auto &items = *next.repaired();
        QCOMPARE(items.size(), 2);
        QCOMPARE(items[0].outcome, Outcome::Moved);
        QVERIFY(items[0].error->message.starts_with("1.0 names " + m_other.digest.toString()));
        QCOMPARE(items[1].outcome, Outcome::Done);
        QVERIFY(listedAsDeleted(next).isEmpty());
    }

    void whatStillRunsElsewhereIsLeftAlone()
    {
        bool held = false;
        m_proxy->setGate([&held](const QByteArray &line, bool answered) {
            const bool isIt = begins(line, placeholderDelete) && !answered;
            held = held || isIt;
            return isIt ? FaultProxy::Passage::Hold : FaultProxy::Passage::Pass;
        });
        startTool();
        QTRY_VERIFY_WITH_TIMEOUT(held, longEnough);
        {
            NextStart next(data());
            QTRY_VERIFY_WITH_TIMEOUT(next.repaired().has_value(), longEnough);
            QVERIFY(next.repaired()->isEmpty());
            QVERIFY(hasPlaceholder("1.0") && hasPlaceholder("1.1"));
            QVERIFY(!await(next.journal().operations()).value().front().isFinished());
        }
        m_tool.kill();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        m_proxy->setGate({});
        NextStart next(data());
        QTRY_VERIFY_WITH_TIMEOUT(!next.hasPlaceholders(), longEnough);
        QCOMPARE(bytesOf("1.0"), m_image.manifest);
        QCOMPARE(bytesOf("1.1"), m_image.manifest);
    }

    void aFullDiskLeavesNoPlaceholder_data()
    {
        QTest::addColumn<int>("kibibytes"); // the largest file that can be written
        for (int kibibytes = 44; kibibytes <= 72; kibibytes += 4)
            QTest::addRow("%d KiB", kibibytes) << kibibytes;
    }
    /// The journal takes everything up to some step of the delete, and nothing after it. A placeholder that it
    /// knows nothing of would stay for ever when the program is killed.
    void aFullDiskLeavesNoPlaceholder()
    {
        QFETCH(int, kibibytes);
        m_tool.setChildProcessModifier([kibibytes] {
            const rlim_t most = rlim_t(kibibytes) * 1024;
            const rlimit limit{most, most};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            ::signal(SIGXFSZ, SIG_IGN); // an error instead of the end
        });
        m_proxy->setGate([this](const QByteArray &line, bool answered) {
            if (!answered || !begins(line, "PUT " + manifests + "1."))
                return FaultProxy::Passage::Pass;
            m_tool.kill();
            return FaultProxy::Passage::Cut;
        });
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        m_tool.setChildProcessModifier({});
        m_proxy->setGate({});

        NextStart next(data());
        QTRY_VERIFY_WITH_TIMEOUT(!next.hasPlaceholders(), longEnough);
        for (const char *tag : {"1.0", "1.1", "latest"})
            QCOMPARE(bytesOf(tag), m_image.manifest);
    }

    /// The registry is away at the next start: the one after that does it.
    void isTriedAgainUntilItIsDone()
    {
        killAt(placeholderDelete, 1, false);
        m_proxy->setGate([](const QByteArray &line, bool) {
            return line.startsWith("PUT ") ? FaultProxy::Passage::Cut : FaultProxy::Passage::Pass;
        });
        {
            NextStart next(data());
            QTRY_VERIFY_WITH_TIMEOUT(next.repaired().has_value(), longEnough);
            QCOMPARE(next.repaired()->front().outcome, Outcome::Failed);
            QVERIFY(next.hasPlaceholders());
        }
        m_proxy->setGate({});
        NextStart next(data());
        QTRY_VERIFY_WITH_TIMEOUT(!next.hasPlaceholders(), longEnough);
        QCOMPARE(bytesOf("1.0"), m_image.manifest);
    }
};

QTEST_GUILESS_MAIN(TestPlaceholderKilled)
#include "tst_placeholderkilled.moc"
