// SPDX-License-Identifier: Apache-2.0
// How a batch of deletes ends, pauses, and learns what a registry can: against answers that a real registry
// cannot be made to give.
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/fakeregistry.h"

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QByteArray manifests = "/v2/team/api/manifests/";
const QByteArray zeroDigest = "sha256:" + QByteArray(64, '0');

FakeAnswer refusal(int status, const QByteArray &code)
{
    return answer(status, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"no\"}]}",
                  {{"Content-Type", "application/json"}});
}

} // namespace

class TestDeleteRules : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<OperationDesk> m_desk;
    std::vector<Tag> m_tags;

    void serve(const QByteArray &name, const TestImage &image)
    {
        const FakeAnswer manifest = answer(200, image.manifest,
                                           {{"Content-Type", toQByteArray(image.mediaType.toString())},
                                            {"Docker-Content-Digest", toQByteArray(image.digest.toString())}});
        for (const char *method : {"HEAD", "GET"})
            m_server->on(method, manifests + name, manifest);
    }

    /// A repository of so many images with a tag each; every DELETE gets this answer.
    void serveImages(int count, const FakeAnswer &toDelete)
    {
        QByteArray names;
        for (int i = 0; i < count; ++i) {
            const QByteArray name = "v" + QByteArray::number(i);
            const TestImage image = TestImage::make(name);
            const QByteArray digest = toQByteArray(image.digest.toString());
            serve(name, image);
            serve(digest, image);
            m_server->on("DELETE", manifests + digest, toDelete);
            names += (names.isEmpty() ? "\"" : ",\"") + name + "\"";
            m_tags.push_back(tagName(name.constData()));
        }
        m_server->on("GET", "/v2/team/api/tags/list", answer(200, "{\"tags\":[" + names + "]}"));
    }

    /// One image with two tags, of which one is chosen; what DELETE of that tag and of the zero digest answer.
    void serveSharedTag(const FakeAnswer &toTag, const FakeAnswer &toZero)
    {
        const TestImage image = TestImage::make("one");
        for (const char *name : {"1.0", "latest"})
            serve(name, image);
        serve(toQByteArray(image.digest.toString()), image);
        m_server->on("GET", "/v2/team/api/tags/list", answer(200, "{\"tags\":[\"1.0\",\"latest\"]}"));
        m_server->on("DELETE", manifests + "1.0", toTag);
        m_server->on("DELETE", manifests + zeroDigest, toZero);
        m_tags = {tagName("1.0")};
    }

    std::optional<DeletePlan> plan() { return m_desk->plan(choose(repository, m_tags)); }

    int deletesOf(const QByteArray &name) const
    {
        const auto &requests = m_server->requests();
        return int(std::count_if(requests.begin(), requests.end(), [&](const FakeRequest &request) {
            return request.method == "DELETE" && request.target == manifests + name;
        }));
    }

