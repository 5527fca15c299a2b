// SPDX-License-Identifier: Apache-2.0
// What goes along with an image on a stock docker-registry, what stays, and that all of it comes back.
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testindex.h"

#include <map>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

Tag fallbackTag(const Digest &digest)
{
    return tagName(("sha256-" + digest.hex()).c_str());
}

} // namespace

class TestDeleteAlong : public QObject
{
    Q_OBJECT

    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<OperationDesk> m_desk;

    void pushImage(const TestImage &image, const std::vector<Tag> &tags = {})
    {
        QVERIFY(await(push(m_desk->client(), repository, image, tags)).has_value());
    }

    void pushIndex(const TestIndex &index, const std::vector<Tag> &tags)
    {
        QVERIFY(await(push(m_desk->client(), repository, index, tags)).has_value());
    }

    QByteArray bytesOf(const TagOrDigest &name)
    {
        const auto raw = await(m_desk->client()->getManifestBytes(repository, name));
        return raw ? raw->bytes : QByteArray();
    }

    std::map<Digest, DeletePlan::Also::What> alsoOf(const DeletePlan &plan)
    {
        std::map<Digest, DeletePlan::Also::What> also;
        for (const auto &other : plan.also)
            also.emplace(other.digest, other.what);
        return also;
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

    /// A single-platform image with an SBOM under the fallback tag, and a signature of the SBOM.
    void attachedGoesAndComesBack()
    {
        const auto image = TestImage::make("one");
        const auto sbom = TestImage::attachedTo(image.digest, "sbom");
        const auto signature = TestImage::attachedTo(sbom.digest, "signature");
        const auto list = TestIndex::of({{sbom.digest, sbom.mediaType, sbom.manifest.size()}});
        const auto signatures =
            TestIndex::of({{signature.digest, signature.mediaType, signature.manifest.size()}});
        pushImage(image, {tagName("1.0")});
        pushImage(sbom);
        pushIndex(list, {fallbackTag(image.digest)});
        pushImage(signature);
        pushIndex(signatures, {fallbackTag(sbom.digest)});

        const auto plan = m_desk->plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        using What = DeletePlan::Also::What;
        QVERIFY(alsoOf(*plan) == (std::map<Digest, What>{{list.digest, What::Signature},
                                                         {sbom.digest, What::Attached},
                                                         {signatures.digest, What::Signature},
                                                         {signature.digest, What::Attached}}));
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 5);
        for (const Digest &digest : {image.digest, sbom.digest, list.digest, signature.digest})
            QVERIFY(bytesOf(digest).isEmpty());

        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 5);
        QCOMPARE(bytesOf(tagName("1.0")), image.manifest);
        QCOMPARE(bytesOf(fallbackTag(image.digest)), list.bytes);
        QCOMPARE(bytesOf(fallbackTag(sbom.digest)), signatures.bytes);
        QCOMPARE(bytesOf(sbom.digest), sbom.manifest);
        QCOMPARE(bytesOf(signature.digest), signature.manifest);
    }

    /// 2.0 names an index within an index: what that names stays.
    void whatANestedIndexNeedsStays()
    {
        const auto shared = TestImage::make("shared");
        const auto own = TestImage::make("own");
        const auto inner = TestIndex::of({{shared.digest, shared.mediaType, shared.manifest.size()}});
        const auto outer = TestIndex::of({{inner.digest, inner.mediaType, inner.bytes.size()}});
        const auto index = TestIndex::of({{shared.digest, shared.mediaType, shared.manifest.size()},
                                          {own.digest, own.mediaType, own.manifest.size()}});
        pushImage(shared);
        pushImage(own);
        pushIndex(inner, {});
        pushIndex(outer, {tagName("2.0")});
        pushIndex(index, {tagName("1.0")});
        const auto plan = m_desk->plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->also.size(), 1U);
        QCOMPARE(plan->also.front().digest, own.digest);
        // Both gone, all of it goes.
        const auto both = m_desk->plan(choose(repository, {tagName("1.0"), tagName("2.0")}));
        QVERIFY(both.has_value());
        QCOMPARE(both->also.size(), 3U);
        QCOMPARE(m_desk->remove(*both).count(Outcome::Done), 5);
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 5);
        QCOMPARE(bytesOf(tagName("2.0")), outer.bytes);
        QCOMPARE(bytesOf(inner.digest), inner.bytes);
        QCOMPARE(bytesOf(shared.digest), shared.manifest);
    }

    void aRepositoryGoesAndComesBackAsOneOperation()
    {
        const auto one = TestImage::make("one");
        const auto two = TestImage::make("two");
        const auto index = TestIndex::of({{two.digest, two.mediaType, two.manifest.size()}});
        const auto signature = TestImage::make("signature");
        const Tag signatureTag = tagName(("sha256-" + one.digest.hex() + ".sig").c_str());
        pushImage(one, {tagName("1.0"), tagName("latest")});
        pushImage(two);
        pushIndex(index, {tagName("2.0")});
        pushImage(signature, {signatureTag});
        DeleteRequest request{repository, {}, {}, false};
        request.wholeRepository = true;
        const auto plan = m_desk->plan(request);
        QVERIFY(plan.has_value());
        QCOMPARE(plan->friction, Friction::TypeName);
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 4);
        for (const Digest &digest : {one.digest, two.digest, index.digest, signature.digest})
            QVERIFY(bytesOf(digest).isEmpty());
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 4);
        QCOMPARE(bytesOf(tagName("1.0")), one.manifest);
        QCOMPARE(bytesOf(tagName("latest")), one.manifest);
        QCOMPARE(bytesOf(tagName("2.0")), index.bytes);
        QCOMPARE(bytesOf(two.digest), two.manifest);
        QCOMPARE(bytesOf(signatureTag), signature.manifest);
    }

    /// Somebody pushes another image with the same platform while the person reads the sheet.
    void whatAnotherImageNeedsSinceThenStays()
    {
        const auto platform = TestImage::make("platform");
        const TestIndex::Child child{platform.digest, platform.mediaType, platform.manifest.size()};
        pushImage(platform);
        pushIndex(TestIndex::of({child}), {tagName("1.0")});
        const auto plan = m_desk->plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->also.size(), 1U);
        pushIndex(TestIndex::of({child, child}), {tagName("2.0")});
        const auto removed = m_desk->remove(*plan);
        QCOMPARE(removed.count(Outcome::Done), 1);
        QCOMPARE(removed.count(Outcome::Moved), 1);
        QCOMPARE(bytesOf(platform.digest), platform.manifest);
    }
};

QTEST_GUILESS_MAIN(TestDeleteAlong)
#include "tst_deletealong.moc"
