// SPDX-License-Identifier: Apache-2.0
// A full copy in the embedded registry before a delete on a stock docker-registry, and what comes back from
// it after that registry has collected garbage.
#include "model/keptcopy.h"
#include "model/repositorylistmodel.h"
#include "model/tagresolver.h"
#include "model/trashmodel.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/model/runninglocal.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/registryfixture.h"
#include "tests/support/testindex.h"

#include <QUuid>

#include <numeric>
#include <sys/mount.h>
#include <unistd.h>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const RepositoryName ownUndo = repositoryName("undo/mine"); // the person's own

using Passage = FaultProxy::Passage;

/// A file system of its own. Root only.
class SmallFileSystem
{
public:
    SmallFileSystem() = default;
    ~SmallFileSystem()
    {
        if (m_isMounted)
            ::umount2(root().constData(), MNT_DETACH); // the store in it may still be open
    }
    SmallFileSystem(const SmallFileSystem &) = delete;
    SmallFileSystem &operator=(const SmallFileSystem &) = delete;

    bool mount()
    {
        m_isMounted = ::geteuid() == 0 && ::mount("none", root().constData(), "tmpfs", 0, "size=4m") == 0;
        return m_isMounted;
    }
    QString filePath(const QString &name) const { return m_directory.filePath(name); }
    /// To the last block.
    void fill() const
    {
        QFile file(filePath(QStringLiteral("filler")));
        const QByteArray block(4096, 'x');
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (file.write(block) == block.size()) {
        }
    }

private:
    QByteArray root() const { return QFile::encodeName(m_directory.path()); }

    QTemporaryDir m_directory;
    bool m_isMounted = false;
};

} // namespace

class TestFullCopy : public QObject
{
    Q_OBJECT

    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<FaultProxy> m_proxy; // in front of it
    std::unique_ptr<RegistryFixture> m_localStore;
    std::unique_ptr<FaultProxy> m_localProxy; // in front of that
    std::unique_ptr<RunningLocal> m_local;
    std::unique_ptr<OperationDesk> m_desk;
    int m_deletes = 0;

    const TestImage m_amd = TestImage::make("amd64");
    const TestImage m_arm = TestImage::make("arm64");
    const TestImage m_single = TestImage::make("single");
    const TestImage m_signature = TestImage::make("signature");
    const TestIndex m_index = TestIndex::of({{m_amd.digest, m_amd.mediaType, m_amd.manifest.size()},
                                             {m_arm.digest, m_arm.mediaType, m_arm.manifest.size()}});

    std::vector<TestImage> images() const { return {m_amd, m_arm, m_single, m_signature}; }

    Tag signatureTag() const { return tagName(("sha256-" + m_index.digest.hex() + ".sig").c_str()); }

    void pushAll()
    {
        const auto client = m_desk->client();
        for (const auto &image : {m_amd, m_arm})
            QVERIFY(await(push(client, repository, image, {})).has_value());
        QVERIFY(await(push(client, repository, m_index, {tagName("multi"), tagName("latest")})).has_value());
        QVERIFY(await(push(client, repository, m_single, {tagName("single")})).has_value());
        QVERIFY(await(push(client, repository, m_signature, {signatureTag()})).has_value());
    }

    std::map<Tag, Digest> tagsNow()
    {
        const auto quietly = [](qint64, qint64) {};
        const auto content = await(resolveAllTags(m_desk->client(), repository, quietly, {}));
        return content ? content->tags : std::map<Tag, Digest>();
    }

    OperationDesk::Ended removeAll()
    {
        auto plan =
            m_desk->plan(choose(repository, {tagName("multi"), tagName("latest"), tagName("single")}));
        if (!plan)
            return {};
        plan->keepCopy = true;
        return m_desk->remove(*plan);
    }

    JournalOperation newest() { return await(m_desk->journal().operations()).value().front(); }

    /// What Local has of copies: live manifests, and what is in its trash.
    std::size_t manifestsIn(const RepositoryName &copy)
    {
        const auto local = m_desk->local()->client();
        const auto live = await(local->contentList(copy));
        const auto trash = await(local->trashList(copy));
        return (live ? live->rows.size() : 0) + (trash ? trash->rows.size() : 0);
    }

    /// Every blob can be read, whole and right.
    void readAllBlobs()
    {
        for (const TestImage &image : images()) {
            QCOMPARE(await(m_desk->client()->getBlob(repository, image.layerDigest, 4096)).value(),
                     image.layer);
            QCOMPARE(await(m_desk->client()->getBlob(repository, image.configDigest, 4096)).value(),
                     image.config);
        }
    }

