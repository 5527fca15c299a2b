// SPDX-License-Identifier: Apache-2.0
// Images that are made so that looking at them never ends: what is planned, kept and deleted of them stays
// bounded.
#include "model/keptmanifests.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/modelfixture.h"
#include "tests/model/operationdesk.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testindex.h"

#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QByteArray base = "/v2/team/api/";

TestIndex::Child childOf(const TestIndex &index)
{
    return {index.digest, index.mediaType, index.bytes.size()};
}

TestIndex::Child childOf(const TestImage &image)
{
    return {image.digest, image.mediaType, image.manifest.size()};
}

/// Indexes that name the one before `times` times; the first one is empty.
std::vector<TestIndex> nested(int count, int times)
{
    std::vector<TestIndex> all(1, TestIndex::of({}));
    while (int(all.size()) < count)
        all.push_back(TestIndex::of(std::vector<TestIndex::Child>(std::size_t(times), childOf(all.back()))));
    return all;
}

/// An index of referrers.
QByteArray listOf(const std::vector<TestImage> &images)
{
    std::vector<TestIndex::Child> children;
    for (const TestImage &image : images)
        children.push_back(childOf(image));
    return TestIndex::of(children).bytes;
}

} // namespace

class TestHostileGraphs : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<OperationDesk> m_desk;
    QList<QByteArray> m_tags;
    QList<QByteArray> m_deleted;

    void serve(const QByteArray &name, const QByteArray &bytes, const Digest &digest, const MediaType &type)
    {
        const FakeAnswer manifest = answer(200, bytes,
                                           {{"Content-Type", toQByteArray(type.toString())},
                                            {"Docker-Content-Digest", toQByteArray(digest.toString())}});
        for (const char *method : {"HEAD", "GET"})
            m_server->on(method, base + "manifests/" + name, manifest);
        m_server->on("DELETE", base + "manifests/" + name, [this, name](const FakeRequest &) {
            m_deleted.append(name);
            return answer(202);
        });
    }

    void serve(const TestIndex &index, const QByteArray &tag = {})
    {
        serve(toQByteArray(index.digest.toString()), index.bytes, index.digest, index.mediaType);
        if (!tag.isEmpty())
            serve(tag, index.bytes, index.digest, index.mediaType);
        addTag(tag);
    }

    void serve(const TestImage &image, const QByteArray &tag = {})
    {
        serve(toQByteArray(image.digest.toString()), image.manifest, image.digest, image.mediaType);
        if (!tag.isEmpty())
            serve(tag, image.manifest, image.digest, image.mediaType);
        addTag(tag);
    }

    void addTag(const QByteArray &tag)
    {
        if (!tag.isEmpty())
            m_tags.append('"' + tag + '"');
        m_server->on("GET", base + "tags/list", answer(200, "{\"tags\":[" + m_tags.join(',') + "]}"));
    }

    void serveReferrers(const TestImage &subject, const std::vector<TestImage> &images)
    {
        m_server->on("GET", base + "referrers/" + toQByteArray(subject.digest.toString()),
                     answer(200, listOf(images)));
    }

    /// How many GETs of such addresses came.
    int gotten(const QByteArray &part) const
    {
        const auto isIt = [&part](const FakeRequest &request) {
            return request.method == "GET" && request.target.contains(part);
        };
        return int(std::count_if(m_server->requests().begin(), m_server->requests().end(), isIt));
    }

    std::optional<DeletePlan> planOf(const char *tag)
    {
        return m_desk->plan(choose(repository, {tagName(tag)}));
    }

    /// An index of platforms that were never pushed.
    static TestIndex indexOfNothing(int count)
    {
        std::vector<TestIndex::Child> children;
        const MediaType type = MediaType::parse(mediatype::ociManifest).value();
        for (int i = 0; i < count; ++i)
            children.push_back({Hasher::hash("platform " + std::to_string(i)), type, 7});
        return TestIndex::of(children);
    }

