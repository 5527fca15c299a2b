// SPDX-License-Identifier: Apache-2.0
#include "tests/model/modelfixture.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestTagListModel : public QObject
{
    Q_OBJECT

    std::unique_ptr<TagListModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;

    void fill(const QString &drawing)
    {
        m_model->merge(drawEntries(drawing));
        m_model->flush();
    }

    std::shared_ptr<const ImageFacts> facts(const QString &image, qint64 size)
    {
        ImageFacts facts{digestNamed(image)};
        facts.size = size;
        return std::make_shared<const ImageFacts>(facts);
    }

    void setSize(const char *tag, const QString &image, qint64 size)
    {
        m_model->setFacts(tagName(tag), digestNamed(image), facts(image, size));
    }

private slots:
    void init()
    {
        m_model = std::make_unique<TagListModel>(repositoryName("team/api"));
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get());
    }

    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void showsTheNewestVersionFirst()
    {
        fill(QStringLiteral("1.2 1.10 latest 1.9"));
        QCOMPARE(shown(*m_model), QStringLiteral("latest 1.10 1.9 1.2"));
        m_model->sortBy(TagListModel::TagColumn, Qt::AscendingOrder);
        QCOMPARE(shown(*m_model), QStringLiteral("1.2 1.9 1.10 latest"));
    }

    void batchesByTime()
    {
        QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
        m_model->merge(drawEntries(QStringLiteral("1.0")));
        m_model->merge(drawEntries(QStringLiteral("1.1 1.1")));
        QCOMPARE(inserted.count(), 0);
        QTRY_COMPARE(m_model->rowCount(), 2);
        QCOMPARE(inserted.count(), 1);
    }

    void missingValuesComeLast()
    {
        fill(QStringLiteral("1.0 1.1 1.2"));
        setSize("1.0", QStringLiteral("a"), 30);
        setSize("1.2", QStringLiteral("b"), 20);
        m_model->sortBy(TagListModel::SizeColumn, Qt::AscendingOrder);
        QCOMPARE(shown(*m_model), QStringLiteral("1.2 1.0 1.1"));
        m_model->sortBy(TagListModel::SizeColumn, Qt::DescendingOrder);
        QCOMPARE(shown(*m_model), QStringLiteral("1.0 1.2 1.1"));
    }

    void sortingIsOneLayoutChange()
    {
        fill(QStringLiteral("1.0 1.1 1.2"));
        const QPersistentModelIndex index = m_model->index(m_model->rowOf(tagName("1.2")), 0);
        QSignalSpy changed(m_model.get(), &QAbstractItemModel::layoutChanged);
        QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
        m_model->sortBy(TagListModel::TagColumn, Qt::AscendingOrder);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(index.data(TagListModel::TagRole).toString(), QStringLiteral("1.2"));
        QCOMPARE(index.row(), 2);
    }

    void filtersKeepTheOthersInPlace()
    {
        fill(QStringLiteral("1.0 1.1 2.0 2.1 latest"));
        const QPersistentModelIndex index = m_model->index(m_model->rowOf(tagName("2.0")), 0);
        m_model->setFilter(QStringLiteral("2.*"));
        QCOMPARE(shown(*m_model), QStringLiteral("2.1 2.0"));
        QVERIFY(index.isValid());
        QCOMPARE(m_model->rowOf(tagName("1.0")), -1);
        QVERIFY(m_model->entryOf(tagName("1.0")));
        fill(QStringLiteral("2.2 3.0"));
        QCOMPARE(shown(*m_model), QStringLiteral("2.2 2.1 2.0"));
        m_model->setFilter(QString());
        QCOMPARE(shown(*m_model), QStringLiteral("latest 3.0 2.2 2.1 2.0 1.1 1.0"));
        QCOMPARE(index.data(TagListModel::TagRole).toString(), QStringLiteral("2.0"));
    }

    void hidesSignatureTags()
    {
        const QString signature = QStringLiteral("sha256-%1.sig").arg(QString(64, u'a'));
        fill(QStringLiteral("1.0 ") + signature);
        QCOMPARE(m_model->rowCount(), 1);
        QCOMPARE(m_model->tagCount(), 1);
        QCOMPARE(m_model->signatureTagCount(), 1);
        m_model->setShowSignatureTags(true);
        QCOMPARE(m_model->rowCount(), 2);
        m_model->remove(drawTags(signature));
        QCOMPARE(m_model->signatureTagCount(), 0);
    }

    void countsSharing()
    {
        fill(QStringLiteral("1.0 latest 1.1"));
        setSize("1.0", QStringLiteral("a"), 1);
        setSize("latest", QStringLiteral("a"), 1);
        setSize("1.1", QStringLiteral("b"), 1);
        const auto sharing = [this](const char *tag) {
            return m_model->index(m_model->rowOf(tagName(tag)), 0)
                .data(TagListModel::SharedCountRole)
                .toInt();
        };
        QCOMPARE(sharing("1.0"), 2);
        QCOMPARE(sharing("1.1"), 1);
        QCOMPARE(m_model->imageCount(), 2);
        setSize("latest", QStringLiteral("b"), 1);
        QCOMPARE(sharing("1.0"), 1);
        QCOMPARE(sharing("1.1"), 2);
        QCOMPARE(m_model->tagsOf(digestNamed(QStringLiteral("b"))).size(), std::size_t(2));
    }

    void removesInRanges()
    {
        fill(QStringLiteral("1 2 3 4 5 6 7"));
        QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
        m_model->remove(drawTags(QStringLiteral("2 3 6")));
        QCOMPARE(removed.count(), 2);
        QCOMPARE(shown(*m_model), QStringLiteral("7 5 4 1"));
        QCOMPARE(m_model->rowOf(tagName("1")), 3);
        m_model->retain(drawTags(QStringLiteral("1 7 9")));
        QCOMPARE(shown(*m_model), QStringLiteral("7 1"));
    }

    void aRefreshKeepsWhatIsKnown()
    {
        fill(QStringLiteral("1.0 1.1"));
        setSize("1.0", QStringLiteral("a"), 7);
        m_model->setRowState(drawTags(QStringLiteral("1.1")), RowState::Failed, QStringLiteral("why"));
        fill(QStringLiteral("1.0 1.1"));
        QCOMPARE(m_model->entryOf(tagName("1.0"))->facts->size, std::optional<qint64>(7));
        QCOMPARE(m_model->entryOf(tagName("1.1"))->state, RowState::Failed);
    }

    void asksForWhatIsSeen()
    {
        fill(QStringLiteral("1 2 3 4 5 6 7 8 9"));
        QSignalSpy changed(m_model.get(), &TagListModel::visibleRangeChanged);
        m_model->setVisibleRange(2, 3);
        QCOMPARE(changed.count(), 1);
        const auto wanted = m_model->wanted(true);
        QCOMPARE(wanted.front(), m_model->entryAt(2).tag);
        QCOMPARE(wanted.size(), std::size_t(6));
        m_model->setFacts(wanted.front(), digestNamed(QStringLiteral("a")), nullptr);
        QCOMPARE(m_model->wanted(false).size(), std::size_t(5));
        QCOMPARE(m_model->wanted(true).size(), std::size_t(6));
    }

    void takesManyRows()
    {
        constexpr int count = 100'000;
        m_tester.reset(); // it looks at every row at every signal
        std::vector<TagEntry> entries;
        for (int i = 0; i < count; ++i)
            entries.push_back(TagEntry{tagName(("1." + std::to_string(i)).c_str())});
        QSignalSpy arranged(m_model.get(), &TagListModel::arranged);
        m_model->merge(std::move(entries));
        m_model->setStatus(false, true, {});
        QTRY_VERIFY_WITH_TIMEOUT(!arranged.isEmpty(), 60'000);
        QCOMPARE(m_model->rowCount(), count);
        QCOMPARE(m_model->entryAt(0).tag, tagName("1.99999"));

        arranged.clear();
        m_model->sortBy(TagListModel::TagColumn, Qt::AscendingOrder);
        m_model->setFilter(QStringLiteral("1.9*")); // outdates what is being computed
        QTRY_VERIFY_WITH_TIMEOUT(!arranged.isEmpty(), 60'000);
        QCOMPARE(m_model->rowCount(), 11'111);
        QCOMPARE(m_model->entryAt(0).tag, tagName("1.9"));
        QCOMPARE(m_model->tagCount(), count);
    }

    void goesAwayWhileSorting()
    {
        std::vector<TagEntry> entries;
        for (int i = 0; i < 6000; ++i)
            entries.push_back(TagEntry{tagName(("1." + std::to_string(i)).c_str())});
        m_tester.reset();
        m_model->merge(std::move(entries));
        m_model.reset();
        QTest::qWait(0); // the order that was computed comes, and finds nobody
    }

private:
    static std::vector<Tag> drawTags(const QString &drawing)
    {
        std::vector<Tag> tags;
        for (const TagEntry &entry : drawEntries(drawing))
            tags.push_back(entry.tag);
        return tags;
    }
};

QTEST_GUILESS_MAIN(TestTagListModel)
#include "tst_taglistmodel.moc"