private slots:
    void init()
    {
        m_tags.clear();
        m_server = std::make_unique<FakeRegistry>();
        m_server->on("GET", "/v2/", answer(200, "{}"));
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_server->url()));
    }

    void cleanup()
    {
        m_desk.reset();
        m_server.reset();
    }

    void theFirstAnswerEndsTheBatch_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("kind");
        QTest::newRow("login") << 401 << QByteArray("UNAUTHORIZED") << int(ErrorKind::Unauthorized);
        QTest::newRow("permission") << 403 << QByteArray("DENIED") << int(ErrorKind::Forbidden);
        QTest::newRow("deletes off") << 405 << QByteArray("UNSUPPORTED") << int(ErrorKind::DeletesDisabled);
    }
    void theFirstAnswerEndsTheBatch()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, code);
        QFETCH(int, kind);
        serveImages(5, refusal(status, code));
        const auto made = plan();
        QVERIFY(made.has_value());
        const auto ended = m_desk->remove(*made);
        QCOMPARE(ended.state, Operation::State::Failed);
        QCOMPARE(int(ended.error->kind), kind);
        QCOMPARE(ended.count(Outcome::Failed), 1);
        QCOMPARE(ended.count(Outcome::NotSent), 4);
        QCOMPARE(m_server->count("DELETE"), 1);
    }

    void oneProtectedManifestEndsNothing()
    {
        serveImages(5, answer(202));
        m_server->on("DELETE", manifests + toQByteArray(TestImage::make("v2").digest.toString()),
                     refusal(405, "DENIED"));
        const auto made = plan();
        QVERIFY(made.has_value());
        const auto ended = m_desk->remove(*made);
        QCOMPARE(ended.state, Operation::State::Finished);
        QCOMPARE(ended.count(Outcome::Done), 4);
        QCOMPARE(ended.count(Outcome::Failed), 1);
    }

    void tenFailuresInARowPause()
    {
        serveImages(40, answer(500));
        const auto made = plan();
        QVERIFY(made.has_value());
        DeleteImages *deleting = m_desk->history().deleteImages(*made, {});
        QTRY_COMPARE_WITH_TIMEOUT(deleting->state(), Operation::State::Paused, OperationDesk::longEnough);
        deleting->stop();
        const auto ended = m_desk->finish(deleting);
        QCOMPARE(ended.state, Operation::State::Stopped);
        // Four work at a time, and what they had begun they finish.
        const int failed = ended.count(Outcome::Failed);
        QVERIFY(failed >= 10 && failed < 14);
        QCOMPARE(ended.count(Outcome::NotSent), 40 - failed);
        QCOMPARE(m_server->count("DELETE"), failed);
    }

    void goesOnAfterAPause()
    {
        serveImages(40, answer(500));
        const auto made = plan();
        QVERIFY(made.has_value());
        DeleteImages *deleting = m_desk->history().deleteImages(*made, {});
        QTRY_COMPARE_WITH_TIMEOUT(deleting->state(), Operation::State::Paused, OperationDesk::longEnough);
        for (int i = 0; i < 40; ++i) {
            const QByteArray name = "v" + QByteArray::number(i);
            m_server->on("DELETE", manifests + toQByteArray(TestImage::make(name).digest.toString()),
                         answer(202));
        }
        deleting->resume();
        const auto ended = m_desk->finish(deleting);
        QCOMPARE(ended.state, Operation::State::Finished);
        QCOMPARE(ended.count(Outcome::Failed) + ended.count(Outcome::Done), 40);
        QVERIFY(ended.count(Outcome::Failed) < 14);
    }

    void aRegistryThatRemovesOneTagIsRemembered()
    {
        serveSharedTag(answer(202), answer(404));
        const auto made = plan();
        QVERIFY(made && made->tagsUncertain.size() == 1);
        QCOMPARE(m_desk->remove(*made).count(Outcome::Done), 1);
        QCOMPARE(deletesOf(zeroDigest), 0);
        QVERIFY(m_desk->client()->capabilities().deleteTag.isYes());
        const auto next = plan();
        QVERIFY(next && next->tagsRemoved.size() == 1);
    }

    void fourHundredNeedsNoProbe()
    {
        serveSharedTag(refusal(400, "DIGEST_INVALID"), answer(404));
        const auto made = plan();
        QVERIFY(made.has_value());
        QCOMPARE(m_desk->remove(*made).count(Outcome::LeftAlone), 1);
        QCOMPARE(deletesOf(zeroDigest), 0);
        QVERIFY(m_desk->client()->capabilities().deleteTag.isNo());
    }

    void theZeroDigestDecidesWhat405Means()
    {
        serveSharedTag(refusal(405, "UNSUPPORTED"), refusal(404, "MANIFEST_UNKNOWN"));
        const auto made = plan();
        QVERIFY(made.has_value());
        QCOMPARE(deletesOf(zeroDigest), 0); // looking asks nothing
        QCOMPARE(m_desk->remove(*made).count(Outcome::LeftAlone), 1);
        QCOMPARE(deletesOf(zeroDigest), 1);
        QVERIFY(m_desk->client()->capabilities().deleteTag.isNo());
        QVERIFY(m_desk->client()->capabilities().deleteByDigest.isYes());
    }

    /// With deletes off the placeholder would go up and stay there.
    void noPlaceholderWhereDeletesAreOff()
    {
        serveSharedTag(refusal(400, "DIGEST_INVALID"), refusal(405, "UNSUPPORTED"));
        DeleteRequest request = choose(repository, m_tags);
        request.usePlaceholder = true;
        const auto made = m_desk->plan(request);
        QVERIFY(made && made->tagsByPlaceholder.size() == 1);
        const auto ended = m_desk->remove(*made);
        QCOMPARE(ended.error->kind, ErrorKind::DeletesDisabled);
        QCOMPARE(ended.count(Outcome::LeftAlone), 1);
        QCOMPARE(deletesOf(zeroDigest), 1);
        QCOMPARE(m_server->count("PUT"), 0);
    }

    void theZeroDigestSaysThatDeletesAreOff()
    {
        serveSharedTag(refusal(405, "UNSUPPORTED"), refusal(405, "UNSUPPORTED"));
        const auto made = plan();
        QVERIFY(made.has_value());
        const auto ended = m_desk->remove(*made);
        QCOMPARE(ended.error->kind, ErrorKind::DeletesDisabled);
        QCOMPARE(deletesOf(zeroDigest), 1);
        QVERIFY(!m_desk->client()->capabilities().deleteTag.isNo()); // still not known
    }
};

QTEST_GUILESS_MAIN(TestDeleteRules)
#include "tst_deleterules.moc"