    void startLocal(const QString &root = {})
    {
        m_localStore = RegistryFixture::make(RegistryFixture::Kind::Embedded);
        RegistryFixture::Options options;
        options.root = root;
        QVERIFY(m_localStore->start(options));
        m_localProxy = std::make_unique<FaultProxy>(quint16(m_localStore->url().port()));
        m_local = std::make_unique<RunningLocal>(m_localProxy->url());
        m_desk = std::make_unique<OperationDesk>(m_local.get());
        QVERIFY(m_desk->open(m_proxy->url()));
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->local()->state(), RegistrySession::State::Ready,
                                  OperationDesk::longEnough);
        QVERIFY(await(push(m_desk->local()->client(), ownUndo, m_single, {tagName("1.0")})).has_value());
    }

    /// Deleted says of each image that it has a copy, how large, and until when.
    void checkDeletedList(const JournalOperation &operation)
    {
        const TrashModel *list = m_desk->session()->trash();
        QTRY_COMPARE_WITH_TIMEOUT(list->rowCount(), 2,
                                  OperationDesk::longEnough); // what goes along has no row
        for (const DeletedEntry &entry : list->rows()) {
            QCOMPARE(entry.check.restorable, Restorable::FullCopy);
            QVERIFY(entry.copyUntil == operation.copyUntil);
            const auto sizeOf = [](const TestImage &image) {
                return image.layer.size() + image.config.size();
            };
            const bool isMulti = entry.restore.digest == m_index.digest;
            QCOMPARE(entry.copyBytes, qint64(isMulti ? sizeOf(m_amd) + sizeOf(m_arm) : sizeOf(m_single)));
            QVERIFY2(restorableText(entry).startsWith(QStringLiteral("Yes, full copy here (")),
                     qPrintable(restorableText(entry)));
        }
    }

    /// A delete whose copy could not be made: nothing is deleted, and nothing of the copy is left.
    void checkNothingHappened(const std::map<Tag, Digest> &before)
    {
        QCOMPARE(m_deletes, 0);
        QVERIFY(tagsNow() == before);
        const auto operation = newest();
        QVERIFY(operation.isFinished());
        QCOMPARE(operation.copy, QString());
        QVERIFY(await(m_desk->journal().deleted(m_desk->session()->id())).value().empty());
        const auto name =
            keptCopyName(operation.id, m_desk->session()->displayAddress(), QStringLiteral("team/api"));
        QCOMPARE(manifestsIn(*name), std::size_t(0));
        QVERIFY(await(m_desk->local()->client()->headManifest(ownUndo, tagName("1.0"))).has_value());
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
    }

    void init()
    {
        m_deletes = 0;
        m_registry = std::make_unique<DockerRegistry>();
        QVERIFY(m_registry->start({}));
        m_proxy = std::make_unique<FaultProxy>(quint16(m_registry->url().port()));
        m_proxy->setGate([this](const QByteArray &line, bool answered) {
            m_deletes += !answered && line.startsWith("DELETE ");
            return Passage::Pass;
        });
    }

    void cleanup()
    {
        m_desk.reset();
        m_local.reset();
        m_localProxy.reset();
        m_localStore.reset();
        m_proxy.reset();
        m_registry.reset();
    }

    /// The registry is not restarted: its cache promises what its garbage collection has removed.
    void everythingComesBackAfterACollection()
    {
        startLocal();
        pushAll();
        const auto before = tagsNow();
        QCOMPARE(before.size(), std::size_t(4));
        const auto removed = removeAll();
        QVERIFY2(removed.count(Outcome::Done) == 5, qPrintable(removed.told()));
        QVERIFY(tagsNow().empty());
        const auto operation = newest();
        QVERIFY(operation.hasWholeCopy());
        const auto days = QDateTime::currentDateTimeUtc().daysTo(operation.copyUntil);
        QVERIFY(days >= keptCopyDays - 1 && days <= keptCopyDays);
        QCOMPARE(manifestsIn(*keptCopyOf(operation)), std::size_t(5));
        checkDeletedList(operation);
        QVERIFY(m_registry->collectGarbage());
        QVERIFY(await(m_desk->client()->hasBlob(repository, m_amd.layerDigest)).value()); // it lies
        QVERIFY(!await(m_desk->client()->blobReadable(repository, m_amd.layerDigest)).value());

        const auto restored = m_desk->undo(repository);
        QVERIFY2(restored.count(Outcome::Done) == 5, qPrintable(restored.told()));
        QVERIFY(restored.tagsLeft.empty() && restored.missing.empty());
        QVERIFY(tagsNow() == before);
        readAllBlobs();
        for (const TestImage &image : images())
            QCOMPARE(await(m_desk->client()->getManifestBytes(repository, image.digest)).value().bytes,
                     image.manifest);
        // Everything is back: the copy is of no use any more.
        const auto useless = [&] { return manifestsIn(*keptCopyOf(operation)) == 0; };
        QTRY_VERIFY_WITH_TIMEOUT(useless(), OperationDesk::longEnough);
        QVERIFY(await(m_desk->local()->client()->headManifest(ownUndo, tagName("1.0"))).has_value());
    }

    void withoutLocalItIsRefusedWithTheReason()
    {
        startLocal();
        pushAll();
        QCOMPARE(removeAll().count(Outcome::Done), 5);
        QVERIFY(m_registry->collectGarbage());
        m_local->stop();
        const auto refused = m_desk->undo(repository);
        QCOMPARE(refused.count(Outcome::Failed), 5);
        QVERIFY2(refused.told().contains(QStringLiteral("start Quayside")), qPrintable(refused.told()));
        QVERIFY(tagsNow().empty());
        // Nothing is lost by the try.
        m_local->setUrl(m_localProxy->url());
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->local()->state(), RegistrySession::State::Ready,
                                  OperationDesk::longEnough);
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 5);
        readAllBlobs();
    }

    void aCopyThatIsBrokenIsSaid()
    {
        startLocal();
        pushAll();
        QCOMPARE(removeAll().count(Outcome::Done), 5);
        QVERIFY(m_registry->collectGarbage());
        const auto copy = keptCopyOf(newest());
        QVERIFY(await(removeCopy(m_desk->local()->client(), *copy, {})).has_value());
        const QByteArray layer = toQByteArray(m_amd.layerDigest.toString());
        m_localProxy->setGate([layer](const QByteArray &line, bool) {
            return line.startsWith("GET ") && line.contains(layer) ? Passage::Cut : Passage::Pass;
        });
        const auto refused = m_desk->undo(repository);
        QCOMPARE(refused.count(Outcome::Done), 0);
        const QString named = m_localProxy->url().authority() + u'/' + toQString(copy->toString()) + u'@';
        QVERIFY2(refused.told().contains(named), qPrintable(refused.told()));
        QVERIFY(tagsNow().empty());
    }

    void whatCannotBeCopiedIsNotDeleted_data()
    {
        QTest::addColumn<QByteArray>("inFrontOf"); // which registry fails
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("download") << QByteArray("registry") << QByteArray("GET /v2/team/api/blobs/");
        QTest::newRow("upload") << QByteArray("Local") << QByteArray("POST /v2/undo/");
        QTest::newRow("last manifest") << QByteArray("Local") << QByteArray("/manifests/kept-4");
    }
    void whatCannotBeCopiedIsNotDeleted()
    {
        QFETCH(QByteArray, inFrontOf);
        QFETCH(QByteArray, request);
        startLocal();
        pushAll();
        const auto before = tagsNow();
        const bool isLocal = inFrontOf == "Local";
        const auto fails = [this, request](const QByteArray &line, bool answered) {
            m_deletes += !answered && line.startsWith("DELETE /v2/team/api/manifests/");
            return line.contains(request) ? Passage::Cut : Passage::Pass;
        };
        (isLocal ? m_localProxy : m_proxy)->setGate(fails);
        const auto ended = removeAll();
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(ended.count(Outcome::NotSent), 5);
        QVERIFY(ended.error.has_value());
        QCOMPARE(ended.error->code, std::string(copyFailed));
        const std::string place = toStdString((isLocal ? m_localProxy : m_proxy)->url().authority()) +
                                  (isLocal ? "/undo/" : "/team/api@sha256:");
        QVERIFY2(ended.error->message.starts_with(place), ended.error->message.c_str());
        checkNothingHappened(before);
    }

    void aFullLocalIsSaid()
    {
        SmallFileSystem disk;
        if (!disk.mount())
            QSKIP("mounting a small file system needs root");
        startLocal(disk.filePath(QStringLiteral("store")));
        disk.fill();
        TestImage large = m_single;
        large.layer = QByteArray(200 * 1024, 'x');
        large.layerDigest = Hasher::hash(toStringView(large.layer));
        large.manifest.replace(toQByteArray(m_single.layerDigest.toString()),
                               toQByteArray(large.layerDigest.toString()));
        large.manifest.replace("\"size\":" + QByteArray::number(m_single.layer.size()),
                               "\"size\":" + QByteArray::number(large.layer.size()));
        large.digest = Hasher::hash(toStringView(large.manifest));
        QVERIFY(await(push(m_desk->client(), repository, large, {tagName("single")})).has_value());
        const auto before = tagsNow();
        auto plan = m_desk->plan(choose(repository, {tagName("single")}));
        plan->keepCopy = true;
        const auto ended = m_desk->remove(*plan);
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(ended.error->kind, ErrorKind::NoSpace);
        checkNothingHappened(before);
    }

    void canBeStoppedWhileCopying()
    {
        startLocal();
        pushAll();
        const auto before = tagsNow();
        auto plan = m_desk->plan(choose(repository, {tagName("single")}));
        plan->keepCopy = true;
        DeleteImages *deleting = m_desk->history().deleteImages(*plan, {true, QStringLiteral("team/api")});
        m_proxy->setGate([this, deleting](const QByteArray &line, bool answered) {
            m_deletes += !answered && line.startsWith("DELETE ");
            if (!line.startsWith("GET /v2/team/api/blobs/"))
                return Passage::Pass;
            QMetaObject::invokeMethod(deleting, &Operation::stop, Qt::QueuedConnection);
            return Passage::Hold;
        });
        const auto ended = m_desk->finish(deleting);
        QCOMPARE(ended.state, Operation::State::Stopped);
        QCOMPARE(ended.count(Outcome::NotSent), 1);
        m_proxy->setGate({});
        checkNothingHappened(before);
    }

    void withoutLocalNothingIsDeleted()
    {
        startLocal();
        pushAll();
        const auto before = tagsNow();
        m_local->stop();
        const auto ended = removeAll();
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(ended.error->code, std::string(copyFailed));
        QCOMPARE(m_deletes, 0);
        QVERIFY(tagsNow() == before);
    }

    void theCopyIsNotShown()
    {
        startLocal();
        pushAll();
        QCOMPARE(removeAll().count(Outcome::Done), 5);
        const RepositoryName later = repositoryName("later"); // shown: the list was read after the copy was made
        QVERIFY(await(push(m_desk->local()->client(), later, m_single, {tagName("1.0")})).has_value());
        m_desk->local()->refresh();
        const RepositoryListModel *shown = m_desk->local()->repositories();
        QTRY_VERIFY_WITH_TIMEOUT(shown->isComplete() && shown->rowOf(later) >= 0, OperationDesk::longEnough);
        QCOMPARE(shown->rowCount(), 2);
        QVERIFY(shown->rowOf(ownUndo) >= 0);
        QCOMPARE(shown->rowOf(*keptCopyOf(newest())), -1);
    }

    void isRemoved_data()
    {
        QTest::addColumn<bool>("isForgotten");
        QTest::newRow("after 30 days") << false;
        QTest::newRow("when it is forgotten") << true;
    }
    void isRemoved()
    {
        QFETCH(bool, isForgotten);
        startLocal();
        pushAll();
        QCOMPARE(removeAll().count(Outcome::Done), 5);
        const JournalOperation operation = newest();
        UndoJournal &journal = m_desk->journal();
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const auto early = await(journal.takeUselessCopies(now.addDays(keptCopyDays - 1)));
        QVERIFY(early.has_value() && early->empty());
        const auto late = await(journal.takeUselessCopies(now.addDays(keptCopyDays + 1)));
        QCOMPARE(late.value().size(), std::size_t(1));
        journal.unlock(operation.id);

        const auto items = await(journal.items(operation.id)).value();
        if (!isForgotten)
            QVERIFY(await(journal.setCopyUntil(operation.id, now.addSecs(-1))).has_value());
        std::vector<int> indexes(items.size());
        std::iota(indexes.begin(), indexes.end(), 0);
        if (isForgotten)
            QVERIFY(await(journal.forget(operation.id, indexes)).has_value());
        const auto isGone = [&] { return newest().copy.isEmpty(); };
        QTRY_VERIFY_WITH_TIMEOUT(isGone(), OperationDesk::longEnough);
        QCOMPARE(manifestsIn(*keptCopyOf(operation)), std::size_t(0));
        QVERIFY(await(m_desk->local()->client()->headManifest(ownUndo, tagName("1.0"))).has_value());
        const auto listed = await(journal.deleted(m_desk->session()->id())).value();
        QCOMPARE(listed.empty(), isForgotten);
    }

    /// Whatever the journal says, only a repository with the operation's own name is removed.
    void nothingElseIsEverRemoved()
    {
        startLocal();
        JournalOperation operation;
        operation.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        operation.registry = QStringLiteral("reg.example");
        operation.repository = QStringLiteral("team/api");
        operation.started = QDateTime::currentDateTimeUtc();
        operation.copy = QStringLiteral("undo/mine");
        const std::vector<JournalItem> nothing;
        QVERIFY(await(m_desk->journal().begin(operation, nothing)).has_value());
        operation.finished = operation.started;
        QVERIFY(await(m_desk->journal().finish(operation)).has_value());
        const auto isForgotten = [&] { return newest().copy.isEmpty(); };
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), OperationDesk::longEnough);
        QVERIFY(await(m_desk->local()->client()->headManifest(ownUndo, tagName("1.0"))).has_value());
    }
};

QTEST_GUILESS_MAIN(TestFullCopy)
#include "tst_fullcopy.moc"
