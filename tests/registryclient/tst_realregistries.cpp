// SPDX-License-Identifier: Apache-2.0
// The client against real registries: one test body for all of them.
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/registryfixture.h"
#include "tests/support/testimage.h"

#include <QBuffer>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace quayside;
using namespace quayside::test;

namespace {

std::vector<std::string> texts(const std::vector<Tag> &tags)
{
    std::vector<std::string> result;
    for (const Tag &tag : tags)
        result.push_back(tag.toString());
    std::sort(result.begin(), result.end());
    return result;
}

} // namespace

class TestRealRegistries : public QObject
{
    Q_OBJECT

    std::unique_ptr<RegistryFixture> m_registry;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client;
    const RepositoryName m_repository = repositoryName("team/api");

    void open(bool deletes)
    {
        QFETCH(RegistryFixture::Kind, kind);
        m_registry = RegistryFixture::make(kind);
        RegistryFixture::Options options;
        options.deletes = deletes;
        QVERIFY(m_registry->start(options));
        const auto address = RegistryAddress::parse(m_registry->url().toString());
        QVERIFY(address.has_value());
        m_client = RegistryClient::create(m_transport.get(), *address);
    }

    std::vector<std::string> tagsNow() { return texts(await(m_client->listTags(m_repository)).value().rows); }

private slots:
    void init() { m_transport = std::make_unique<Transport>(); }

    void cleanup()
    {
        m_client.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_registry.reset();
    }

    void answersPing_data() { RegistryFixture::addRows(); }
    void answersPing()
    {
        open(true);
        QVERIFY(await(m_client->ping()).has_value());
        QCOMPARE(await(m_client->discoverExtensions()).value(), m_registry->isQuayside());
    }

    void pushesAndReadsBack_data() { RegistryFixture::addRows(); }
    void pushesAndReadsBack()
    {
        open(true);
        const auto image = TestImage::make("one");
        QVERIFY(await(push(m_client, m_repository, image, {tagName("1.0"), tagName("latest")})).has_value());

        const auto repositories = await(m_client->listRepositories());
        QVERIFY(repositories.has_value());
        QCOMPARE(repositories->rows, std::vector{m_repository});
        QVERIFY(repositories->isLast());
        QCOMPARE(tagsNow(), (std::vector<std::string>{"1.0", "latest"}));

        const auto head = await(m_client->headManifest(m_repository, tagName("1.0")));
        QVERIFY(head.has_value());
        QCOMPARE(head->digest, image.digest);
        QCOMPARE(head->mediaType, std::optional(image.mediaType));
        QCOMPARE(head->size, std::optional<qint64>(image.manifest.size()));

        const auto manifest = await(m_client->getManifest(m_repository, image.digest));
        QVERIFY(manifest.has_value());
        QCOMPARE(manifest->manifest.bytes(), image.manifest.toStdString());
        QCOMPARE(manifest->manifest.config()->digest, image.configDigest);
        const auto config = await(m_client->getBlob(m_repository, image.configDigest, 1 << 20));
        QVERIFY(config.has_value());
        QCOMPARE(*config, image.config);
    }

    void movesBlobsThroughDevices_data() { RegistryFixture::addRows(); }
    void movesBlobsThroughDevices()
    {
        open(true);
        const QByteArray bytes(3'000'000, 'q');
        const Digest digest = Hasher::hash(toStringView(bytes));
        const auto source = std::make_shared<QBuffer>();
        source->setData(bytes);
        QVERIFY(source->open(QIODevice::ReadOnly));
        qint64 sent = 0;
        const ByteProgress countSent = [&sent](qint64 done, qint64) { sent = done; };
        QVERIFY(
            await(m_client->uploadBlob(m_repository, digest, source, bytes.size(), countSent)).has_value());
        QCOMPARE(sent, bytes.size());

        QVERIFY(await(m_client->hasBlob(m_repository, digest)).value());
        QVERIFY(await(m_client->blobReadable(m_repository, digest)).value());
        const auto target = std::make_shared<QBuffer>();
        QVERIFY(target->open(QIODevice::WriteOnly));
        qint64 received = 0;
        const ByteProgress countReceived = [&received](qint64 done, qint64) { received = done; };
        QVERIFY(await(m_client->downloadBlob(m_repository, digest, bytes.size(), target, countReceived))
                    .has_value());
        QCOMPARE(received, bytes.size());
        QCOMPARE(target->data(), bytes);

        const Digest missing = Hasher::hash("nothing has this");
        QVERIFY(!await(m_client->hasBlob(m_repository, missing)).value());
        QVERIFY(!await(m_client->blobReadable(m_repository, missing)).value());
        QCOMPARE(await(m_client->getBlob(m_repository, missing, 100)).error().kind, ErrorKind::NotFound);
        QCOMPARE(await(m_client->getBlob(m_repository, digest, 100)).error().kind, ErrorKind::TooLarge);
    }

