// SPDX-License-Identifier: Apache-2.0
// Undo on a stock docker-registry, which has no undo of its own and a cache that promises what is gone.
#include "model/tagresolver.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/testindex.h"

#include <set>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

TestIndex indexOf(const std::vector<TestImage> &images)
{
    std::vector<TestIndex::Child> children;
    for (const TestImage &image : images)
        children.push_back({image.digest, image.mediaType, image.manifest.size()});
    return TestIndex::of(children);
}

} // namespace

class TestRestore : public QObject
{
    Q_OBJECT

    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<OperationDesk> m_desk;

    std::unique_ptr<FaultProxy> m_proxy;
    QByteArrayList m_puts; // "PUT /v2/…" through the proxy
    QByteArray m_refused;  // the one of them that is cut off

    /// From here on the requests can be seen.
    void startProxy()
    {
        m_proxy = std::make_unique<FaultProxy>(quint16(m_registry->url().port()));
        m_proxy->setGate([this](const QByteArray &line, bool answered) {
            if (answered || !line.startsWith("PUT "))
                return FaultProxy::Passage::Pass;
            m_puts.append(line.chopped(qsizetype(sizeof " HTTP/1.1") - 1));
            return m_puts.back() == m_refused ? FaultProxy::Passage::Cut : FaultProxy::Passage::Pass;
        });
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_proxy->url()));
    }

    static QByteArray putOf(const Digest &digest)
    {
        return "PUT /v2/team/api/manifests/" + toQByteArray(digest.toString());
    }

    bool isPutBefore(const Digest &first, const Digest &second) const
    {
        const auto one = m_puts.indexOf(putOf(first));
        return one >= 0 && one < m_puts.indexOf(putOf(second));
    }

    void pushImage(const TestImage &image, const std::vector<Tag> &tags = {})
    {
        QVERIFY(await(push(m_desk->client(), repository, image, tags)).has_value());
    }

    void pushIndex(const TestIndex &index, const Tag &tag)
    {
        QVERIFY(await(push(m_desk->client(), repository, index, {tag})).has_value());
    }

    /// All tags and what they name.
    std::map<Tag, Digest> tagsNow()
    {
        const auto quietly = [](qint64, qint64) {};
        const auto content = await(resolveAllTags(m_desk->client(), repository, quietly, {}));
        return content ? content->tags : std::map<Tag, Digest>();
    }

    bool isThere(const TagOrDigest &name)
    {
        return await(m_desk->client()->headManifest(repository, name)).has_value();
    }

    QByteArray bytesOf(const TagOrDigest &name)
    {
        const auto raw = await(m_desk->client()->getManifestBytes(repository, name));
        return raw ? raw->bytes : QByteArray();
    }

    OperationDesk::Ended removeTags(const std::vector<Tag> &tags)
    {
        const auto plan = m_desk->plan(choose(repository, tags));
        return plan ? m_desk->remove(*plan) : OperationDesk::Ended();
    }

    /// 200 manifests of 20 layers; equal numbers give equal bytes.
    static TestImage manyImage(int i)
    {
        constexpr int layers = 20;
        TestImage image = TestImage::make(QByteArray::number(i % layers));
        image.manifest += QByteArray(i / layers, ' ');
        image.digest = Hasher::hash(toStringView(image.manifest));
        return image;
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
        m_proxy.reset();
        m_refused.clear();
        m_registry.reset();
    }

    void fiveHundredTagsComeBack()
    {
        constexpr int images = 200;
        constexpr int tags = 500;
        std::vector<std::vector<Tag>> tagsOf(images);
        std::vector<Tag> all;
        std::map<Tag, Digest> expected;
        for (int i = 0; i < tags; ++i) {
            all.push_back(tagName(("v" + QByteArray::number(i)).constData()));
            tagsOf[std::size_t(i % images)].push_back(all.back());
            expected.emplace(all.back(), manyImage(i % images).digest);
        }
        std::vector<QCoro::Task<Result<void>>> pushes;
        for (int i = 0; i < images; ++i)
            pushes.push_back(push(m_desk->client(), repository, manyImage(i), tagsOf[std::size_t(i)]));
        for (auto &pushing : pushes)
            QVERIFY(await(std::move(pushing)).has_value());
        QVERIFY(tagsNow() == expected);

        QCOMPARE(removeTags(all).count(Outcome::Done), images);
        QVERIFY(tagsNow().empty());

        const auto restored = m_desk->undo(repository);
        QCOMPARE(restored.state, Operation::State::Finished);
        QCOMPARE(restored.count(Outcome::Done), images);
        QVERIFY(restored.tagsLeft.empty() && restored.missing.empty());
        QVERIFY(tagsNow() == expected);
        for (int i = 0; i < images; ++i)
            QCOMPARE(bytesOf(manyImage(i).digest), manyImage(i).manifest);
    }

    void refusesWhatACollectionHasTaken()
    {
        const auto gone = TestImage::make("gone");
        const auto other = TestImage::make("other");
        pushImage(gone, {tagName("gone"), tagName("also-gone")});
        pushImage(other, {tagName("other")});
        // The registry has answered for them, so its cache knows them.
        QVERIFY(await(m_desk->client()->blobReadable(repository, gone.layerDigest)).value());
        QCOMPARE(removeTags({tagName("gone"), tagName("also-gone"), tagName("other")}).count(Outcome::Done), 2);
        QVERIFY(m_registry->collectGarbage());
        QVERIFY(await(m_desk->client()->hasBlob(repository, gone.layerDigest)).value()); // it lies

        const auto restored = m_desk->undo(repository);
        QCOMPARE(restored.count(Outcome::Failed), 2);
        for (const auto &item : restored.items) {
            QCOMPARE(item.error->kind, ErrorKind::NotFound);
            QVERIFY(item.error->message.starts_with("2 of 2 layers are gone: sha256:"));
        }
        const std::set<Digest> missing(restored.missing.begin(), restored.missing.end());
        QVERIFY(missing == (std::set<Digest>{gone.layerDigest, gone.configDigest, other.layerDigest,
                                             other.configDigest}));
        for (const TagOrDigest &name : std::vector<TagOrDigest>{tagName("gone"), tagName("also-gone"),
                                                               tagName("other"), gone.digest, other.digest})
            QVERIFY(!isThere(name));
        // It can be tried again: nothing was noted as restored.
        QCOMPARE(m_desk->undo(repository).count(Outcome::Failed), 2);
    }

    /// One platform has lost its layer; the other one's is also a live image's. Another image of the same
    /// delete has all it needs.
    void putsNoHalfOfAMultiPlatformImageBack()
    {
        const auto lost = TestImage::make("lost");
        const auto shared = TestImage::make("shared");
        const auto single = TestImage::make("single");
        for (const auto &image : {lost, shared, single})
            pushImage(image);
        const auto index = indexOf({lost, shared});
        pushIndex(index, tagName("multi"));
        pushImage(single, {tagName("single")});
        QCOMPARE(removeTags({tagName("multi"), tagName("single")}).count(Outcome::Done), 4);
        // Somebody pushes images that have the layers, under other digests.
        for (const auto &image : {shared, single}) {
            const QByteArray other = image.manifest + "\n";
            QVERIFY(await(m_desk->client()->putManifest(
                        repository, tagName(("live-" + image.digest.hex().substr(0, 8)).c_str()), other,
                        image.mediaType))
                        .has_value());
        }
        QVERIFY(m_registry->collectGarbage());

        const auto restored = m_desk->undo(repository);
        QVERIFY2(restored.count(Outcome::Done) == 1, qPrintable(restored.told()));
        QCOMPARE(restored.count(Outcome::Failed), 3);
        QCOMPARE(bytesOf(tagName("single")), single.manifest);
        for (const TagOrDigest &name :
             std::vector<TagOrDigest>{tagName("multi"), index.digest, lost.digest, shared.digest})
            QVERIFY(!isThere(name));
        const std::set<Digest> missing(restored.missing.begin(), restored.missing.end());
        QVERIFY(missing == (std::set<Digest>{lost.layerDigest, lost.configDigest}));
    }

    /// The platforms stayed when the image was deleted. What stays is kept too: it may be gone when it is
    /// needed.
    void bringsBackPlatformsThatWentMissing()
    {
        const auto one = TestImage::make("one");
        pushImage(one);
        const auto index = indexOf({one});
        pushIndex(index, tagName("multi"));
        auto plan = m_desk->plan(choose(repository, {tagName("multi")}));
        QVERIFY(plan.has_value());
        plan->includeAlso = false;
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 1);
        QVERIFY(isThere(one.digest));
        QVERIFY(await(m_desk->client()->deleteManifest(repository, one.digest)).has_value());

        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 1);
        QCOMPARE(bytesOf(tagName("multi")), index.bytes);
        QCOMPARE(bytesOf(one.digest), one.manifest);
    }

    void aTagThatMovedOnIsReported()
    {
        const auto image = TestImage::make("one");
        const auto newer = TestImage::make("two");
        pushImage(image, {tagName("1.0"), tagName("latest")});
        QCOMPARE(removeTags({tagName("1.0"), tagName("latest")}).count(Outcome::Done), 1);
        pushImage(newer, {tagName("latest")});
        const auto restored = m_desk->undo(repository);
        QCOMPARE(restored.count(Outcome::Done), 1);
        QVERIFY(restored.tagsLeft == std::vector<Tag>(1, tagName("latest")));
        QCOMPARE(bytesOf(tagName("1.0")), image.manifest);
        QCOMPARE(bytesOf(tagName("latest")), newer.manifest);
    }

    void whatIsAttachedComesBackLast()
    {
        startProxy();
        const auto image = TestImage::make("one");
        const auto signature = TestImage::make("signature");
        const Tag signatureTag = tagName(("sha256-" + image.digest.hex() + ".sig").c_str());
        pushImage(image, {tagName("1.0")});
        pushImage(signature, {signatureTag});
        QCOMPARE(removeTags({tagName("1.0")}).count(Outcome::Done), 2);
        QVERIFY(!isThere(signatureTag));
        m_puts.clear();
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 2);
        QCOMPARE(bytesOf(signatureTag), signature.manifest);
        QCOMPARE(bytesOf(tagName("1.0")), image.manifest);
        QVERIFY(isPutBefore(image.digest, signature.digest));
    }

    void platformsComeBackFirst()
    {
        startProxy();
        const auto one = TestImage::make("one");
        const auto two = TestImage::make("two");
        pushImage(one);
        pushImage(two);
        const auto index = indexOf({one, two});
        pushIndex(index, tagName("multi"));
        QCOMPARE(removeTags({tagName("multi")}).count(Outcome::Done), 3);
        m_puts.clear();
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 3);
        QVERIFY(isPutBefore(one.digest, index.digest) && isPutBefore(two.digest, index.digest));
    }

    void anImageIsNotPutWithoutItsPlatforms()
    {
        startProxy();
        const auto one = TestImage::make("one");
        pushImage(one);
        const auto index = indexOf({one});
        pushIndex(index, tagName("multi"));
        QCOMPARE(removeTags({tagName("multi")}).count(Outcome::Done), 2);
        m_refused = putOf(one.digest);
        m_puts.clear();
        QCOMPARE(m_desk->undo(repository).count(Outcome::Failed), 2);
        QVERIFY(!m_puts.contains(putOf(index.digest)) && m_puts.contains(m_refused));
        m_refused.clear();
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 2);
    }
};

QTEST_GUILESS_MAIN(TestRestore)
#include "tst_restore.moc"
