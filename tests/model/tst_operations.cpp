// SPDX-License-Identifier: Apache-2.0
// Deleting and undoing against real registries.
#include "model/activitymodel.h"
#include "model/deleteimages.h"
#include "model/loadsamples.h"
#include "model/operationhistory.h"
#include "model/plandelete.h"
#include "model/registrylist.h"
#include "model/restoreimages.h"
#include "model/sessionmanager.h"
#include "model/taglistmodel.h"
#include "model/trashmodel.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/registryfixture.h"
#include "tests/support/testimage.h"

#include <QAbstractItemModelTester>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace quayside;
using namespace quayside::test;

namespace {

constexpr int longEnough = 60'000; // in ms, on a busy computer

} // namespace

class TestOperations : public QObject
{
    Q_OBJECT

    std::unique_ptr<RegistryFixture> m_registry;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QSettings> m_store;
    std::unique_ptr<Transport> m_transport;
    std::unique_ptr<UndoJournal> m_journal;
    std::unique_ptr<RegistryList> m_list;
    std::unique_ptr<SessionManager> m_sessions;
    std::unique_ptr<OperationHistory> m_history;
    RegistrySession *m_session = nullptr;
    const RepositoryName m_repository = repositoryName("team/api");
    const QString m_repositoryText = QStringLiteral("team/api");

    void open(bool deletes)
    {
        QFETCH(RegistryFixture::Kind, kind);
        m_registry = RegistryFixture::make(kind);
        RegistryFixture::Options options;
        options.deletes = deletes;
        QVERIFY(m_registry->start(options));
        RegistryConfig config;
        config.address = m_registry->url().authority();
        m_session = m_sessions->session(m_list->add(config));
        m_session->open();
        QTRY_COMPARE_WITH_TIMEOUT(m_session->state(), RegistrySession::State::Ready, longEnough);
        QCOMPARE(m_session->isQuayside(), m_registry->isQuayside());
    }

    void pushImage(const QByteArray &seed, const std::vector<Tag> &tags)
    {
        QVERIFY(await(push(m_session->client(), m_repository, TestImage::make(seed), tags)).has_value());
    }

    QString tagsNow()
    {
        auto page = await(m_session->client()->listTags(m_repository)).value();
        QStringList names;
        for (const Tag &tag : page.rows)
            names.append(toQString(tag.toString()));
        names.sort();
        return names.join(u' ');
    }

    /// Plans and returns the plan, or nothing if it failed.
    std::optional<DeletePlan> plan(const std::vector<Tag> &tags, bool wholeImages = false)
    {
        DeleteRequest request{m_repository, {}, {}, wholeImages};
        for (const Tag &tag : tags)
            request.tags.push_back(DeleteRequest::ChosenTag{tag, {}});
        PlanDelete *planning = m_history->planDelete(m_session, request);
        std::optional<DeletePlan> made;
        connect(planning, &Operation::finished, this, [&made, planning] { made = planning->plan(); });
        finish(planning);
        return made;
    }

    struct Ended
    {
        Operation::State state;
        QList<OperationItem> items;
        std::optional<Error> error;
    };

    /// Runs the loop until an operation has ended, and keeps what it said.
    Ended finish(Operation *operation)
    {
        std::optional<Ended> ended;
        const auto keep = [&ended, operation] {
            ended = Ended{operation->state(), operation->items(), operation->error()};
        };
        connect(operation, &Operation::finished, this, keep);
        [&ended] { QTRY_VERIFY_WITH_TIMEOUT(ended.has_value(), longEnough); }();
        return ended.value();
    }

    Ended remove(const DeletePlan &what) { return finish(m_history->deleteImages(what, {})); }