    void refusesWrongUploads_data() { RegistryFixture::addRows(); }
    void refusesWrongUploads()
    {
        open(true);
        const Digest other = Hasher::hash("other bytes");
        QCOMPARE(await(m_client->uploadBlob(m_repository, other, "bytes")).error().kind,
                 ErrorKind::InvalidInput);
        const auto image = TestImage::make("without blobs");
        const auto put =
            await(m_client->putManifest(m_repository, image.digest, image.manifest, image.mediaType));
        QCOMPARE(put.error().kind, ErrorKind::InvalidInput);
        QCOMPARE(put.error().code, std::string("MANIFEST_BLOB_UNKNOWN"));
    }

    void knowsNothingOfUnknownNames_data() { RegistryFixture::addRows(); }
    void knowsNothingOfUnknownNames()
    {
        open(true);
        const auto tags = await(m_client->listTags(m_repository));
        QVERIFY(tags.has_value());
        QVERIFY(tags->rows.empty());
        QVERIFY(tags->unknownRepository);
        QCOMPARE(await(m_client->headManifest(m_repository, tagName("1.0"))).error().kind,
                 ErrorKind::NotFound);
        const auto manifest = await(m_client->getManifest(m_repository, tagName("1.0")));
        QCOMPARE(manifest.error().kind, ErrorKind::NotFound);
        QCOMPARE(manifest.error().code, std::string("MANIFEST_UNKNOWN"));
    }

    void deletesByDigestAndPutsBack_data() { RegistryFixture::addRows(); }
    void deletesByDigestAndPutsBack()
    {
        open(true);
        const auto image = TestImage::make("one");
        const auto other = TestImage::make("two");
        QVERIFY(await(push(m_client, m_repository, image, {tagName("1.0"), tagName("latest")})).has_value());
        QVERIFY(await(push(m_client, m_repository, other, {tagName("2.0")})).has_value());
        const auto kept = await(m_client->getManifestBytes(m_repository, image.digest)).value();

        QVERIFY(await(m_client->deleteManifest(m_repository, image.digest)).has_value());
        QVERIFY(m_client->capabilities().deleteByDigest.isYes());
        QCOMPARE(tagsNow(), (std::vector<std::string>{"2.0"}));
        QCOMPARE(await(m_client->headManifest(m_repository, image.digest)).error().kind, ErrorKind::NotFound);
        QCOMPARE(await(m_client->deleteManifest(m_repository, image.digest)).error().kind,
                 ErrorKind::NotFound);

        for (const TagOrDigest &name :
             std::vector<TagOrDigest>{image.digest, tagName("1.0"), tagName("latest")}) {
            const auto put =
                await(m_client->putManifest(m_repository, name, kept.bytes, kept.mediaType.value()));
            QCOMPARE(put.value(), image.digest);
        }
        QCOMPARE(tagsNow(), (std::vector<std::string>{"1.0", "2.0", "latest"}));
    }

