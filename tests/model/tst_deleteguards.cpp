// SPDX-License-Identifier: Apache-2.0
// The guards of a registry's configuration hold in the delete itself, whoever made the plan: on a stock
// docker-registry.
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testindex.h"

#include <QFile>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

} // namespace

class TestDeleteGuards : public QObject
{
    Q_OBJECT

    const TestImage m_image = TestImage::make("one");
    const TestImage m_platform = TestImage::make("platform");
    const TestIndex m_index =
        TestIndex::of({{m_platform.digest, m_platform.mediaType, m_platform.manifest.size()}});
    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<OperationDesk> m_desk;

    void configure(const std::function<void(RegistryConfig &)> &change)
    {
        RegistryConfig config = m_desk->session()->config();
        change(config);
        m_desk->configure(config);
    }

    QString inUse(const QByteArray &words)
    {
        QFile file(m_desk->path(QStringLiteral("in-use.txt")));
        return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(words) == words.size()
                   ? file.fileName()
                   : QString();
    }

    bool isThere(const TagOrDigest &name)
    {
        return await(m_desk->client()->headManifest(repository, name)).has_value();
    }

    std::optional<DeletePlan> plan(const Tag &tag, bool wholeImages = false)
    {
        return m_desk->plan(choose(repository, std::vector<Tag>(1, tag), wholeImages));
    }

    OperationDesk::Ended remove(const DeletePlan &plan, const Confirmation &confirmation)
    {
        return m_desk->finish(m_desk->history().deleteImages(plan, confirmation));
    }

    LeftAloneReason onlyReason(const DeletePlan &plan)
    {
        return plan.isEmpty() && !plan.leftAlone.empty() ? plan.leftAlone.front().reason
                                                         : LeftAloneReason::Unresolved;
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
        QVERIFY(await(push(m_desk->client(), repository, m_image, {tagName("1.0")})).has_value());
        QVERIFY(await(push(m_desk->client(), repository, m_platform, {})).has_value());
        QVERIFY(await(push(m_desk->client(), repository, m_index, {tagName("2.0")})).has_value());
    }

    void cleanup()
    {
        m_desk.reset();
        m_registry.reset();
    }

    void theOperationWantsTheConfirmation_data()
    {
        QTest::addColumn<bool>("production");
        QTest::addColumn<bool>("asked");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("deletes");
        const QString name = QStringLiteral("team/api");
        QTest::newRow("production, nothing") << true << false << QString() << false;
        QTest::newRow("production, asked") << true << true << QString() << false;
        QTest::newRow("production, another name") << true << true << QStringLiteral("team/web") << false;
        QTest::newRow("production, typed") << true << true << name << true;
        QTest::newRow("ask, nothing") << false << false << QString() << false;
        QTest::newRow("ask, asked") << false << true << QString() << true;
        QTest::newRow("ask, typed") << false << false << name << true;
    }
    void theOperationWantsTheConfirmation()
    {
        QFETCH(bool, production);
        QFETCH(bool, asked);
        QFETCH(QString, typed);
        QFETCH(bool, deletes);
        const auto made = plan(tagName("1.0")); // before the guards were set
        QVERIFY(made.has_value());
        configure([&](RegistryConfig &config) {
            config.production = production;
            config.mode = production ? RegistryMode::Normal : RegistryMode::Ask;
        });
        const auto ended = remove(*made, Confirmation{asked, typed});
        QCOMPARE(isThere(tagName("1.0")), !deletes);
        QCOMPARE(ended.count(Outcome::Done), deletes ? 1 : 0);
        if (!deletes) {
            QVERIFY(ended.error.has_value());
            QCOMPARE(QByteArray::fromStdString(ended.error->code), QByteArray(confirmationWanted));
            QVERIFY(await(m_desk->journal().operations()).value().empty());
        }
    }

