// SPDX-License-Identifier: Apache-2.0
// What goes along because the referrers API tells of it, what stays, and that it comes back. The registry has
// all of OCI 1.1 and no extension.
#include "model/undofile.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/registryfixture.h"
#include "tests/support/testindex.h"

#include <QFile>

#include <map>

using namespace quayside;
using namespace quayside::test;

namespace {

using What = DeletePlan::Also::What;

const RepositoryName repository = repositoryName("team/api");

TestIndex indexOf(const TestImage &image)
{
    return TestIndex::of({{image.digest, image.mediaType, image.manifest.size()}});
}

} // namespace

class TestDeleteReferrers : public QObject
{
    Q_OBJECT

    std::unique_ptr<RegistryFixture> m_registry;
    std::unique_ptr<OperationDesk> m_desk;
    const TestImage m_image = TestImage::make("one");
    const TestImage m_sbom = TestImage::attachedTo(m_image.digest, "sbom");
    const TestImage m_signature = TestImage::attachedTo(m_sbom.digest, "signature");

    void openDesk()
    {
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_registry->url()));
    }

    void pushImage(const TestImage &image, const std::vector<Tag> &tags = {})
    {
        QVERIFY(await(push(m_desk->client(), repository, image, tags)).has_value());
    }

    void pushIndex(const TestIndex &index, const std::vector<Tag> &tags = {})
    {
        QVERIFY(await(push(m_desk->client(), repository, index, tags)).has_value());
    }

    QByteArray bytesOf(const TagOrDigest &name)
    {
        const auto raw = await(m_desk->client()->getManifestBytes(repository, name));
        return raw ? raw->bytes : QByteArray();
    }

    /// What the registry lists as attached to something.
    std::vector<Digest> referrersOf(const Digest &digest)
    {
        std::vector<Digest> referrers;
        const auto page = await(m_desk->client()->listReferrers(repository, digest));
        if (page) {
            for (const Descriptor &row : page->rows)
                referrers.push_back(row.digest);
        }
        return referrers;
    }

    std::optional<DeletePlan> planOf(const char *tag)
    {
        return m_desk->plan(choose(repository, {tagName(tag)}));
    }

    std::map<Digest, What> alsoOf(const std::optional<DeletePlan> &plan)
    {
        std::map<Digest, What> also;
        for (const auto &other : plan->also)
            also.emplace(other.digest, other.what);
        return also;
    }

    void pushAttached()
    {
        pushImage(m_image, {tagName("1.0")});
        pushImage(m_sbom);
        pushImage(m_signature);
    }

    QString inUseFile(const Digest &digest)
    {
        const QString path = m_desk->path(QStringLiteral("in-use.txt"));
        QFile file(path);
        const QByteArray word = toQByteArray(digest.toString());
        return file.open(QIODevice::WriteOnly) && file.write(word) == word.size() ? path : QString();
    }

