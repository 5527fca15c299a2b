// SPDX-License-Identifier: Apache-2.0
#include "model/undojournal.h"
#include "oci/hasher.h"
#include "tests/support/await.h"
#include "tests/support/testimage.h"

#include <QFile>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace quayside;
using namespace quayside::test;

class TestUndoJournal : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<UndoJournal> m_journal;

    QString path() const { return m_directory->filePath(QStringLiteral("quayside")); }
    void reopen() { m_journal = std::make_unique<UndoJournal>(path()); }

    static JournalOperation operation(const QString &id)
    {
        JournalOperation operation;
        operation.id = id;
        operation.title = QStringLiteral("Delete 1 image in team/api");
        operation.registryId = QStringLiteral("r1");
        operation.registry = QStringLiteral("reg.example");
        operation.repository = QStringLiteral("team/api");
        operation.started = QDateTime::currentDateTimeUtc();
        operation.total = 1;
        return operation;
    }

    static std::vector<JournalItem> items()
    {
        const TestImage image = TestImage::make("one");
        JournalItem item{JournalItem::Role::Image, image.digest};
        item.mediaType = image.mediaType;
        item.manifest = image.manifest;
        item.tags = {tagName("1.0"), tagName("latest")};
        item.children = {image.layerDigest};
        return {item};
    }

    /// Runs one statement on the file behind the journal's back.
    void execute(const QString &statement)
    {
        {
            auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("test"));
            database.setDatabaseName(path() + QStringLiteral("/journal.sqlite"));
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY(query.exec(statement));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("test"));
    }

    void record(const QString &id, Outcome outcome)
    {
        auto begun = operation(id);
        QVERIFY(await(m_journal->begin(begun, items())).has_value());
        QVERIFY(await(m_journal->setOutcome(id, 0, outcome, QString())).has_value());
        begun.finished = QDateTime::currentDateTimeUtc();
        begun.state = Operation::State::Finished;
        begun.done = outcome == Outcome::Done ? 1 : 0;
        QVERIFY(await(m_journal->finish(begun)).has_value());
    }

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        reopen();
    }

    void cleanup()
    {
        m_journal.reset();
        m_directory.reset();
    }

    void keepsExactBytes()
    {
        QSignalSpy changed(m_journal.get(), &UndoJournal::changed);
        record(QStringLiteral("op1"), Outcome::Done);
        QCOMPARE(changed.count(), 2);
        reopen();
        const auto operations = await(m_journal->operations());
        QVERIFY(operations.has_value());
        QCOMPARE(operations->size(), std::size_t(1));
        QVERIFY(operations->front().canBeUndone());
        const auto kept = await(m_journal->items(QStringLiteral("op1")));
        QVERIFY(kept.has_value());
        const JournalItem expected = items().front();
        const JournalItem &item = kept->front();
        QCOMPARE(item.manifest, expected.manifest);
        QVERIFY(item.digest == expected.digest);
        QVERIFY(item.tags == expected.tags);
        QVERIFY(item.children == expected.children);
        QVERIFY(item.mediaType == expected.mediaType);
        QCOMPARE(item.outcome, Outcome::Done);
    }

    void listsWhatIsDeleted()
    {
        record(QStringLiteral("op1"), Outcome::Done);
        record(QStringLiteral("op2"), Outcome::Failed);
        const auto deleted = [this] { return await(m_journal->deleted(QStringLiteral("r1"))).value(); };
        QCOMPARE(deleted().size(), std::size_t(1));
        QCOMPARE(deleted().front().operation.id, QStringLiteral("op1"));
        QVERIFY(await(m_journal->deleted(QStringLiteral("r2"))).value().empty());
        QVERIFY(await(m_journal->setRestored(QStringLiteral("op1"), std::vector<int>(1, 0))).has_value());
        QVERIFY(deleted().empty());
        const auto operations = await(m_journal->operations()).value();
        QVERIFY(std::any_of(operations.begin(), operations.end(), [](const auto &kept) {
            return kept.id == QStringLiteral("op1") && kept.undone;
        }));
    }

    void forgets()
    {
        record(QStringLiteral("op1"), Outcome::Done);
        QVERIFY(await(m_journal->forget(QStringLiteral("op1"), std::vector<int>(1, 0))).has_value());
        QVERIFY(await(m_journal->deleted(QStringLiteral("r1"))).value().empty());
        QVERIFY(await(m_journal->items(QStringLiteral("op1"))).value().front().manifest.isEmpty());
    }

    void keepsWhatAPlaceholderMayStandFor()
    {
        record(QStringLiteral("op1"), Outcome::Pending);
        const std::vector<int> first(1, 0);
        const Digest placeholder = items().front().digest;
        QVERIFY(await(m_journal->notePlaceholder(QStringLiteral("op1"), first, placeholder)).has_value());
        QVERIFY(await(m_journal->forget(QStringLiteral("op1"), first)).has_value());
        QVERIFY(!await(m_journal->items(QStringLiteral("op1"))).value().front().manifest.isEmpty());
    }

    void closesWhatAProgramLeft()
    {
        QVERIFY(await(m_journal->begin(operation(QStringLiteral("op1")), items())).has_value());
        {
            UndoJournal other(path()); // another program: the operation runs here
            QVERIFY(!await(other.operations()).value().front().isFinished());
        }
        reopen();
        const auto closed = await(m_journal->operations()).value().front();
        QVERIFY(closed.isFinished());
        QCOMPARE(closed.state, Operation::State::Stopped);
        QVERIFY(closed.canBeUndone()); // what was in flight may have been deleted
    }

    /// Numbers are what people type; they stay, and nobody gets that of another.
    void numbersOperations()
    {
        record(QStringLiteral("op1"), Outcome::Done);
        m_journal = std::make_unique<UndoJournal>(path(), UndoJournal::commandLine);
        record(QStringLiteral("op2"), Outcome::Done);
        const auto operations = await(m_journal->operations()).value();
        QCOMPARE(operations.size(), std::size_t(2));
        QCOMPARE(operations.front().id, QStringLiteral("op2"));
        QCOMPARE(operations.front().number, 2);
        QCOMPARE(operations.front().program, QString(UndoJournal::commandLine));
        QCOMPARE(operations.back().number, 1);
        QCOMPARE(operations.back().program, QString(UndoJournal::desktop));
        const auto deleted = await(m_journal->deleted(QStringLiteral("r1"))).value();
        QCOMPARE(deleted.front().operation.number, 2);
        QVERIFY(deleted.front().item.tags == items().front().tags);
    }

    void bringsOlderVersionsUpToDate_data()
    {
        QTest::addColumn<int>("version");
        QTest::newRow("1") << 1;
        QTest::newRow("2") << 2;
        QTest::newRow("3") << 3;
    }
    /// An older file is copied, then changed; what it holds stays.
    void bringsOlderVersionsUpToDate()
    {
        QFETCH(int, version);
        record(QStringLiteral("op1"), Outcome::Done);
        m_journal.reset();
        execute(QStringLiteral("ALTER TABLE items DROP COLUMN copy_bytes"));
        for (const char *column : {"copy", "copy_until"})
            execute(QStringLiteral("ALTER TABLE operations DROP COLUMN %1").arg(QLatin1String(column)));
        if (version <= 2)
            execute(QStringLiteral("ALTER TABLE items DROP COLUMN placeholder"));
        if (version == 1)
            execute(QStringLiteral("ALTER TABLE operations DROP COLUMN program"));
        execute(QStringLiteral("PRAGMA user_version=%1").arg(version));
        reopen();
        const auto operations = await(m_journal->operations());
        QVERIFY(operations.has_value());
        QCOMPARE(operations->front().id, QStringLiteral("op1"));
        QCOMPARE(operations->front().program, version == 1 ? QString() : QString(UndoJournal::desktop));
        QVERIFY(operations->front().canBeUndone());
        QVERIFY(!operations->front().hasWholeCopy());
        const auto kept = await(m_journal->items(QStringLiteral("op1"))).value();
        QCOMPARE(kept.front().manifest, items().front().manifest);
        QVERIFY(!kept.front().copyBytes.has_value());
        QVERIFY(QFile::exists(path() + QStringLiteral("/journal.sqlite.%1").arg(version)));
        record(QStringLiteral("op2"), Outcome::Done);
        QVERIFY(await(m_journal->registriesWithPlaceholders()).value().empty());
    }

    /// A copy is noted before it is begun. Whose operation runs is left alone.
    void keepsWhereACopyIs()
    {
        auto begun = operation(QStringLiteral("op1"));
        begun.copy = QStringLiteral("undo/op1/reg.example/team/api");
        auto copied = items();
        copied.front().copyBytes = 84'000'000;
        QVERIFY(await(m_journal->begin(begun, copied)).has_value());
        QVERIFY(!await(m_journal->operations()).value().front().hasWholeCopy());
        const QDateTime now = QDateTime::currentDateTimeUtc();
        {
            UndoJournal other(path());
            QVERIFY(await(other.takeUselessCopies(now)).value().empty());
        }
        QVERIFY(await(m_journal->setCopyUntil(begun.id, now.addDays(30))).has_value());
        QVERIFY(await(m_journal->setOutcome(begun.id, 0, Outcome::Done, QString())).has_value());
        begun.finished = now;
        QVERIFY(await(m_journal->finish(begun)).has_value());
        reopen();
        const auto entry = await(m_journal->deleted(QStringLiteral("r1"))).value().front();
        QVERIFY(entry.operation.hasWholeCopy());
        QCOMPARE(entry.operation.copy, begun.copy);
        QCOMPARE(entry.item.copyBytes.value(), 84'000'000);
        QVERIFY(await(m_journal->takeUselessCopies(now)).value().empty());
        QVERIFY(await(m_journal->setRestored(begun.id, std::vector<int>(1, 0))).has_value());
        QCOMPARE(await(m_journal->takeUselessCopies(now)).value().size(), std::size_t(1));
        {
            UndoJournal other(path()); // one program at a time looks after it
            QVERIFY(await(other.takeUselessCopies(now)).value().empty());
        }
        QVERIFY(await(m_journal->dropCopy(begun.id)).has_value());
        QVERIFY(!await(m_journal->operations()).value().front().hasWholeCopy());
    }

    void refusesANewerVersion()
    {
        QVERIFY(await(m_journal->open()).has_value());
        m_journal.reset();
        execute(QStringLiteral("PRAGMA user_version=99"));
        reopen();
        const auto begun = await(m_journal->begin(operation(QStringLiteral("op1")), items()));
        QVERIFY(!begun.has_value());
        QCOMPARE(begun.error().kind, ErrorKind::Unsupported);
    }

    void dropsWhatIsTooOld()
    {
        record(QStringLiteral("op1"), Outcome::Done);
        m_journal.reset();
        execute(QStringLiteral("UPDATE operations SET started='2020-01-01T00:00:00.000Z'"));
        reopen();
        QVERIFY(await(m_journal->operations()).value().empty());
        QVERIFY(await(m_journal->items(QStringLiteral("op1"))).value().empty());
    }

    void saysWhenItCannotWrite()
    {
        m_journal.reset();
        QFile file(path()); // where the directory should be
        QVERIFY(file.open(QIODevice::WriteOnly));
        reopen();
        const auto begun = await(m_journal->begin(operation(QStringLiteral("op1")), items()));
        QVERIFY(!begun.has_value());
        QCOMPARE(begun.error().kind, ErrorKind::Storage);
    }
};

QTEST_GUILESS_MAIN(TestUndoJournal)
#include "tst_undojournal.moc"
