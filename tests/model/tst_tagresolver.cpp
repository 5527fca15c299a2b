// SPDX-License-Identifier: Apache-2.0
// What must be known before anything is deleted, against a registry that does not tell all of it.
#include "model/deleteimages.h"
#include "model/operationhistory.h"
#include "model/plandelete.h"
#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "model/tagresolver.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const QByteArray tagsPath = "/v2/team/api/tags/list";

FakeAnswer tagList(const QByteArray &names, const HttpHeaders &headers = {})
{
    return answer(200, "{\"name\":\"team/api\",\"tags\":[" + names + "]}", headers);
}

} // namespace

class TestTagResolver : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<Transport> m_transport;
    const RepositoryName m_repository = repositoryName("team/api");
    const TestImage m_image = TestImage::make("one");

    void serve(const QByteArray &reference, const FakeAnswer &other = {})
    {
        FakeAnswer manifest = answer(200, m_image.manifest,
                                     {{"Content-Type", toQByteArray(m_image.mediaType.toString())},
                                      {"Docker-Content-Digest", toQByteArray(m_image.digest.toString())}});
        if (other.status != 200)
            manifest = other;
        for (const char *method : {"HEAD", "GET"})
            m_server->on(method, "/v2/team/api/manifests/" + reference, manifest);
    }

    Result<RepositoryContent> resolve(qint64 *told = nullptr)
    {
        const auto client = RegistryClient::create(
            m_transport.get(), RegistryAddress::parse(m_server->url().toString()).value());
        const auto progress = [told](qint64 done, qint64 total) {
            if (told)
                *told = done * 1'000 + total;
        };
        return await(resolveAllTags(client, m_repository, progress, {}));
    }

private slots:
    void init()
    {
        TransportOptions options;
        options.retryDelay = std::chrono::milliseconds(1);
        m_server = std::make_unique<FakeRegistry>();
        m_transport = std::make_unique<Transport>(options);
        serve("1.0");
        serve("latest");
    }

    void cleanup()
    {
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_server.reset();
    }

    void resolvesEveryTag()
    {
        m_server->on("GET", tagsPath, tagList("\"1.0\",\"latest\",\"lost\""));
        qint64 told = 0;
        const auto content = resolve(&told);
        QVERIFY(content.has_value());
        QCOMPARE(content->tags.size(), 2U);
        QCOMPARE(content->tags.at(tagName("latest")), m_image.digest);
        QCOMPARE(content->unresolved.size(), 1U); // listed, but there is nothing
        QCOMPARE(content->images.size(), 1U);
        QCOMPARE(told, 3'003);
    }

    void refusesWhatIsNotWhole()
    {
        m_server->on(
            "GET", tagsPath,
            tagList("\"1.0\"", {{"Link", "<http://elsewhere/v2/team/api/tags/list>; rel=\"next\""}}));
        QCOMPARE(resolve().error().kind, ErrorKind::BadAnswer);
        m_server->on("GET", tagsPath, tagList("\"1.0\",\"no tag\""));
        QCOMPARE(resolve().error().kind, ErrorKind::BadAnswer);
        m_server->on("GET", tagsPath, tagList("\"1.0\",\"latest\""));
        serve("latest", answer(503));
        QCOMPARE(resolve().error().kind, ErrorKind::Server);
        serve("latest", answer(403));
        QCOMPARE(resolve().error().kind, ErrorKind::Forbidden);
    }

    /// The list was whole when the plan was made, and is not when the person says yes.
    void deletesNothingThen()
    {
        QTemporaryDir directory;
        QSettings store(directory.filePath(QStringLiteral("test.conf")), QSettings::IniFormat);
        UndoJournal journal(directory.filePath(QStringLiteral("data")));
        RegistryList list(&store);
        SessionManager sessions(&list, nullptr, m_transport.get(), &journal);
        OperationHistory history(&sessions, &journal);
        m_server->on("GET", "/v2/", answer(200, "{}"));
        m_server->on("GET", tagsPath, tagList("\"1.0\",\"latest\""));
        RegistryConfig config;
        config.address = m_server->url().authority();
        RegistrySession *session = sessions.session(list.add(config));
        session->open();
        QTRY_COMPARE(session->state(), RegistrySession::State::Ready);

        DeleteRequest request{m_repository, {}, {}, false};
        for (const char *tag : {"1.0", "latest"})
            request.tags.push_back(DeleteRequest::ChosenTag{tagName(tag), {}});
        PlanDelete *planning = history.planDelete(session, request);
        std::optional<DeletePlan> plan;
        connect(planning, &Operation::finished, this, [&plan, planning] { plan = planning->plan(); });
        QTRY_VERIFY(plan.has_value());
        QCOMPARE(plan->deletedImages.size(), 1U);

        m_server->on("GET", tagsPath, tagList("\"1.0\",\"latest\",\"no tag\""));
        DeleteImages *deleting = history.deleteImages(*plan, {});
        std::optional<Operation::State> ended;
        std::optional<Error> error;
        connect(deleting, &Operation::finished, this, [&] {
            ended = deleting->state();
            error = deleting->error();
        });
        QTRY_VERIFY(ended.has_value());
        QVERIFY(*ended == Operation::State::Failed);
        QCOMPARE(error->kind, ErrorKind::BadAnswer);
        QCOMPARE(m_server->count("DELETE"), 0);
    }
};

QTEST_GUILESS_MAIN(TestTagResolver)
#include "tst_tagresolver.moc"