private slots:
    void init()
    {
        m_registry = RegistryFixture::make(RegistryFixture::Kind::Plain);
        QVERIFY(m_registry->start({}));
        openDesk();
        QVERIFY(m_desk->client()->capabilities().quayside.isNo());
    }

    void cleanup()
    {
        m_desk.reset();
        m_registry.reset();
    }

    /// A signature of an SBOM of an image; another image's SBOM stays.
    void goesAfterItsImageAndComesBack()
    {
        const auto other = TestImage::make("other");
        const auto otherSbom = TestImage::attachedTo(other.digest, "other sbom");
        pushAttached();
        pushImage(other, {tagName("2.0")});
        pushImage(otherSbom);

        const auto plan = planOf("1.0");
        QVERIFY(plan.has_value());
        QVERIFY(alsoOf(plan) == (std::map<Digest, What>{{m_sbom.digest, What::Attached},
                                                        {m_signature.digest, What::Attached}}));
        QVERIFY(!plan->attachedUnknown);
        QVERIFY(m_desk->client()->capabilities().referrers.isYes());
        const auto removed = m_desk->remove(*plan);
        QCOMPARE(removed.count(Outcome::Done), 3);
        for (const Digest &digest : {m_image.digest, m_sbom.digest, m_signature.digest})
            QVERIFY(bytesOf(digest).isEmpty());
        QCOMPARE(bytesOf(otherSbom.digest), otherSbom.manifest);

        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 3);
        QCOMPARE(bytesOf(tagName("1.0")), m_image.manifest);
        QVERIFY(referrersOf(m_image.digest) == std::vector(1, m_sbom.digest));
        QVERIFY(referrersOf(m_sbom.digest) == std::vector(1, m_signature.digest));
        QCOMPARE(bytesOf(m_signature.digest), m_signature.manifest);
    }

    /// It is deleted after what it is attached to, and pushed after it.
    void keepsTheOrder()
    {
        pushAttached();
        QList<QByteArray> order;
        m_registry->setGate([&order](const QByteArray &line, bool answered) {
            if (!answered && (line.startsWith("DELETE ") || line.startsWith("PUT ")))
                order.append(line.left(line.indexOf(' ') + 1) + line.split(' ').at(1).split('/').last());
            return FaultProxy::Passage::Pass;
        });
        const auto name = [](const TestImage &image) { return toQByteArray(image.digest.toString()); };
        QCOMPARE(m_desk->remove(planOf("1.0").value()).count(Outcome::Done), 3);
        QCOMPARE(order, (QList<QByteArray>{"DELETE " + name(m_image), "DELETE " + name(m_sbom),
                                           "DELETE " + name(m_signature)}));
        order.clear();
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 3);
        QCOMPARE(order, (QList<QByteArray>{"PUT " + name(m_image), "PUT 1.0", "PUT " + name(m_sbom),
                                           "PUT " + name(m_signature)}));
    }

    /// A signature of a platform of an image, and an index that is attached to the image.
    void platformsAndIndexesHaveThemToo()
    {
        const auto platform = TestImage::make("platform");
        const auto signature = TestImage::attachedTo(platform.digest, "signature");
        const auto index = indexOf(platform);
        const auto document = TestImage::make("document");
        TestIndex list = indexOf(document);
        list.bytes.chop(1);
        list.bytes += ",\"subject\":{\"mediaType\":\"" + toQByteArray(mediatype::ociIndex) +
                      "\",\"digest\":\"" + toQByteArray(index.digest.toString()) + "\",\"size\":2}}";
        list.digest = Hasher::hash(toStringView(list.bytes));
        pushImage(platform);
        pushImage(signature);
        pushIndex(index, {tagName("multi")});
        pushImage(document);
        pushIndex(list);
        const auto plan = planOf("multi");
        QVERIFY(plan.has_value());
        QVERIFY(alsoOf(plan) == (std::map<Digest, What>{{platform.digest, What::PlatformImage},
                                                        {signature.digest, What::Attached},
                                                        {list.digest, What::Attached},
                                                        {document.digest, What::Attached}}));
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 5);
        QVERIFY(bytesOf(document.digest).isEmpty());
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 5);
        QCOMPARE(bytesOf(tagName("multi")), index.bytes);
        QCOMPARE(bytesOf(list.digest), list.bytes);
        QCOMPARE(bytesOf(signature.digest), signature.manifest);
    }

    void staysWhereSomethingElseUsesIt_data()
    {
        QTest::addColumn<QString>("user");
        for (const char *user : {"a tag of its own", "another index", "something that runs"})
            QTest::addRow("%s", user) << QString::fromLatin1(user);
    }

    void staysWhereSomethingElseUsesIt()
    {
        QFETCH(QString, user);
        pushAttached();
        DeleteRequest request = choose(repository, {tagName("1.0")});
        if (user == QStringLiteral("a tag of its own"))
            pushImage(m_sbom, {tagName("sbom")});
        else if (user == QStringLiteral("another index"))
            pushIndex(indexOf(m_sbom), {tagName("documents")});
        else
            request.inUseFiles = QStringList(inUseFile(m_sbom.digest));
        const auto plan = m_desk->plan(request);
        QVERIFY(plan.has_value());
        QCOMPARE(plan->deletedImages.size(), 1U);
        QVERIFY(plan->also.empty()); // and with it what is attached to it
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 1);
        QCOMPARE(bytesOf(m_sbom.digest), m_sbom.manifest);
        QCOMPARE(bytesOf(m_signature.digest), m_signature.manifest);
    }

    /// Somebody gives it a tag while the person reads the sheet.
    void staysIfATagNamesItSinceThen()
    {
        pushAttached();
        const auto plan = planOf("1.0");
        QCOMPARE(plan->also.size(), 2U);
        pushImage(m_sbom, {tagName("sbom")});
        const auto removed = m_desk->remove(*plan);
        QCOMPARE(removed.count(Outcome::Done), 1);
        QCOMPARE(bytesOf(tagName("sbom")), m_sbom.manifest);
        QCOMPARE(bytesOf(m_signature.digest), m_signature.manifest);
    }

    void staysIfAListCannotBeRead()
    {
        pushAttached();
        const QByteArray broken = "/referrers/" + toQByteArray(m_sbom.digest.toString()); // the second one
        m_registry->setGate([broken](const QByteArray &line, bool) {
            return line.contains(broken) ? FaultProxy::Passage::Cut : FaultProxy::Passage::Pass;
        });
        const auto plan = planOf("1.0");
        QVERIFY(plan.has_value());
        QCOMPARE(plan->deletedImages.size(), 1U);
        QVERIFY(plan->also.empty());
        QVERIFY(plan->attachedUnknown);
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 1);
        QCOMPARE(bytesOf(m_sbom.digest), m_sbom.manifest);
    }

    /// It is asked for the first image and never again.
    void aRegistryWithoutTheListIsAskedOnce()
    {
        pushAttached();
        pushImage(TestImage::make("two"), {tagName("2.0")});
        int asked = 0;
        m_registry->setGate([&asked](const QByteArray &line, bool answered) {
            const bool isList = line.contains("/referrers/");
            asked += isList && !answered;
            return isList ? FaultProxy::Passage::NotFound : FaultProxy::Passage::Pass;
        });
        const auto plan = m_desk->plan(choose(repository, {tagName("1.0"), tagName("2.0")}));
        QVERIFY(plan.has_value());
        QVERIFY(plan->also.empty() && !plan->attachedUnknown);
        QVERIFY(planOf("2.0").has_value());
        QCOMPARE(asked, 1);
        QVERIFY(m_desk->client()->capabilities().referrers.isNo());
    }

    void comesBackFromAnUndoFile()
    {
        pushAttached();
        const QString path = m_desk->path(QStringLiteral("undo.json"));
        const auto plan = planOf("1.0");
        QVERIFY(plan.has_value());
        auto *deleting =
            new DeleteImages(m_desk->session(), &m_desk->journal(), *plan, {}, m_desk->session());
        deleting->setUndoFile(path);
        deleting->start();
        QCOMPARE(m_desk->finish(deleting).count(Outcome::Done), 3);
        const auto record = loadUndoFile(path);
        QVERIFY(record.has_value());
        m_desk.reset(); // its journal too
        openDesk();
        QCOMPARE(
            m_desk->finish(m_desk->history().restoreFile(m_desk->session(), *record)).count(Outcome::Done),
            3);
        QCOMPARE(bytesOf(tagName("1.0")), m_image.manifest);
        QVERIFY(referrersOf(m_sbom.digest) == std::vector(1, m_signature.digest));
    }
};

QTEST_GUILESS_MAIN(TestDeleteReferrers)
#include "tst_deletereferrers.moc"