    Ended undo()
    {
        [this] {
            QTRY_VERIFY_WITH_TIMEOUT(m_history->undoable(m_session->id(), m_repositoryText).has_value(),
                                     longEnough);
        }();
        return finish(m_history->undo(m_history->undoable(m_session->id(), m_repositoryText)->id));
    }

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<QSettings>(m_directory->filePath(QStringLiteral("test.conf")),
                                              QSettings::IniFormat);
        m_transport = std::make_unique<Transport>();
        m_journal = std::make_unique<UndoJournal>(m_directory->filePath(QStringLiteral("data")));
        m_list = std::make_unique<RegistryList>(m_store.get());
        m_sessions =
            std::make_unique<SessionManager>(m_list.get(), nullptr, m_transport.get(), m_journal.get());
        m_history = std::make_unique<OperationHistory>(m_sessions.get(), m_journal.get());
    }

    /// In the order of the program's end; nothing may be left running.
    void cleanup()
    {
        m_history.reset();
        m_sessions.reset();
        QTRY_COMPARE_WITH_TIMEOUT(m_transport->running(), 0, longEnough);
        m_list.reset();
        m_journal.reset();
        m_transport.reset();
        m_registry.reset();
    }

    void oneOfTwoTags_data() { RegistryFixture::addRows(); }
    void oneOfTwoTags()
    {
        open(true);
        pushImage("one", {tagName("1.0"), tagName("latest")});
        const auto made = plan({tagName("1.0")});
        QVERIFY(made.has_value());
        QCOMPARE(made->tagsRemoved.size(), std::size_t(m_registry->isQuayside() ? 1 : 0));
        QCOMPARE(made->tagsUncertain.size(), std::size_t(m_registry->isQuayside() ? 0 : 1));
        QCOMPARE(made->friction, m_registry->isQuayside() ? Friction::None : Friction::Sheet);
        const auto ended = remove(*made);
        QCOMPARE(ended.state, Operation::State::Finished);
        if (m_registry->removesSingleTags()) {
            QCOMPARE(ended.items.front().outcome, Outcome::Done);
            QCOMPARE(tagsNow(), QStringLiteral("latest"));
            QCOMPARE(undo().items.front().outcome, Outcome::Done);
            QCOMPARE(tagsNow(), QStringLiteral("1.0 latest"));
            QTRY_VERIFY_WITH_TIMEOUT(!m_history->undoable(m_session->id(), m_repositoryText).has_value(),
                                     longEnough);
            return;
        }
        // The registry was asked once, says that it cannot, and that is remembered.
        QCOMPARE(ended.items.front().outcome, Outcome::LeftAlone);
        QCOMPARE(tagsNow(), QStringLiteral("1.0 latest"));
        const auto again = plan({tagName("1.0")});
        QVERIFY(again.has_value());
        QCOMPARE(again->leftAlone.size(), std::size_t(1));
        QCOMPARE(again->leftAlone.front().reason, LeftAloneReason::SharedImage);
        QVERIFY(again->isEmpty());
    }

    void wholeImage_data() { RegistryFixture::addRows(); }
    void wholeImage()
    {
        open(true);
        pushImage("one", {tagName("1.0"), tagName("latest")});
        pushImage("two", {tagName("2.0")});
        const auto made = plan({tagName("1.0")}, true);
        QVERIFY(made.has_value());
        QCOMPARE(made->deletedImages.size(), std::size_t(1));
        QCOMPARE(made->deletedImages.front().tags.size(), std::size_t(2));
        QCOMPARE(remove(*made).items.front().outcome, Outcome::Done);
        QCOMPARE(tagsNow(), QStringLiteral("2.0"));
        QTRY_COMPARE_WITH_TIMEOUT(m_session->trash()->rowCount(), 1, longEnough);
        QCOMPARE(m_session->trash()->index(0, 0).data(TrashModel::InRegistryRole).toBool(),
                 m_registry->isQuayside());

        QCOMPARE(undo().items.front().outcome, Outcome::Done);
        QCOMPARE(tagsNow(), QStringLiteral("1.0 2.0 latest"));
        const auto back = await(m_session->client()->headManifest(m_repository, tagName("latest")));
        QVERIFY(back.has_value());
        QVERIFY(back->digest == TestImage::make("one").digest);
        QTRY_COMPARE_WITH_TIMEOUT(m_session->trash()->rowCount(), 0, longEnough);
    }

    void restoresFromTheList_data() { RegistryFixture::addRows(); }
    void restoresFromTheList()
    {
        open(true);
        pushImage("one", {tagName("1.0")});
        remove(*plan({tagName("1.0")}));
        QTRY_COMPARE_WITH_TIMEOUT(m_session->trash()->rowCount(), 1, longEnough);
        const QAbstractItemModelTester tester(m_session->trash());
        const auto items = m_session->trash()->restoreItems({0});
        QCOMPARE(finish(m_history->restore(m_session, items)).items.front().outcome, Outcome::Done);
        QCOMPARE(tagsNow(), QStringLiteral("1.0"));
        QTRY_COMPARE_WITH_TIMEOUT(m_session->trash()->rowCount(), 0, longEnough);
    }

    void leavesATagThatMovedOn_data() { RegistryFixture::addRows(); }
    void leavesATagThatMovedOn()
    {
        open(true);
        pushImage("one", {tagName("1.0")});
        remove(*plan({tagName("1.0")}));
        pushImage("two", {tagName("1.0")});
        QTRY_VERIFY_WITH_TIMEOUT(m_history->undoable(m_session->id(), m_repositoryText).has_value(),
                                 longEnough);
        RestoreImages *restore = m_history->undo(m_history->undoable(m_session->id(), m_repositoryText)->id);
        std::vector<Tag> left;
        connect(restore, &Operation::finished, this, [&left, restore] { left = restore->tagsLeft(); });
        finish(restore);
        QCOMPARE(left.size(), std::size_t(1));
        const auto now = await(m_session->client()->headManifest(m_repository, tagName("1.0")));
        QVERIFY(now.has_value());
        QVERIFY(now->digest == TestImage::make("two").digest);
    }

    void aTagThatMovedIsNotDeleted_data() { RegistryFixture::addRows(); }
    void aTagThatMovedIsNotDeleted()
    {
        open(true);
        pushImage("one", {tagName("1.0")});
        const auto made = plan({tagName("1.0")});
        pushImage("two", {tagName("1.0")});
        const auto ended = remove(*made);
        QCOMPARE(ended.items.front().outcome, Outcome::Moved);
        QCOMPARE(tagsNow(), QStringLiteral("1.0"));
    }

    void anImageWithANewTagIsNotDeleted_data() { RegistryFixture::addRows(); }
    void anImageWithANewTagIsNotDeleted()
    {
        open(true);
        pushImage("one", {tagName("1.0")});
        pushImage("two", {tagName("2.0")});
        const auto made = plan({tagName("1.0"), tagName("2.0")});
        pushImage("one", {tagName("stable")}); // while the person reads the sheet
        const auto ended = remove(*made);
        QCOMPARE(ended.state, Operation::State::Finished);
        for (const auto &item : ended.items) {
            const bool isPushedAgain = item.what == QStringLiteral("1.0");
            QCOMPARE(item.outcome, isPushedAgain ? Outcome::Moved : Outcome::Done);
        }
        QCOMPARE(tagsNow(), QStringLiteral("1.0 stable"));
    }

    void anImageThatATagWasMovedOntoIsNotDeleted_data() { RegistryFixture::addRows(); }
    void anImageThatATagWasMovedOntoIsNotDeleted()
    {
        open(true);
        pushImage("one", {tagName("1.0")});
        pushImage("two", {tagName("2.0")});
        pushImage("three", {tagName("stable")});
        const auto made = plan({tagName("1.0"), tagName("2.0")});
        pushImage("one", {tagName("stable")}); // while the person reads the sheet
        const auto ended = remove(*made);
        for (const auto &item : ended.items) {
            const bool isNamedAgain = item.what == QStringLiteral("1.0");
            QCOMPARE(item.outcome, isNamedAgain ? Outcome::Moved : Outcome::Done);
        }
        QCOMPARE(tagsNow(), QStringLiteral("1.0 stable"));
    }

    void deletesOff_data() { RegistryFixture::addRows(); }
    void deletesOff()
    {
        open(false);
        pushImage("one", {tagName("1.0")});
        pushImage("two", {tagName("2.0")});
        pushImage("three", {tagName("3.0")});
        const auto ended = remove(*plan({tagName("1.0"), tagName("2.0"), tagName("3.0")}));
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(ended.error->kind, ErrorKind::DeletesDisabled);
        const auto count = [&](Outcome outcome) {
            return int(std::count_if(ended.items.begin(), ended.items.end(),
                                     [outcome](const auto &item) { return item.outcome == outcome; }));
        };
        QCOMPARE(count(Outcome::Failed), 1);
        QCOMPARE(count(Outcome::NotSent), 2);
        QCOMPARE(tagsNow(), QStringLiteral("1.0 2.0 3.0"));
        QVERIFY(!m_history->undoable(m_session->id(), m_repositoryText).has_value());
    }

    void readOnlyDeletesNothing_data() { RegistryFixture::addRows(); }
    void readOnlyDeletesNothing()
    {
        open(true);
        pushImage("one", {tagName("1.0")});
        const auto made = plan({tagName("1.0")});
        auto config = m_session->config();
        config.mode = RegistryMode::ReadOnly;
        m_list->update(config);
        QVERIFY(!plan({tagName("1.0")}).has_value());
        QCOMPARE(remove(*made).error->kind, ErrorKind::ReadOnly);
        QCOMPARE(tagsNow(), QStringLiteral("1.0"));
    }

    void loadsSamples_data() { RegistryFixture::addRows(); }
    void loadsSamples()
    {
        open(true);
        QCOMPARE(finish(m_history->loadSamples(m_session)).state, Operation::State::Finished);
        TagListModel *hello = m_session->openTags(repositoryName("demo/hello"));
        const QAbstractItemModelTester tester(hello);
        QTRY_COMPARE_WITH_TIMEOUT(hello->rowCount(), 2, longEnough);
        const auto data = [hello](TagListModel::Role role) {
            return hello->index(hello->rowOf(tagName("latest")), 0).data(role);
        };
        QTRY_COMPARE_WITH_TIMEOUT(data(TagListModel::SharedCountRole).toInt(), 2, longEnough);
        QTRY_COMPARE_WITH_TIMEOUT(data(TagListModel::PlatformsRole).toStringList().size(), 2, longEnough);
        QTRY_VERIFY_WITH_TIMEOUT(data(TagListModel::SizeRole).toLongLong() > 0, longEnough);
        QTRY_COMPARE_WITH_TIMEOUT(m_session->openTags(repositoryName("demo/shop"))->rowCount(), 4,
                                  longEnough);
    }

    void multiPlatformGoesAndComesBackWhole_data() { RegistryFixture::addRows(); }
    void multiPlatformGoesAndComesBackWhole()
    {
        open(true);
        finish(m_history->loadSamples(m_session));
        const RepositoryName hello = repositoryName("demo/hello");
        DeleteRequest request{hello, {}, {}, true};
        request.tags.push_back(DeleteRequest::ChosenTag{tagName("1.0"), {}});
        PlanDelete *planning = m_history->planDelete(m_session, request);
        std::optional<DeletePlan> made;
        connect(planning, &Operation::finished, this, [&made, planning] { made = planning->plan(); });
        finish(planning);
        QVERIFY(made.has_value());
        QVERIFY(made->also.size() >= 2);
        const auto ended = remove(*made);
        for (const auto &item : ended.items)
            QCOMPARE(item.outcome, Outcome::Done);
        const TrashModel *trash = m_session->trash(); // platform images have no rows of their own there
        const auto rowsOf = [trash](const Digest &digest) {
            return std::count_if(trash->rows().begin(), trash->rows().end(),
                                 [&](const DeletedEntry &entry) { return entry.restore.digest == digest; });
        };
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(made->deletedImages.front().digest), 1, longEnough);
        for (const auto &also : made->also)
            QVERIFY(also.what != DeletePlan::Also::What::PlatformImage || rowsOf(also.digest) == 0);
        const QString name = QStringLiteral("demo/hello");
        QTRY_VERIFY_WITH_TIMEOUT(m_history->undoable(m_session->id(), name).has_value(), longEnough);
        const auto restored = finish(m_history->undo(m_history->undoable(m_session->id(), name)->id));
        for (const auto &item : restored.items)
            QCOMPARE(item.outcome, Outcome::Done);
        for (const auto &also : made->also)
            QVERIFY(await(m_session->client()->headManifest(hello, also.digest)).has_value());
        QVERIFY(await(m_session->client()->headManifest(hello, tagName("latest"))).has_value());
    }

    void followsWhatOthersPush_data() { RegistryFixture::addRows(); }
    void followsWhatOthersPush()
    {
        open(true);
        if (!m_registry->isQuayside())
            QSKIP("only a Quayside registry tells");
        pushImage("one", {tagName("1.0")});
        TagListModel *list = m_session->openTags(m_repository);
        QTRY_COMPARE_WITH_TIMEOUT(list->rowCount(), 1, longEnough);
        pushImage("two", {tagName("2.0")});
        QTRY_COMPARE_WITH_TIMEOUT(list->rowCount(), 2, longEnough);
    }

    void activityTells_data() { RegistryFixture::addRows(); }
    void activityTells()
    {
        open(true);
        ActivityModel activity(m_history.get());
        const QAbstractItemModelTester tester(&activity);
        pushImage("one", {tagName("1.0")});
        remove(*plan({tagName("1.0")}));
        QTRY_COMPARE_WITH_TIMEOUT(activity.rowCount(), 1, longEnough);
        QTRY_COMPARE_WITH_TIMEOUT(activity.index(0, 0).data(ActivityModel::UndoRole).toInt(),
                                  int(ActivityModel::Undo::Possible), longEnough);
        undo();
        QTRY_COMPARE_WITH_TIMEOUT(activity.rowCount(), 2, longEnough);
        QTRY_COMPARE_WITH_TIMEOUT(activity.index(1, 0).data(ActivityModel::UndoRole).toInt(),
                                  int(ActivityModel::Undo::Undone), longEnough);
    }

    void endsInTheMiddle_data() { RegistryFixture::addRows(); }
    void endsInTheMiddle()
    {
        open(true);
        for (const char *tag : {"1", "2", "3", "4", "5", "6"})
            pushImage(tag, std::vector<Tag>(1, tagName(tag)));
        const auto made =
            plan({tagName("1"), tagName("2"), tagName("3"), tagName("4"), tagName("5"), tagName("6")});
        DeleteImages *deleting = m_history->deleteImages(*made, {});
        QSignalSpy itemFinished(deleting, &Operation::itemFinished);
        m_session->openTags(m_repository);
        QVERIFY(itemFinished.wait());
        // cleanup() destroys history and sessions now: nothing may leak, crash or stay
    }
};

QTEST_GUILESS_MAIN(TestOperations)
#include "tst_operations.moc"