private slots:
    void init()
    {
        m_tags.clear();
        m_deleted.clear();
        m_server = std::make_unique<FakeRegistry>();
        m_server->on("GET", "/v2/", answer(200));
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_server->url()));
    }

    void cleanup()
    {
        m_desk.reset();
        m_server.reset();
    }

    void thousandsOfPlatforms()
    {
        serve(indexOfNothing(10'000), "1.0");
        const auto all = planOf("1.0");
        QVERIFY(all.has_value());
        QCOMPARE(all->also.size(), 10'000U);
        const auto index = indexOfNothing(1'000); // each is asked for
        serve(index, "2.0");
        const auto plan = m_desk->plan(choose(repository, {tagName("1.0"), tagName("2.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->also.size(), 10'000U);
        const auto one = planOf("2.0");
        QVERIFY(one && one->also.empty()); // 1.0 names them too
        QCOMPARE(m_desk->remove(*one).count(Outcome::Done), 1);
        QCOMPARE(m_deleted, QList<QByteArray>(1, toQByteArray(index.digest.toString())));
    }

    /// What is too deep to be kept is not deleted, and what it may need stays.
    void indexesFortyDeep()
    {
        const auto all = nested(40, 1);
        for (const TestIndex &index : all)
            serve(index);
        serve(all.back(), "deep");
        const auto platform = TestImage::make("platform");
        const auto image = TestIndex::of({childOf(platform)});
        serve(platform);
        serve(image, "1.0");
        const auto plan = m_desk->plan(choose(repository, {tagName("deep"), tagName("1.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->deletedImages.size(), 2U);
        QVERIFY(plan->also.empty());
        const auto removed = m_desk->remove(*plan);
        QVERIFY2(removed.count(Outcome::Failed) == 1 && removed.count(Outcome::Done) == 1,
                 qPrintable(removed.told()));
        QCOMPARE(m_deleted, QList<QByteArray>(1, toQByteArray(image.digest.toString())));
        const auto failed = std::find_if(removed.items.begin(), removed.items.end(),
                                         [](const auto &item) { return item.outcome == Outcome::Failed; });
        QCOMPARE(failed->error->kind, ErrorKind::TooLarge);
        const QString where = m_server->url().authority() + QStringLiteral("/team/api: ");
        QCOMPARE(toQString(failed->error->message),
                 where + QStringLiteral("an image has more than 32 indexes within each other"));
    }

    /// They come while the person reads the sheet: what they may need is not known, so a platform stays.
    void indexesFortyDeepSinceThePlan()
    {
        const auto platform = TestImage::make("platform");
        const auto image = TestIndex::of({childOf(platform)});
        serve(platform);
        serve(image, "1.0");
        const auto plan = planOf("1.0");
        QVERIFY(plan.has_value());
        QCOMPARE(plan->also.size(), 1U);
        const auto all = nested(40, 1);
        for (const TestIndex &index : all)
            serve(index);
        serve(all.back(), "deep");
        const auto removed = m_desk->remove(*plan);
        QCOMPARE(removed.count(Outcome::Done), 1);
        QCOMPARE(removed.count(Outcome::Moved), 1);
        QCOMPARE(m_deleted, QList<QByteArray>(1, toQByteArray(image.digest.toString())));
    }

    /// 2^30 ways lead from the first one to the last.
    void indexesThatNameEachOtherTwice()
    {
        const auto all = nested(31, 2);
        for (const TestIndex &index : all)
            serve(index);
        serve(all.back(), "wide");
        m_server->forgetRequests();
        const auto plan = planOf("wide");
        QVERIFY(plan.has_value());
        QCOMPARE(plan->also.size(), 30U);
        QCOMPARE(gotten("/manifests/"), 31); // each once
        QCOMPARE(gotten("/referrers/"), 1);  // there is no such list
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 31);
        QCOMPARE(m_deleted.size(), 31);
    }

    /// Lists that name their own subject, each other's, and what is attached to nothing.
    void listsThatLie()
    {
        const auto image = TestImage::make("one");
        const auto sbom = TestImage::attachedTo(image.digest, "sbom");
        const auto signature = TestImage::attachedTo(sbom.digest, "signature");
        const auto stranger = TestImage::make("stranger");
        const auto foreign = TestImage::attachedTo(stranger.digest, "foreign");
        for (const auto &other : {sbom, signature, stranger, foreign})
            serve(other);
        serve(image, "1.0");
        serveReferrers(image, {image, sbom, stranger, foreign});
        serveReferrers(sbom, {image, sbom, signature, stranger});
        serveReferrers(signature, {sbom, image});
        const auto plan = planOf("1.0");
        QVERIFY(plan.has_value());
        QVERIFY(plan->going() == (std::set<Digest>{image.digest, sbom.digest, signature.digest}));
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 3);
        QCOMPARE(m_deleted.size(), 3);
    }

    /// A page for ever, each with names that are none.
    void listsWithoutEnd()
    {
        const auto image = TestImage::make("one");
        serve(image, "1.0");
        const QByteArray path = base + "referrers/" + toQByteArray(image.digest.toString());
        int page = 0;
        m_server->on("GET", path, [&page, path](const FakeRequest &) {
            QByteArray rows = QByteArray::number(++page);
            for (int i = 0; i < 999; ++i)
                rows += ",7";
            return answer(200, "{\"manifests\":[" + rows + "]}",
                          {{"Link", '<' + path + "?page=" + QByteArray::number(page) + ">; rel=\"next\""}});
        });
        const auto plan = planOf("1.0");
        QVERIFY(plan.has_value());
        QVERIFY(plan->also.empty());
        QVERIFY(plan->attachedUnknown);
        QCOMPARE(page, 11); // the one that is beyond 10,000 names
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 1);
    }

    void whatIsKeptIsLimited_data()
    {
        QTest::addColumn<int>("levels");
        QTest::addColumn<int>("below");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<QString>("why");
        QTest::newRow("levels") << 3 << 100 << 100'000
                                << QStringLiteral("more than 3 indexes within each other");
        QTest::newRow("parts") << 32 << 3 << 100'000 << QStringLiteral("more than 3 parts");
        QTest::newRow("bytes") << 32 << 100 << 500 << QStringLiteral("too large to be kept");
        QTest::newRow("none") << 5 << 4 << 100'000 << QString();
    }

    void whatIsKeptIsLimited()
    {
        QFETCH(int, levels);
        QFETCH(int, below);
        QFETCH(int, bytes);
        QFETCH(QString, why);
        const auto all = nested(5, 1);
        for (const TestIndex &index : all)
            serve(index);
        const KeepLimits limits{levels, std::size_t(below), bytes};
        const auto kept = await(readManifests(m_desk->client(), repository, {all.back().digest}, {}, limits));
        const auto problem = kept.problem(all.back().digest);
        QCOMPARE(problem.has_value(), !why.isEmpty());
        if (problem)
            QVERIFY2(problem->message.find(toStdString(why)) != std::string::npos, problem->message.c_str());
    }

    /// As the list of a Quayside registry may tell it: an image that is a part of itself, and a very long
    /// chain.
    void contentThatTellsCircles()
    {
        constexpr int count = 50'000;
        DeleteSurroundings around;
        around.capabilities.quayside.state = Ability::State::Yes;
        auto inUse = std::make_shared<InUse>();
        auto content = drawContent(QStringLiteral("1.0=0 2.0=circle"));
        content.images[digestNamed(QStringLiteral("circle"))].children = {
            digestNamed(QStringLiteral("circle"))};
        for (int i = 0; i + 1 < count; ++i)
            content.images[digestNamed(QString::number(i))].children = {digestNamed(QString::number(i + 1))};
        content.images[digestNamed(QString::number(count - 1))];
        const Digest last = digestNamed(QString::number(count - 1));
        QVERIFY(inUse->add(toQByteArray(last.toString()), {}).has_value());
        const DeleteRequest request = choose(repository, {tagName("1.0"), tagName("2.0")});
        const auto plan = groupDelete(request, content, around);
        QCOMPARE(plan.deletedImages.size(), 2U);
        QVERIFY(plan.also.size() <= 32U);
        around.inUse = inUse; // the last one protects the first one
        const auto spared = groupDelete(request, content, around);
        QCOMPARE(spared.leftAlone.size(), 1U);
        QCOMPARE(spared.leftAlone.front().reason, LeftAloneReason::InUse);
    }
};

QTEST_GUILESS_MAIN(TestHostileGraphs)
#include "tst_hostilegraphs.moc"
