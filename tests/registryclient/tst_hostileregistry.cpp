// SPDX-License-Identifier: Apache-2.0
// The client against registries that lie, forget or are none.
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/eventstream.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QSignalSpy>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

FakeAnswer error(int status, const QByteArray &code)
{
    return answer(status, R"({"errors":[{"code":")" + code + R"(","message":"because"}]})");
}

const HttpHeaders webPage{{"Content-Type", "text/html; charset=utf-8"}};

} // namespace

class TestHostileRegistry : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client;
    const RepositoryName m_repository = repositoryName("team/api");
    const TestImage m_image = TestImage::make("one");

    QByteArray manifestPath(const QByteArray &reference) const
    {
        return "/v2/team/api/manifests/" + reference;
    }
    QByteArray manifestPath() const { return manifestPath(toQByteArray(m_image.digest.toString())); }
    HttpHeaders manifestHeaders(const Digest &digest) const
    {
        return {{"Content-Type", toQByteArray(m_image.mediaType.toString())},
                {"Docker-Content-Digest", toQByteArray(digest.toString())}};
    }
    ErrorKind pingError() { return await(m_client->ping()).error().kind; }

private slots:
    void init()
    {
        TransportOptions options;
        options.retryDelay = std::chrono::milliseconds(5);
        m_server = std::make_unique<FakeRegistry>();
        m_transport = std::make_unique<Transport>(options);
        m_client = RegistryClient::create(m_transport.get(),
                                          RegistryAddress::parse(m_server->url().toString()).value(),
                                          Login{QStringLiteral("ada"), QStringLiteral("pw")});
    }

    void cleanup()
    {
        m_client.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_server.reset();
    }

    void tellsWhatIsNoRegistry()
    {
        m_server->on("GET", "/v2/", answer(200, "<html>", webPage));
        QVERIFY(pingError() == ErrorKind::NotARegistry);
        m_server->on("GET", "/v2/", answer(404, "<html>", webPage));
        QVERIFY(pingError() == ErrorKind::NotARegistry);
        m_server->on("GET", "/v2/", answer(200, "hello", {{"Content-Type", "text/plain"}}));
        QVERIFY(pingError() == ErrorKind::NotARegistry);
        m_server->on("GET", "/v2/", answer(401, "<html>", webPage));
        QVERIFY(pingError() == ErrorKind::NotARegistry);
        m_server->on("GET", "/v2/", answer(401, "{}", {{"WWW-Authenticate", "Basic realm=\"x\""}}));
        QVERIFY(pingError() == ErrorKind::Unauthorized);
        m_server->on("GET", "/v2/", answer(200));
        QVERIFY(await(m_client->ping()).has_value());
    }

    void tellsWebPagesWhereJsonIsDue()
    {
        m_server->on("GET", "/v2/team/api/tags/list", answer(200, "<html>", webPage));
        QVERIFY(await(m_client->listTags(m_repository)).error().kind == ErrorKind::NotARegistry);
        m_server->on("GET", manifestPath("1"), answer(200, "<html>", webPage));
        QVERIFY(await(m_client->getManifest(m_repository, tagName("1"))).error().kind ==
                ErrorKind::NotARegistry);
    }

    void refusesLyingDigests()
    {
        const Digest other = Hasher::hash("other");
        m_server->on("GET", manifestPath(), answer(200, "{\"other\":1}", manifestHeaders(m_image.digest)));
        QVERIFY(await(m_client->getManifest(m_repository, m_image.digest)).error().kind ==
                ErrorKind::DigestMismatch);
        m_server->on("GET", manifestPath("1"), answer(200, m_image.manifest, manifestHeaders(other)));
        QVERIFY(await(m_client->getManifest(m_repository, tagName("1"))).error().kind ==
                ErrorKind::DigestMismatch);
        m_server->on("HEAD", manifestPath(), answer(200, {}, manifestHeaders(other)));
        QVERIFY(await(m_client->headManifest(m_repository, m_image.digest)).error().kind ==
                ErrorKind::DigestMismatch);
        m_server->on("PUT", manifestPath("1"), answer(201, {}, manifestHeaders(other)));
        const auto put =
            await(m_client->putManifest(m_repository, tagName("1"), m_image.manifest, m_image.mediaType));
        QVERIFY(put.error().kind == ErrorKind::DigestMismatch);
        m_server->on("GET", "/v2/team/api/blobs/" + toQByteArray(m_image.configDigest.toString()),
                     answer(200, "x"));
        const auto blob = await(m_client->getBlob(m_repository, m_image.configDigest, 100));
        QVERIFY(blob.error().kind == ErrorKind::DigestMismatch);
    }

    void hashesWhereNoDigestIsStated_data()
    {
        QTest::addColumn<int>("headStatus");
        QTest::addColumn<QByteArray>("stated");
        QTest::newRow("absent") << 200 << QByteArray();
        QTest::newRow("nonsense") << 200 << QByteArray("sha256:xyz");
        QTest::newRow("HEAD refused") << 405 << QByteArray();
    }

    void hashesWhereNoDigestIsStated()
    {
        QFETCH(int, headStatus);
        QFETCH(QByteArray, stated);
        HttpHeaders headers{{"Content-Type", toQByteArray(m_image.mediaType.toString())}};
        if (!stated.isEmpty())
            headers.append({"Docker-Content-Digest", stated});
        m_server->on("HEAD", manifestPath("1"), answer(headStatus, {}, headers));
        m_server->on("GET", manifestPath("1"), answer(200, m_image.manifest, headers));
        const auto head = await(m_client->headManifest(m_repository, tagName("1")));
        QVERIFY(head.has_value());
        QCOMPARE(head->digest, m_image.digest);
        QCOMPARE(m_server->requests()[0].header("Accept"), m_server->requests()[1].header("Accept"));
        QVERIFY(m_server->requests()[0].header("Accept").endsWith("*/*;q=0.1"));
    }

    void readsRefusedDeletes_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("learned"); // that deletes are off
        const auto row = [](int status, const char *code, ErrorKind kind, bool learned) {
            QTest::addRow("%d %s", status, code)
                << status << QByteArray(code) << static_cast<int>(kind) << learned;
        };
        row(405, "UNSUPPORTED", ErrorKind::DeletesDisabled, true);
        row(405, "", ErrorKind::DeletesDisabled, true);
        row(405, "DENIED", ErrorKind::Forbidden, false);
        row(403, "DENIED", ErrorKind::Forbidden, false);
        row(404, "MANIFEST_UNKNOWN", ErrorKind::NotFound, false);
        row(400, "DIGEST_INVALID", ErrorKind::InvalidInput, false);
        row(409, "", ErrorKind::Conflict, false);
    }

    void readsRefusedDeletes()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, code);
        QFETCH(int, kind);
        QFETCH(bool, learned);
        m_server->on("DELETE", manifestPath(), error(status, code));
        const auto deleted = await(m_client->deleteManifest(m_repository, m_image.digest));
        QCOMPARE(static_cast<int>(deleted.error().kind), kind);
        QCOMPARE(m_client->capabilities().deleteByDigest.isNo(), learned);
        QCOMPARE(m_server->requests().size(), 1); // no probe and no repetition
    }

    void asksOnceWhyATagStays()
    {
        const QByteArray zero = manifestPath("sha256:" + QByteArray(64, '0'));
        m_server->on("DELETE", manifestPath("1"), error(405, "UNSUPPORTED"));
        m_server->on("DELETE", zero, error(404, "MANIFEST_UNKNOWN"));
        QVERIFY(await(m_client->deleteTag(m_repository, tagName("1"))).error().kind ==
                ErrorKind::Unsupported);
        QVERIFY(m_client->capabilities().deleteTag.isNo());
        QVERIFY(m_client->capabilities().deleteByDigest.isYes());
        m_server->on("DELETE", zero, error(405, "UNSUPPORTED"));
        QVERIFY(await(m_client->deleteTag(m_repository, tagName("1"))).error().kind ==
                ErrorKind::DeletesDisabled);
        m_server->on("DELETE", manifestPath("1"), error(400, "DIGEST_INVALID"));
        m_server->forgetRequests();
        QVERIFY(await(m_client->deleteTag(m_repository, tagName("1"))).error().kind ==
                ErrorKind::Unsupported);
        QCOMPARE(m_server->requests().size(), 1);
    }

    /// What an answer says of the list of referrers stays known, unless the list has worked before.
    void learnsWhetherThereAreReferrers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("learned");
        QTest::newRow("no such address") << 404 << QByteArray() << true;
        QTest::newRow("no such method") << 405 << QByteArray() << true;
        QTest::newRow("no index") << 200 << QByteArray("{\"tags\":[]}") << true;
        QTest::newRow("no JSON") << 200 << QByteArray("hello") << true;
        QTest::newRow("not this login") << 403 << QByteArray() << false;
        QTest::newRow("a broken server") << 500 << QByteArray() << false;
    }

    void learnsWhetherThereAreReferrers()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, learned);
        const QByteArray path = "/v2/team/api/referrers/" + toQByteArray(m_image.digest.toString());
        const auto list = [this] { return await(m_client->listReferrers(m_repository, m_image.digest)); };
        m_server->on("GET", path, answer(status, body));
        QVERIFY(!list().has_value());
        QCOMPARE(m_client->capabilities().referrers.isNo(), learned);
        QVERIFY(!m_server->requests().front().target.contains('?')); // the list has no page size
        m_server->on("GET", path, answer(200, "{\"manifests\":[]}"));
        QVERIFY(list().has_value());
        m_server->on("GET", path, answer(status, body));
        QVERIFY(!list().has_value());
        QVERIFY(m_client->capabilities().referrers.isYes());
    }

    /// A next page on another host is not asked for.
    void referrersStayOnTheirOrigin()
    {
        const QByteArray path = "/v2/team/api/referrers/" + toQByteArray(m_image.digest.toString());
        const QByteArray row = "{\"mediaType\":\"application/x\",\"digest\":\"" +
                               toQByteArray(m_image.digest.toString()) + "\",\"size\":1}";
        const QByteArray next = m_server->url(QStringLiteral("localhost")).toEncoded() + "v2/more";
        m_server->on(
            "GET", path,
            answer(200, "{\"manifests\":[" + row + "]}", {{"Link", '<' + next + ">; rel=\"next\""}}));
        const auto page = await(m_client->listReferrers(m_repository, m_image.digest));
        QVERIFY(page.has_value() && page->cut);
        QCOMPARE(page->rows.size(), std::size_t(1));
        QCOMPARE(m_server->requests().size(), 1);
    }

    void endsListsThatGoInCircles()
    {
        int page = 0;
        m_server->on("GET", "/v2/_catalog", [&page](const FakeRequest &request) {
            const QByteArray next = request.target.contains("last=a") ? "?last=b" : "?last=a";
            return answer(200, R"({"repositories":["r)" + QByteArray::number(++page) + R"("]})",
                          {{"Link", '<' + next + ">; rel=\"next\""}});
        });
        PageCursor cursor;
        std::optional<Error> cut;
        for (int i = 0; i < 10 && !cut; ++i) {
            const auto got = await(m_client->listRepositories(cursor));
            QVERIFY(got.has_value());
            QCOMPARE(got->rows.size(), std::size_t(1));
            QVERIFY(!got->isLast());
            cut = got->cut;
            cursor = got->next.value_or(PageCursor());
        }
        QVERIFY(cut.has_value());
        QVERIFY(cut->kind == ErrorKind::BadAnswer);
        QCOMPARE(m_server->requests().size(), 3);
    }

    void followsNoLinkToAnotherHost()
    {
        FakeRegistry other;
        m_server->on("GET", "/v2/_catalog",
                     answer(200, R"({"repositories":["a"]})",
                            {{"Link", '<' + other.url().toEncoded() + "v2/_catalog?last=a>; rel=next"}}));
        const auto page = await(m_client->listRepositories());
        QVERIFY(page.has_value());
        QCOMPARE(page->rows.size(), std::size_t(1)); // what came is kept
        QVERIFY(page->cut.has_value());
        QVERIFY(!page->next.has_value());
        QVERIFY(other.requests().isEmpty());
    }

    void lowersRefusedPageSizes()
    {
        m_server->on("GET", "/v2/_catalog", [](const FakeRequest &request) {
            return request.target.contains("n=") ? error(400, "PAGINATION_NUMBER_INVALID")
                                                 : answer(200, R"({"repositories":["a"]})");
        });
        QVERIFY(await(m_client->listRepositories())->isLast());
        QCOMPARE(m_server->requests().size(), 3);
        QCOMPARE(m_server->requests().back().target, QByteArray("/v2/_catalog"));
    }

    void startsAnewWhenTheCursorIsGone()
    {
        m_server->on("GET", "/v2/team/api/tags/list", [](const FakeRequest &request) {
            return request.target.contains("last=")
                       ? error(404, "NAME_UNKNOWN")
                       : answer(200, R"({"tags":["a"]})", {{"Link", "<?last=a>; rel=next"}});
        });
        const auto first = await(m_client->listTags(m_repository));
        const auto second = await(m_client->listTags(m_repository, first->next.value()));
        QVERIFY(second.has_value());
        QVERIFY(second->restarted);
        const auto third = await(m_client->listTags(m_repository, second->next.value()));
        QVERIFY(third.error().kind == ErrorKind::NotFound); // only once, and no empty page that looks complete
    }

    void learnsThatThereIsNoCatalog()
    {
        m_server->on("GET", "/v2/_catalog", error(405, "UNSUPPORTED"));
        QVERIFY(await(m_client->listRepositories()).error().kind == ErrorKind::Unsupported);
        QVERIFY(m_client->capabilities().catalog.isNo());
    }

    void keepsTheUploadsQuery()
    {
        m_server->on("POST", "/v2/team/api/blobs/uploads/",
                     answer(202, {}, {{"Location", "/up?_state=a%2Bb%3D"}}));
        m_server->on("PUT", "/up", answer(201));
        QVERIFY(await(m_client->uploadBlob(m_repository, m_image.layerDigest, m_image.layer)).has_value());
        QCOMPARE(m_server->requests().back().target,
                 "/up?_state=a%2Bb%3D&digest=" + toQByteArray(m_image.layerDigest.toString()));
    }

    void doubtsEmptyBlobs()
    {
        const QByteArray path = "/v2/team/api/blobs/" + toQByteArray(m_image.layerDigest.toString());
        m_server->on("GET", path, answer(200)); // distribution's cache after its garbage collection
        QVERIFY(!await(m_client->blobReadable(m_repository, m_image.layerDigest)).value());
        FakeAnswer whole = answer(200, QByteArray(1024 * 1024, 'x')); // ignores the range
        whole.times = 20;
        m_server->on("GET", path, whole);
        QVERIFY(await(m_client->blobReadable(m_repository, m_image.layerDigest)).value());
        QCOMPARE(m_server->requests().back().header("Range"), QByteArray("bytes=0-0"));
    }

    /// What distribution 2.8.2 does after its garbage collection, as long as its cache knows the blob.
    void doubtsBlobsThatBreakOff()
    {
        const QByteArray path = "/v2/team/api/blobs/" + toQByteArray(m_image.layerDigest.toString());
        FakeAnswer broken = answer(206);
        broken.end = FakeAnswer::End::Cut;
        m_server->on("GET", path, broken);
        m_server->on("HEAD", path, answer(200));
        QVERIFY(!await(m_client->blobReadable(m_repository, m_image.layerDigest)).value());
        m_server->on("HEAD", path, answer(503)); // nothing is known then
        QVERIFY(await(m_client->blobReadable(m_repository, m_image.layerDigest)).error().kind ==
                ErrorKind::Server);
    }

    void followsEventsAcrossConnections()
    {
        const QByteArray path = "/v2/_quayside/store/events";
        FakeAnswer stream = answer(200, {}, {{"Content-Type", "text/event-stream"}});
        stream.end = FakeAnswer::End::Open;
        m_server->on("GET", path, stream);
        const auto events = m_client->events();
        QSignalSpy received(events.get(), &EventStream::received);
        QSignalSpy reset(events.get(), &EventStream::reset);
        QSignalSpy connected(events.get(), &EventStream::connectedChanged);
        events->start();
        QTRY_VERIFY(events->isConnected());
        m_server->streamMore("id: 7\nevent: push\ndata: {\"type\":\"push\",\"repository\":\"team/api\"}\n\n");
        QTRY_COMPARE(received.size(), 1);
        m_server->closeStreams();
        QTRY_COMPARE(connected.size(), 3); // on, off, on
        QCOMPARE(m_server->requests().back().header("Last-Event-ID"), QByteArray("7"));
        m_server->streamMore("event: reset\ndata: {}\n\n");
        QTRY_COMPARE(reset.size(), 1);
    }

    void endsEventsThatAreRefused()
    {
        m_server->on("GET", "/v2/_quayside/store/events", answer(403));
        const auto events = m_client->events();
        QSignalSpy refused(events.get(), &EventStream::refused);
        events->start();
        QTRY_COMPARE(refused.size(), 1);
        QCOMPARE(m_server->requests().size(), 1);
    }

    void outlivesItsOwner()
    {
        m_server->on("GET", "/v2/", answer(200, "{}"));
        auto task = m_client->ping();
        m_client.reset(); // the coroutine holds on
        QVERIFY(await(std::move(task)).has_value());
    }
};

QTEST_GUILESS_MAIN(TestHostileRegistry)
#include "tst_hostileregistry.moc"