    void whatIsInUseStays_data()
    {
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("tag");
        QTest::addColumn<bool>("stays");
        const auto text = [](const Digest &digest) { return toQByteArray(digest.toString()); };
        QTest::newRow("digest") << text(m_image.digest) << QByteArray("1.0") << true;
        QTest::newRow("another digest") << text(m_image.digest) << QByteArray("2.0") << false;
        QTest::newRow("platform of an image") << text(m_platform.digest) << QByteArray("2.0") << true;
        QTest::newRow("reference") << QByteArray("HOST/team/api:1.0") << QByteArray("1.0") << true;
        QTest::newRow("reference elsewhere")
            << QByteArray("harbor.example/team/api:1.0") << QByteArray("1.0") << false;
    }
    void whatIsInUseStays()
    {
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, tag);
        QFETCH(bool, stays);
        const Tag name = tagName(tag.constData());
        const QString path = inUse(words.replace("HOST", m_registry->host().toUtf8()));
        const auto unguarded = plan(name);
        QVERIFY(unguarded.has_value());
        configure([&](RegistryConfig &config) { config.inUseFile = path; });
        const auto guarded = plan(name);
        QVERIFY(guarded.has_value());
        QCOMPARE(onlyReason(*guarded) == LeftAloneReason::InUse, stays);
        if (stays)
            QVERIFY(guarded->leftAlone.front().source.startsWith(QStringLiteral("in-use.txt, ")));
        // The operation looks for itself.
        const auto ended = remove(*unguarded, {});
        QCOMPARE(isThere(name), stays);
        QCOMPARE(ended.count(Outcome::Done) == 0, stays);
        QCOMPARE(isThere(m_platform.digest), stays || tag == "1.0");
    }

    /// A list that cannot be read protects everything.
    void withoutTheListNothingIsDeleted()
    {
        const auto made = plan(tagName("1.0"));
        QVERIFY(made.has_value());
        configure(
            [&](RegistryConfig &config) { config.inUseFile = m_desk->path(QStringLiteral("gone.txt")); });
        QVERIFY(!plan(tagName("1.0")).has_value());
        const auto ended = remove(*made, {});
        QVERIFY(ended.error.has_value());
        QCOMPARE(ended.error->kind, ErrorKind::Storage);
        QVERIFY(isThere(tagName("1.0")));
    }

    /// The platform has a tag of its own, as `docker manifest create` leaves it.
    void aPlatformOfATaggedImageStays()
    {
        QVERIFY(await(push(m_desk->client(), repository, m_platform, {tagName("2.0-amd64")})).has_value());
        const auto made = plan(tagName("2.0-amd64"));
        QVERIFY(made.has_value());
        QVERIFY(made->deletedImages.empty());
        QCOMPARE(made->tagsUncertain.size(), 1U);
        QVERIFY(made->tagsUncertain.front().siblings == std::vector<Tag>{tagName("2.0")});
        const auto whole = plan(tagName("2.0-amd64"), true);
        QVERIFY(whole.has_value());
        QCOMPARE(onlyReason(*whole), LeftAloneReason::PartOfImage);
        DeleteRequest byDigest{repository, {}, {m_index.digest, m_platform.digest}, false};
        const auto both = m_desk->plan(byDigest);
        QVERIFY(both.has_value());
        QCOMPARE(both->deletedImages.size(), 2U);
    }

    void aPlatformByItsDigestStays()
    {
        const DeleteRequest request{repository, {}, {m_platform.digest}, false};
        const auto made = m_desk->plan(request);
        QVERIFY(made.has_value());
        QCOMPARE(onlyReason(*made), LeftAloneReason::PartOfImage);
        QVERIFY(made->leftAlone.front().siblings == std::vector<Tag>{tagName("2.0")});
    }

    /// The image that needs it is pushed while the person reads the sheet.
    void aPlatformThatIsNeededSinceThenStays()
    {
        const TestImage late = TestImage::make("late");
        QVERIFY(await(push(m_desk->client(), repository, late, {tagName("3.0-amd64")})).has_value());
        const auto made = plan(tagName("3.0-amd64"));
        QVERIFY(made && made->deletedImages.size() == 1);
        const auto index = TestIndex::of({{late.digest, late.mediaType, late.manifest.size()}});
        QVERIFY(await(push(m_desk->client(), repository, index, {tagName("3.0")})).has_value());
        QCOMPARE(remove(*made, {}).count(Outcome::Moved), 1);
        QVERIFY(isThere(late.digest));
    }
};

QTEST_GUILESS_MAIN(TestDeleteGuards)
#include "tst_deleteguards.moc"
