// SPDX-License-Identifier: Apache-2.0
// A program that is killed at every step of a delete, or whose disk is full: what the next one finds in the journal.
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/fakeregistry.h"

#include <QDir>
#include <QProcess>

#include <csignal>
#include <set>
#include <sys/resource.h>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QByteArray manifests = "/v2/team/api/manifests/";
constexpr int images = 3;
constexpr int longEnough = 60'000; // for a program to start and end on a busy computer

QByteArray nameOf(int i)
{
    return "v" + QByteArray::number(i);
}

} // namespace

class TestDeleteKilled : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<QTemporaryDir> m_directory;
    QProcess m_tool;
    std::set<QByteArray> m_deleted; // tags whose image the registry has deleted

    void serve(int i)
    {
        const QByteArray tag = nameOf(i);
        const TestImage image = TestImage::make(tag);
        const QByteArray digest = toQByteArray(image.digest.toString());
        const auto manifest = [=, this](const FakeRequest &) {
            if (m_deleted.contains(tag))
                return answer(404);
            return answer(200, image.manifest,
                          {{"Content-Type", toQByteArray(image.mediaType.toString())},
                           {"Docker-Content-Digest", digest}});
        };
        for (const QByteArray &name : {tag, digest}) {
            m_server->on("HEAD", manifests + name, manifest);
            m_server->on("GET", manifests + name, manifest);
        }
        m_server->on("DELETE", manifests + digest, [=, this](const FakeRequest &) {
            m_deleted.insert(tag);
            return answer(202);
        });
    }

    QString data() const { return m_directory->filePath(QStringLiteral("data")); }

    void startTool()
    {
        QStringList arguments{data(), m_server->url().toString(), QStringLiteral("team/api")};
        for (int i = 0; i < images; ++i)
            arguments.append(QString::fromLatin1(nameOf(i)));
        m_tool.start(QStringLiteral(QUAYSIDE_DELETETOOL), arguments);
        QVERIFY(m_tool.waitForStarted());
    }

    /// Runs the tool and kills it when the registry gets this request for the nth time; the registry still does
    /// what it was asked for.
    void killAt(const QByteArray &method, const QByteArray &path, int nth)
    {
        int seen = 0;
        const auto watching = connect(m_server.get(), &FakeRegistry::requested, this,
                                      [&](const QByteArray &how, const QByteArray &target) {
                                          if (how == method && target.startsWith(path) && ++seen == nth)
                                              m_tool.kill();
                                      });
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        disconnect(watching);
        QVERIFY(seen >= nth);
        QCOMPARE(m_tool.exitStatus(), QProcess::CrashExit);
    }

    /// The tags that Deleted lists, as the next program sees them.
    std::set<QByteArray> listedAsDeleted(UndoJournal &journal)
    {
        std::set<QByteArray> tags;
        const auto operations = await(journal.operations()).value();
        for (const auto &operation : operations) {
            const auto entries = await(journal.deleted(operation.registryId)).value();
            for (const auto &entry : entries) {
                for (const Tag &tag : entry.item.tags)
                    tags.insert(toQByteArray(tag.toString()));
            }
        }
        return tags;
    }