    void deletesOneTag_data() { RegistryFixture::addRows(); }
    void deletesOneTag()
    {
        open(true);
        const auto image = TestImage::make("one");
        QVERIFY(await(push(m_client, m_repository, image, {tagName("1.0"), tagName("latest")})).has_value());
        const auto deleted = await(m_client->deleteTag(m_repository, tagName("1.0")));
        QCOMPARE(deleted.has_value(), m_registry->removesSingleTags());
        if (m_registry->removesSingleTags()) {
            QVERIFY(m_client->capabilities().deleteTag.isYes());
            QCOMPARE(tagsNow(), (std::vector<std::string>{"latest"}));
        } else {
            QCOMPARE(deleted.error().kind, ErrorKind::Unsupported);
            QVERIFY(m_client->capabilities().deleteTag.isNo());
            QCOMPARE(tagsNow(), (std::vector<std::string>{"1.0", "latest"}));
        }
        QCOMPARE(await(m_client->headManifest(m_repository, tagName("latest"))).value().digest, image.digest);
    }

    void saysThatDeletesAreOff_data() { RegistryFixture::addRows(); }
    void saysThatDeletesAreOff()
    {
        open(false);
        const auto image = TestImage::make("one");
        QVERIFY(await(push(m_client, m_repository, image, {tagName("1.0")})).has_value());
        const auto byDigest = await(m_client->deleteManifest(m_repository, image.digest));
        QCOMPARE(byDigest.error().kind, ErrorKind::DeletesDisabled);
        QVERIFY(m_client->capabilities().deleteByDigest.isNo());
        QCOMPARE(await(m_client->deleteTag(m_repository, tagName("1.0"))).error().kind,
                 ErrorKind::DeletesDisabled);
        QVERIFY(!m_client->capabilities().deleteTag.isNo());
        QVERIFY(await(m_client->zeroDigestProbe(m_repository)).value().isNo());
        QCOMPARE(tagsNow(), (std::vector<std::string>{"1.0"}));
    }

    void probesDeletesThatAreOn_data() { RegistryFixture::addRows(); }
    void probesDeletesThatAreOn()
    {
        open(true);
        const auto image = TestImage::make("one");
        QVERIFY(await(push(m_client, m_repository, image, {tagName("1.0")})).has_value());
        QVERIFY(await(m_client->zeroDigestProbe(m_repository)).value().isYes());
        QCOMPARE(tagsNow(), (std::vector<std::string>{"1.0"}));
    }

    void pagesThroughTheCatalog_data() { RegistryFixture::addRows(); }
    void pagesThroughTheCatalog()
    {
        open(true);
        const auto image = TestImage::make("one");
        for (int i = 0; i < 12; ++i) {
            const auto name = RepositoryName::parse("team/r" + std::to_string(i)).value();
            QVERIFY(await(push(m_client, name, image, {tagName("1")})).has_value());
        }
        std::vector<RepositoryName> found;
        PageCursor cursor;
        while (true) {
            const auto page = await(m_client->listRepositories(cursor));
            QVERIFY(page.has_value());
            QVERIFY(!page->cut);
            found.insert(found.end(), page->rows.begin(), page->rows.end());
            if (!page->next)
                break;
            cursor = *page->next;
        }
        QCOMPARE(found.size(), std::size_t(12));
    }

    void sendsALoginOnlyWhenAsked()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
        DockerRegistry registry;
        DockerRegistry::Options options;
        options.login = true;
        QVERIFY(registry.start(options));
        const auto address = RegistryAddress::parse(registry.host()).value();
        m_client = RegistryClient::create(m_transport.get(), address);
        QCOMPARE(await(m_client->ping()).error().kind, ErrorKind::Unauthorized);
        m_client->setLogin(Login{QStringLiteral("ada"), QStringLiteral("wrong")});
        QCOMPARE(await(m_client->ping()).error().kind, ErrorKind::Unauthorized);
        m_client->setLogin(
            Login{QLatin1String(DockerRegistry::user), QLatin1String(DockerRegistry::password)});
        QVERIFY(await(m_client->ping()).has_value());
        const auto image = TestImage::make("one");
        QVERIFY(await(push(m_client, m_repository, image, {tagName("1.0")})).has_value());
        QCOMPARE(tagsNow(), (std::vector<std::string>{"1.0"}));
    }
};

QTEST_GUILESS_MAIN(TestRealRegistries)
#include "tst_realregistries.moc"
