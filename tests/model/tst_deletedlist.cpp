// SPDX-License-Identifier: Apache-2.0
// The list of what was deleted from this computer on a stock docker-registry: what can come back is looked up
// on request, and can be forgotten.
#include "model/checkdeleted.h"
#include "model/forgetdeleted.h"
#include "model/trashmodel.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

} // namespace

class TestDeletedList : public QObject
{
    Q_OBJECT

    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<OperationDesk> m_desk;

    TrashModel *trash() { return m_desk->session()->trash(); }

    void pushImage(const TestImage &image, const std::vector<Tag> &tags)
    {
        QVERIFY(await(push(m_desk->client(), repository, image, tags)).has_value());
    }

    /// Deletes tags and waits until the list has `rows` rows.
    void removeTags(const std::vector<Tag> &tags, int deleted, int rows)
    {
        const auto plan = m_desk->plan(choose(repository, tags));
        QVERIFY(plan.has_value());
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), deleted);
        QTRY_COMPARE(trash()->rowCount(), rows);
    }

    const DeletedEntry *entryOf(const Digest &digest)
    {
        for (int row = 0; row < trash()->rowCount(); ++row) {
            if (trash()->entryAt(row).restore.digest == digest)
                return &trash()->entryAt(row);
        }
        return nullptr;
    }

    OperationDesk::Ended checkAll()
    {
        QList<int> rows;
        for (int row = 0; row < trash()->rowCount(); ++row)
            rows.append(row);
        return m_desk->finish(m_desk->history().checkDeleted(m_desk->session(), trash()->restoreItems(rows)));
    }

    OperationDesk::Ended forget(const Digest &digest)
    {
        const std::vector<RestoreItem> items(1, entryOf(digest)->restore);
        return m_desk->finish(m_desk->history().forgetDeleted(m_desk->session(), items));
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
    }

    void init()
    {
        m_registry = std::make_unique<DockerRegistry>();
        QVERIFY(m_registry->start({}));
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_registry->url()));
    }

    void cleanup()
    {
        m_desk.reset();
        m_registry.reset();
    }

    void tellsWhatCanComeBack()
    {
        const auto kept = TestImage::make("kept");
        const auto gone = TestImage::make("gone");
        auto twin = kept; // another image of the same layers
        twin.manifest += ' ';
        twin.digest = Hasher::hash(toStringView(twin.manifest));
        pushImage(kept, {tagName("kept")});
        pushImage(twin, {tagName("twin")});
        pushImage(gone, {tagName("gone")});
        removeTags({tagName("kept"), tagName("gone")}, 2, 2);
        QCOMPARE(trash()->uncheckedCount(), 2);
        QCOMPARE(entryOf(kept.digest)->check.restorable, Restorable::NotChecked);

        QCOMPARE(checkAll().state, Operation::State::Finished);
        QCOMPARE(trash()->uncheckedCount(), 0);
        QCOMPARE(entryOf(gone.digest)->check.restorable, Restorable::Probably);
        QVERIFY(entryOf(gone.digest)->check.at.isValid());

        // It stays as it was found, until somebody looks again.
        QVERIFY(m_registry->collectGarbage());
        removeTags({tagName("twin")}, 1, 3);
        QCOMPARE(trash()->uncheckedCount(), 1);
        QCOMPARE(entryOf(gone.digest)->check.restorable, Restorable::Probably);
        QCOMPARE(checkAll().state, Operation::State::Finished);
        QCOMPARE(entryOf(kept.digest)->check.restorable, Restorable::Probably);
        QCOMPARE(entryOf(twin.digest)->check.restorable, Restorable::Probably);
        QCOMPARE(restorableText(*entryOf(gone.digest)), QStringLiteral("No: 2 of 2 layers are gone"));
    }

    void saysWhyItCouldNotLook()
    {
        pushImage(TestImage::make("one"), {tagName("1.0")});
        removeTags({tagName("1.0")}, 1, 1);
        m_registry->stop();
        const auto ended = checkAll();
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(ended.error->kind, ErrorKind::Refused);
        QCOMPARE(trash()->uncheckedCount(), 1);
    }

    void forgetsAnImageWithItsSignature()
    {
        const auto one = TestImage::make("one");
        const auto two = TestImage::make("two");
        const auto signature = TestImage::make("signature");
        const Tag signatureTag = tagName(("sha256-" + one.digest.hex() + ".sig").c_str());
        pushImage(one, {tagName("1.0")});
        pushImage(two, {tagName("2.0")});
        pushImage(signature, {signatureTag});
        removeTags({tagName("1.0"), tagName("2.0")}, 3, 2);

        QCOMPARE(forget(one.digest).state, Operation::State::Finished);
        QTRY_COMPARE(trash()->rowCount(), 1);
        QVERIFY(!entryOf(one.digest) && entryOf(two.digest));
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 1); // the other image alone
        QVERIFY(await(m_desk->client()->headManifest(repository, tagName("2.0"))).has_value());
        QVERIFY(!await(m_desk->client()->headManifest(repository, tagName("1.0"))).has_value());
        QVERIFY(!await(m_desk->client()->headManifest(repository, signatureTag)).has_value());
    }

    void offersNoUndoOfWhatIsForgotten()
    {
        const auto image = TestImage::make("one");
        pushImage(image, {tagName("1.0")});
        removeTags({tagName("1.0")}, 1, 1);
        QVERIFY(m_desk->history().undoable(m_desk->session()->id(), QStringLiteral("team/api")));
        QCOMPARE(forget(image.digest).state, Operation::State::Finished);
        QTRY_VERIFY(!m_desk->history().undoable(m_desk->session()->id(), QStringLiteral("team/api")));
        const auto operations = await(m_desk->journal().operations()).value();
        QCOMPARE(operations.size(), std::size_t(1));
        QVERIFY(operations.front().forgotten && !operations.front().undone);
    }
};

QTEST_GUILESS_MAIN(TestDeletedList)
#include "tst_deletedlist.moc"
