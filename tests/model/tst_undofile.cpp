// SPDX-License-Identifier: Apache-2.0
#include "model/undofile.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testindex.h"

#include <QFile>
#include <QFileInfo>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

UndoRecord record()
{
    const TestImage image = TestImage::make("one");
    const TestIndex index = TestIndex::of({{image.digest, image.mediaType, image.manifest.size()}});
    UndoRecord record;
    record.operation.id = QStringLiteral("op1");
    record.operation.title = QStringLiteral("Delete 1 image in team/api");
    record.operation.registry = QStringLiteral("reg.example:5000");
    record.operation.repository = QStringLiteral("team/api");
    record.operation.started = QDateTime::fromSecsSinceEpoch(1'795'000'000, Qt::UTC);
    JournalItem item{JournalItem::Role::Tag, index.digest, index.mediaType, index.bytes};
    item.tags = {tagName("1.0")};
    item.siblings = {tagName("latest")};
    item.children = {image.digest};
    record.items.push_back(item);
    return record;
}

ErrorKind readingError(const QByteArray &bytes)
{
    const auto read = readUndoFile(bytes);
    return read ? ErrorKind::Server : read.error().kind;
}

} // namespace

class TestUndoFile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;

private slots:
    void keepsEverything()
    {
        const UndoRecord expected = record();
        const auto read = readUndoFile(undoFileBytes(expected));
        QVERIFY(read.has_value());
        QCOMPARE(read->operation.id, expected.operation.id);
        QCOMPARE(read->operation.registry, expected.operation.registry);
        QCOMPARE(read->operation.started, expected.operation.started);
        QCOMPARE(read->items.size(), 1U);
        const JournalItem &item = read->items.front();
        const JournalItem &wanted = expected.items.front();
        QCOMPARE(item.manifest, wanted.manifest);
        QVERIFY(item.role == wanted.role && item.digest == wanted.digest);
        QVERIFY(item.mediaType == wanted.mediaType && item.tags == wanted.tags);
        QVERIFY(item.siblings == wanted.siblings && item.children == wanted.children);
        QVERIFY(item.outcome == wanted.outcome);
    }

    void refusesWhatIsNotOne()
    {
        const QByteArray good = undoFileBytes(record());
        QCOMPARE(readingError("{}"), ErrorKind::InvalidInput);
        QCOMPARE(readingError(good.left(good.size() / 2)), ErrorKind::InvalidInput);
        QByteArray newer = good;
        newer.replace("\"quaysideUndo\": 1", "\"quaysideUndo\": 2");
        QCOMPARE(readingError(newer), ErrorKind::Unsupported);
        QByteArray other = good; // the bytes of another manifest
        other.replace(record().items.front().manifest.toBase64(), TestImage::make("two").manifest.toBase64());
        QVERIFY(other != good);
        QCOMPARE(readingError(other), ErrorKind::InvalidInput);
        QByteArray path = good;
        path.replace("\"1.0\"", "\"../1.0\"");
        QCOMPARE(readingError(path), ErrorKind::InvalidInput);
    }

    void refusesHostileContent_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("instead");
        const auto row = [](const char *name, const char *what, const QByteArray &instead) {
            QTest::newRow(name) << QByteArray(what) << instead;
        };
        const QByteArray digest = toQByteArray(TestImage::make("one").digest.toString());
        row("a path", "\"team/api\"", "\"../../etc\"");
        row("no repository", "\"team/api\"", "7");
        row("another path", "\"team/api\"", "\"team/api?x=y\"");
        row("no id", "\"op1\"", "\"\"");
        row("a line in a tag", "\"1.0\"", "\"1.0\\r\\nHost: x\"");
        row("a number for a tag", "\"1.0\"", "1e308");
        row("a list for a tag", "\"1.0\"", "[[[]]]");
        row("a sibling", "\"latest\"", "\"la/test\"");
        row("a huge version", "\"quaysideUndo\": 1", "\"quaysideUndo\": 1e308");
        row("a negative version", "\"quaysideUndo\": 1", "\"quaysideUndo\": -1");
        row("a version in words", "\"quaysideUndo\": 1", "\"quaysideUndo\": \"1\"");
        row("no role", "\"tag\"", "\"root\"");
        row("no outcome", "\"unknown\"", "\"perhaps\"");
        row("no part of it", digest.constData(), "sha256:" + QByteArray(64, 'a'));
        row("no digest", digest.constData(), "sha256:" + QByteArray(1'000'000, 'a'));
        row("deep nesting", "\"latest\"", QByteArray(100'000, '['));
        row("no base64", "\"manifest\": \"", "\"manifest\": \"*");
        row("items that are none", "\"items\": [", "\"items\": [7, ");
    }

    void refusesHostileContent()
    {
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, instead);
        const QByteArray good = undoFileBytes(record());
        QByteArray bad = good;
        bad.replace(what, instead);
        QVERIFY(bad != good);
        QCOMPARE(readingError(bad), ErrorKind::InvalidInput);
    }

    /// 3,000 times an image, and 3,000 indexes that name it: nine million links.
    void refusesWhatIsEntangled()
    {
        constexpr int count = 3'000;
        const TestImage image = TestImage::make("one");
        UndoRecord entangled = record();
        entangled.items.clear();
        JournalItem same{JournalItem::Role::Tag, image.digest, image.mediaType, image.manifest};
        for (int i = 0; i < count; ++i) {
            entangled.items.push_back(same);
            const auto index = TestIndex::of({{image.digest, image.mediaType, i}});
            JournalItem item{JournalItem::Role::Image, index.digest, index.mediaType, index.bytes};
            item.children = std::vector<Digest>(5, image.digest); // each counts once
            entangled.items.push_back(item);
        }
        QCOMPARE(readingError(undoFileBytes(entangled)), ErrorKind::TooLarge);
        entangled.items.erase(entangled.items.begin() + 1'000, entangled.items.end());
        QVERIFY(readUndoFile(undoFileBytes(entangled)).has_value());
    }

    void isPrivateAndReplacesNothing()
    {
        const QString path = m_directory.filePath(QStringLiteral("undo.json"));
        QVERIFY(saveUndoFile(path, record()).has_value());
        QCOMPARE(QFileInfo(path).permissions() & QFile::Permissions(0x0077), QFile::Permissions());
        UndoRecord other = record();
        other.operation.id = QStringLiteral("op2");
        QCOMPARE(saveUndoFile(path, other).error().kind, ErrorKind::Conflict);
        QCOMPARE(loadUndoFile(path).value().operation.id, QStringLiteral("op1"));
        QCOMPARE(loadUndoFile(path + u'x').error().kind, ErrorKind::Storage);
    }

    /// Deleted from one computer, put back from another one that has only the file.
    void travels()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
        DockerRegistry registry;
        QVERIFY(registry.start({}));
        const QString path = m_directory.filePath(QStringLiteral("travels.json"));
        const TestImage image = TestImage::make("one");
        {
            OperationDesk desk;
            QVERIFY(desk.open(registry.url()));
            const std::vector<Tag> tags{tagName("1.0"), tagName("latest")};
            QVERIFY(await(push(desk.client(), repository, image, tags)).has_value());
            const auto plan = desk.plan(choose(repository, tags));
            QVERIFY(plan.has_value());
            auto *deleting = new DeleteImages(desk.session(), &desk.journal(), *plan, {}, desk.session());
            deleting->setUndoFile(path);
            deleting->start();
            QCOMPARE(desk.finish(deleting).count(Outcome::Done), 1);
            QVERIFY(!await(desk.client()->headManifest(repository, image.digest)).has_value());
        }
        OperationDesk desk;
        QVERIFY(desk.open(registry.url()));
        const auto loaded = loadUndoFile(path);
        QVERIFY(loaded.has_value());
        QCOMPARE(loaded->operation.registry, registry.host());
        QCOMPARE(desk.finish(desk.history().restoreFile(desk.session(), *loaded)).count(Outcome::Done), 1);
        for (const char *tag : {"1.0", "latest"})
            QCOMPARE(await(desk.client()->getManifestBytes(repository, tagName(tag))).value().bytes,
                     image.manifest);
    }

    void nothingIsDeletedWithoutIt()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
        DockerRegistry registry;
        QVERIFY(registry.start({}));
        OperationDesk desk;
        QVERIFY(desk.open(registry.url()));
        const TestImage image = TestImage::make("one");
        QVERIFY(await(push(desk.client(), repository, image, {tagName("1.0")})).has_value());
        const auto plan = desk.plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        auto *deleting = new DeleteImages(desk.session(), &desk.journal(), *plan, {}, desk.session());
        deleting->setUndoFile(m_directory.filePath(QStringLiteral("no/such/place.json")));
        deleting->start();
        const auto ended = desk.finish(deleting);
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(ended.error->kind, ErrorKind::Storage);
        QCOMPARE(ended.count(Outcome::NotSent), 1);
        QVERIFY(await(desk.client()->headManifest(repository, tagName("1.0"))).has_value());
    }
};

QTEST_GUILESS_MAIN(TestUndoFile)
#include "tst_undofile.moc"