private slots:
    void init()
    {
        m_deleted.clear();
        m_directory = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<FakeRegistry>();
        m_server->on("GET", "/v2/", answer(200, "{}"));
        m_server->on("GET", "/v2/team/api/tags/list", answer(200, "{\"tags\":[\"v0\",\"v1\",\"v2\"]}"));
        for (int i = 0; i < images; ++i)
            serve(i);
        QVERIFY(QDir().mkpath(data()));
    }

    void cleanup()
    {
        m_tool.kill();
        m_tool.waitForFinished();
        m_server.reset();
    }

    void killedInTheMiddle_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("nth");
        QTest::addColumn<bool>("isKept"); // whether the journal knows of the operation
        QTest::newRow("while planning") << QByteArray("HEAD") << manifests << 1 << false;
        QTest::newRow("before the journal") << QByteArray("GET") << manifests << 1 << false;
        QTest::newRow("last read for it") << QByteArray("GET") << manifests << images << false;
        // 3 HEADs for the plan, 3 to see that nothing has changed, then the first of the delete itself
        QTest::newRow("after the journal") << QByteArray("HEAD") << manifests << 7 << true;
        QTest::newRow("first DELETE") << QByteArray("DELETE") << manifests << 1 << true;
        QTest::newRow("second DELETE") << QByteArray("DELETE") << manifests << 2 << true;
        QTest::newRow("last DELETE") << QByteArray("DELETE") << manifests << images << true;
    }
    void killedInTheMiddle()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(int, nth);
        QFETCH(bool, isKept);
        killAt(method, path, nth);

        UndoJournal journal(data());
        const auto operations = await(journal.operations()).value();
        QCOMPARE(operations.size(), std::size_t(isKept ? 1 : 0));
        if (isKept) {
            QVERIFY(operations.front().isFinished());
            QCOMPARE(operations.front().state, Operation::State::Stopped);
        }
        // Whatever the registry has deleted can be restored; at most what was just asked for comes on top.
        const auto listed = listedAsDeleted(journal);
        QVERIFY(std::includes(listed.begin(), listed.end(), m_deleted.begin(), m_deleted.end()));
        QVERIFY(isKept || (listed.empty() && m_deleted.empty()));
    }

    void whatStillRunsElsewhereIsLeftAlone()
    {
        FakeAnswer never = answer(202);
        never.end = FakeAnswer::End::Hang;
        m_server->on("DELETE", manifests + toQByteArray(TestImage::make(nameOf(0)).digest.toString()), never);
        m_server->on("DELETE", manifests + toQByteArray(TestImage::make(nameOf(1)).digest.toString()), never);
        m_server->on("DELETE", manifests + toQByteArray(TestImage::make(nameOf(2)).digest.toString()), never);
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_server->count("DELETE"), 1, longEnough);
        {
            UndoJournal journal(data());
            const auto operations = await(journal.operations()).value();
            QCOMPARE(operations.size(), 1U);
            QVERIFY(!operations.front().isFinished());
            QVERIFY(listedAsDeleted(journal).empty()); // it may still fail
        }
        m_tool.kill();
        QTRY_COMPARE(m_tool.state(), QProcess::NotRunning);
        UndoJournal journal(data());
        QVERIFY(await(journal.operations()).value().front().isFinished());
        QCOMPARE(listedAsDeleted(journal).size(), 1U);
    }

    void aFullDiskDeletesNothingThatIsNotKept_data()
    {
        QTest::addColumn<int>("kibibytes"); // the largest file that can be written
        for (int kibibytes = 0; kibibytes < 128; kibibytes += 8)
            QTest::addRow("%d KiB", kibibytes) << kibibytes;
        QTest::newRow("enough") << 4096;
    }
    /// With no room for the whole journal nothing is deleted, and nothing is half there. With room for it but not for
    /// every outcome, what is deleted is listed all the same.
    void aFullDiskDeletesNothingThatIsNotKept()
    {
        QFETCH(int, kibibytes);
        m_tool.setChildProcessModifier([kibibytes] {
            const rlim_t most = rlim_t(kibibytes) * 1024;
            const rlimit limit{most, most};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            ::signal(SIGXFSZ, SIG_IGN); // an error instead of the end
        });
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        m_tool.setChildProcessModifier({});
        QCOMPARE(m_tool.exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_tool.exitCode() == 0, m_deleted.size() == std::size_t(images));
        QVERIFY(m_tool.exitCode() == 0 || kibibytes < 4096);

        UndoJournal journal(data());
        const auto operations = await(journal.operations()).value();
        if (operations.empty())
            QCOMPARE(m_server->count("DELETE"), 0);
        for (const auto &operation : operations)
            QCOMPARE(await(journal.items(operation.id)).value().size(), std::size_t(images));
        const auto listed = listedAsDeleted(journal);
        QVERIFY(std::includes(listed.begin(), listed.end(), m_deleted.begin(), m_deleted.end()));
    }

    void endsWellWithoutBeingKilled()
    {
        startTool();
        QTRY_COMPARE_WITH_TIMEOUT(m_tool.state(), QProcess::NotRunning, longEnough);
        QCOMPARE(m_tool.exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_tool.exitCode(), 0);
        QCOMPARE(m_deleted.size(), std::size_t(images));
        UndoJournal journal(data());
        QCOMPARE(listedAsDeleted(journal).size(), std::size_t(images));
    }
};

QTEST_GUILESS_MAIN(TestDeleteKilled)
#include "tst_deletekilled.moc"
