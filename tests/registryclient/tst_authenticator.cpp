// SPDX-License-Identifier: Apache-2.0
// How a client logs in to a registry that does what real ones cannot be made to do.
#include "registryclient/eventstream.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QSignalSpy>
#include <QTest>
#include <QUrlQuery>

using namespace quayside;
using namespace quayside::test;

namespace {

const QByteArray basicOfAda = "Basic " + QByteArray("ada:pw").toBase64();
const QByteArray tagList = "{\"name\":\"team/api\",\"tags\":[\"1.0\"]}";
const QByteArray tagsPath = "/v2/team/api/tags/list";

/// Answers with one login, counts how often it is asked, and waits for the test where it says so.
class CountingSource : public LoginSource
{
public:
    explicit CountingSource(Result<std::optional<Login>> answer)
        : m_answer(std::move(answer))
    {}
    QCoro::Task<Result<std::optional<Login>>> login(RegistryAddress, std::optional<RepositoryName> repository,
                                                    std::stop_token stop) override
    {
        asked.push_back(repository);
        if (waits) {
            Wakeup wakeup(stop);
            waiting = &wakeup;
            co_await wakeup;
            waiting = nullptr;
        }
        const auto copy = m_answer;
        co_return copy;
    }

    std::vector<std::optional<RepositoryName>> asked;
    bool waits = false;
    Wakeup *waiting = nullptr;

private:
    Result<std::optional<Login>> m_answer;
};

FakeAnswer challenged(const QByteArray &challenge, int status = 401)
{
    return answer(status, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"log in\"}]}",
                  {{"WWW-Authenticate", challenge}});
}

} // namespace

class TestAuthenticator : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<CountingSource> m_source;
    std::shared_ptr<RegistryClient> m_client;
    const RepositoryName m_repository = repositoryName("team/api");
    const Login m_ada{QStringLiteral("ada"), QStringLiteral("pw")};
    QByteArrayList m_scopes; // of the tokens asked for
    QByteArray m_granted;    // JSON list, put into the tokens

    void use(Result<std::optional<Login>> login, const QStringList &tokenServers = {})
    {
        m_source = std::make_shared<CountingSource>(std::move(login));
        Access access;
        access.logins = m_source;
        access.tokenServers = tokenServers;
        m_client->setAccess(std::move(access));
    }

    QByteArray realm() const { return m_server->url().toEncoded() + "token"; }
    QByteArray bearer(const QByteArray &more = {}) const
    {
        return "Bearer realm=\"" + realm() + "\",service=\"reg\"" + more;
    }
    QByteArray tokenOf(const QByteArray &name) const
    {
        if (m_granted.isEmpty())
            return name;
        const auto options = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
        return "e30." + ("{\"jti\":\"" + name + "\",\"access\":" + m_granted + '}').toBase64(options) + ".x";
    }
    /// Hands out t1, t2, … and takes those that `good` likes.
    void serveTokens(const std::function<bool(const QByteArray &token)> &good, const QByteArray &refusal)
    {
        m_server->on("GET", "/token", [this](const FakeRequest &request) {
            const QUrlQuery query(QUrl::fromEncoded(request.target));
            QByteArrayList scopes;
            for (const QString &scope : query.allQueryItemValues(QStringLiteral("scope"), QUrl::FullyDecoded))
                scopes.append(scope.toLatin1());
            m_scopes.append(scopes.join(' '));
            const QByteArray token = tokenOf('t' + QByteArray::number(m_scopes.size()));
            return answer(200, "{\"token\":\"" + token + "\"}");
        });
        const auto handler = [good, refusal](const FakeRequest &request) {
            const QByteArray sent = request.header("Authorization");
            const bool in = sent.startsWith("Bearer ") && good(sent.mid(7));
            return in ? answer(200, tagList) : challenged(refusal);
        };
        m_server->on("GET", tagsPath, handler);
    }
    void serveTokens() // all are good
    {
        serveTokens([](const QByteArray &) { return true; }, bearer(",scope=\"repository:team/api:pull\""));
    }
    Result<TagPage> list() { return await(m_client->listTags(m_repository)); }
    QByteArrayList sentAuthorizations(const QByteArray &path) const
    {
        QByteArrayList sent;
        for (const FakeRequest &request : m_server->requests()) {
            if (request.target.startsWith(path))
                sent.append(request.header("Authorization"));
        }
        return sent;
    }

private slots:
    void init()
    {
        m_server = std::make_unique<FakeRegistry>();
        m_transport = std::make_unique<Transport>();
        m_scopes.clear();
        m_granted.clear();
        m_client = RegistryClient::create(m_transport.get(),
                                          RegistryAddress::parse(m_server->url().toString()).value());
        use(std::optional(m_ada));
    }

    void cleanup()
    {
        m_client.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_server.reset();
    }

    void staysAnonymousUntilAsked()
    {
        m_server->on("GET", tagsPath, answer(200, tagList));
        QVERIFY(list().has_value());
        QCOMPARE(sentAuthorizations("/"), QByteArrayList{QByteArray()});
        QVERIFY(m_source->asked.empty());
        QVERIFY(!m_client->hasLogin());
    }

    void answersBasic()
    {
        m_server->on("GET", tagsPath, [](const FakeRequest &request) {
            return request.header("Authorization") == basicOfAda ? answer(200, tagList)
                                                                 : challenged("BASIC realm=\"x\"");
        });
        QVERIFY(list().has_value());
        QVERIFY(list().has_value());
        // Refused once only: what the registry wants is remembered.
        QCOMPARE(sentAuthorizations("/"), (QByteArrayList{{}, basicOfAda, basicOfAda}));
        QCOMPARE(m_source->asked.size(), 1U);
        QVERIFY(m_source->asked.front() == m_repository);
        QCOMPARE(m_client->user(), QStringLiteral("ada"));
    }

    void sendsARefusedPasswordOnce()
    {
        m_server->on("GET", tagsPath, challenged("Basic realm=\"x\""));
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(sentAuthorizations("/").count(basicOfAda), 1);
        m_client->logInAgain();
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(sentAuthorizations("/").count(basicOfAda), 2);
        QCOMPARE(m_source->asked.size(), 2U);
    }

    void keepsALoginThatHasWorked()
    {
        m_server->on("GET", tagsPath, [](const FakeRequest &request) {
            return request.header("Authorization").isEmpty() ? challenged("Basic realm=\"x\"")
                                                             : answer(200, tagList);
        });
        m_server->on("GET", "/v2/secret/tags/list", challenged("Basic realm=\"x\""));
        QVERIFY(list().has_value());
        QCOMPARE(await(m_client->listTags(repositoryName("secret"))).error().kind, ErrorKind::Unauthorized);
        QVERIFY(list().has_value()); // one repository's refusal is not about the password
    }

    void saysWhenThereIsNoLogin()
    {
        m_server->on("GET", tagsPath, challenged("Basic realm=\"x\""));
        use(std::optional<Login>());
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(m_server->requests().size(), 1);
    }

    void passesOnWhyALoginCannotBeRead()
    {
        m_server->on("GET", tagsPath, challenged("Basic realm=\"x\""));
        use(fail(ErrorKind::Storage, "the keyring is locked"));
        QCOMPARE(list().error().kind, ErrorKind::Storage);
        QCOMPARE(list().error().kind, ErrorKind::Storage);
        QCOMPARE(m_source->asked.size(), 2U); // it may be open by now
    }

    void asksTheSourceOnceForMany()
    {
        const auto wantsLogin = [](const FakeRequest &request) {
            return request.header("Authorization") == basicOfAda ? answer(200, tagList)
                                                                 : challenged("Basic realm=\"x\"");
        };
        m_server->on("GET", tagsPath, wantsLogin);
        m_server->on("GET", "/v2/other/tags/list", wantsLogin);
        // Once it is known what the registry wants, the source is asked before anything is sent.
        QVERIFY(await(m_client->listTags(repositoryName("other"))).has_value());
        m_source->waits = true;
        std::stop_source impatient;
        auto first = m_client->listTags(m_repository, {}, impatient.get_token());
        auto second = m_client->listTags(m_repository);
        QVERIFY(m_source->waiting);
        impatient.request_stop();
        QCOMPARE(await(std::move(first)).error().kind, ErrorKind::Cancelled);
        QVERIFY(m_source->waiting);
        m_source->waiting->wake();
        QVERIFY(await(std::move(second)).has_value());
        QCOMPARE(m_source->asked.size(), 2U); // one for each repository
    }

    void sendsNoIdentityTokenToTheRegistry()
    {
        m_server->on("GET", tagsPath, challenged("Basic realm=\"x\""));
        Login identity;
        identity.identityToken = QStringLiteral("secret");
        use(std::optional(identity));
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(m_server->requests().size(), 1);
    }

    void fetchesTokens()
    {
        serveTokens();
        QVERIFY(list().has_value());
        QVERIFY(list().has_value());
        QCOMPARE(m_scopes, QByteArrayList{"repository:team/api:pull"});
        QCOMPARE(sentAuthorizations(tagsPath), (QByteArrayList{{}, "Bearer t1", "Bearer t1"}));
        QCOMPARE(sentAuthorizations("/token"), QByteArrayList{basicOfAda});
    }

    void prefersTokens()
    {
        serveTokens([](const QByteArray &) { return true; }, "Basic realm=\"x\", " + bearer());
        QVERIFY(list().has_value());
        QCOMPARE(sentAuthorizations(tagsPath), (QByteArrayList{{}, "Bearer t1"}));
    }

    void refreshesARefusedTokenOnce()
    {
        serveTokens([](const QByteArray &token) { return token == "t1"; }, bearer());
        QVERIFY(list().has_value());
        serveTokens([](const QByteArray &token) { return token == "t2"; },
                    bearer(",error=\"invalid_token\""));
        QVERIFY(list().has_value());
        QCOMPARE(m_scopes.size(), 2);
        serveTokens([](const QByteArray &) { return false; }, bearer(",error=\"invalid_token\""));
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(m_scopes.size(), 3);
    }

    void asksOnceForAWiderToken()
    {
        const QByteArray wider = bearer(",scope=\"repository:team/api:pull repository:base:pull\","
                                        "error=\"insufficient_scope\"");
        serveTokens([](const QByteArray &token) { return token == "t2"; }, wider);
        QVERIFY(list().has_value());
        QCOMPARE(m_scopes, (QByteArrayList{"repository:team/api:pull",
                                           "repository:base:pull repository:team/api:pull"}));
    }

    void stopsWhenTheWiderTokenDoesNotDo()
    {
        serveTokens([](const QByteArray &) { return false; },
                    bearer(",scope=\"repository:team/api:pull,push\",error=\"insufficient_scope\""));
        const auto refused = list();
        QCOMPARE(refused.error().kind, ErrorKind::Forbidden);
        QCOMPARE(m_scopes, (QByteArrayList{"repository:team/api:pull", "repository:team/api:pull,push"}));
    }

    /// A registry that wants more each time is not followed.
    void widensNoFurther()
    {
        int asked = 0;
        serveTokens([](const QByteArray &) { return true; }, bearer());
        m_server->on("GET", tagsPath, [&](const FakeRequest &) {
            return challenged(bearer(",scope=\"repository:r" + QByteArray::number(++asked) +
                                     ":pull\",error=\"insufficient_scope\""));
        });
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(m_scopes.size(), 2);
        QCOMPARE(asked, 3);
    }

    void understandsInsufficientScopeIn403()
    {
        serveTokens([](const QByteArray &token) { return token == "t2"; }, bearer());
        m_server->on("GET", tagsPath, [this](const FakeRequest &request) {
            const QByteArray sent = request.header("Authorization");
            if (sent == "Bearer t2")
                return answer(200, tagList);
            return sent.isEmpty()
                       ? challenged(bearer())
                       : challenged(bearer(",scope=\"repository:x:pull\",error=\"insufficient_scope\""), 403);
        });
        QVERIFY(list().has_value());
    }

    void leavesOther403Alone()
    {
        serveTokens();
        m_server->on("GET", tagsPath, challenged(bearer(), 403));
        QCOMPARE(list().error().kind, ErrorKind::Forbidden);
        QCOMPARE(m_scopes.size(), 0);
    }

    void tellsPermissionsByItsTokens()
    {
        using State = Ability::State;
        serveTokens();
        m_granted = "[{\"type\":\"repository\",\"name\":\"team/api\",\"actions\":[\"pull\",\"delete\"]}]";
        QVERIFY(list().has_value());
        QCOMPARE(m_client->permissions(m_repository).push.state, State::NotTried); // only pull was asked for
        const auto asked = await(m_client->askPermissions(m_repository));
        QCOMPARE(m_scopes.back(), QByteArray("repository:team/api:delete,pull,push"));
        QCOMPARE(asked->push.state, State::No);
        QCOMPARE(asked->remove.state, State::Yes);
        QCOMPARE(m_client->permissions(m_repository).push.state, State::No);
        QCOMPARE(m_client->permissions(repositoryName("other")).push.state, State::NotTried);
    }

    /// Where each read of a manifest counts as a pull.
    void knowsHarborByItsService()
    {
        serveTokens();
        QVERIFY(list().has_value());
        QVERIFY(!m_client->capabilities().harbor && !m_client->capabilities().countsPulls);
        use(std::optional(m_ada));
        const QByteArray harbor = bearer().replace("service=\"reg\"", "service=\"harbor-registry\"");
        serveTokens([](const QByteArray &) { return true; }, harbor);
        QVERIFY(list().has_value());
        QVERIFY(m_client->capabilities().harbor && m_client->capabilities().countsPulls);
    }

    void knowsNothingFromOpaqueTokens()
    {
        serveTokens();
        QVERIFY(list().has_value());
        const auto asked = await(m_client->askPermissions(m_repository));
        QCOMPARE(asked->push.state, Ability::State::NotTried);
        QCOMPARE(asked->remove.state, Ability::State::NotTried);
    }

    void asksNoTokenWhereNoneIsUsed()
    {
        m_server->on("GET", tagsPath, answer(200, tagList));
        QVERIFY(list().has_value());
        QVERIFY(await(m_client->askPermissions(m_repository)).has_value());
        QCOMPARE(m_server->requests().size(), 1);
    }

    void saysForbiddenWhenTheTokenGrantsLess()
    {
        m_granted = "[]";
        serveTokens([](const QByteArray &) { return false; }, bearer());
        QCOMPARE(list().error().kind, ErrorKind::Forbidden);
        use(std::optional<Login>());
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized); // a login may help
    }

    void trustsNoForeignTokenServer()
    {
        FakeRegistry other;
        other.on("GET", "/token", answer(200, "{\"token\":\"theirs\"}"));
        const QUrl foreign = other.url(QStringLiteral("localhost"));
        m_server->on("GET", tagsPath, [&](const FakeRequest &request) {
            return request.header("Authorization") == "Bearer theirs"
                       ? answer(200, tagList)
                       : challenged("Bearer realm=\"" + foreign.toEncoded() + "token\"");
        });
        QCOMPARE(list().error().kind, ErrorKind::TokenServerUnknown);
        QCOMPARE(other.requests().size(), 0);
        const QString server = m_client->unknownTokenServer();
        QCOMPARE(server, QStringLiteral("http://localhost:%1").arg(other.serverPort()));
        use(std::optional(m_ada), {server});
        QVERIFY(list().has_value());
        QCOMPARE(other.requests().front().header("Authorization"), basicOfAda);
    }

    void namesWhatItCannotAnswer()
    {
        m_server->on("GET", tagsPath, challenged("Negotiate, Digest realm=\"x\",nonce=\"y\""));
        QCOMPARE(list().error().kind, ErrorKind::Unsupported);
        m_server->on("GET", tagsPath, challenged("Basic realm=\"x"));
        QCOMPARE(list().error().kind, ErrorKind::BadAnswer);
        m_server->on("GET", tagsPath, challenged("Bearer service=\"x\""));
        QCOMPARE(list().error().kind, ErrorKind::BadAnswer);
        QVERIFY(m_server->requests().size() == 3);
    }

    void changesSchemesOnlyOnce()
    {
        bool basic = false;
        serveTokens();
        m_server->on("GET", tagsPath, [&](const FakeRequest &) {
            basic = !basic;
            return challenged(basic ? QByteArray("Basic realm=\"x\"") : bearer());
        });
        QCOMPARE(list().error().kind, ErrorKind::Unauthorized);
        QVERIFY(m_server->requests().size() <= 5);
    }

    void logsInToEvents()
    {
        serveTokens();
        const QByteArray path = "/v2/_quayside/store/events";
        m_server->on("GET", path, [this](const FakeRequest &request) {
            FakeAnswer stream = answer(200, {}, {{"Content-Type", "text/event-stream"}});
            stream.end = FakeAnswer::End::Open;
            return request.header("Authorization") == "Bearer t2"
                       ? stream
                       : challenged(bearer(",scope=\"registry:events:*\",error=\"insufficient_scope\""));
        });
        const auto events = m_client->events();
        events->start();
        QTRY_VERIFY(events->isConnected());
        QCOMPARE(m_scopes, (QByteArrayList{{}, "registry:events:*"}));
        QCOMPARE(sentAuthorizations(path), (QByteArrayList{{}, "Bearer t1", "Bearer t2"}));
    }

    void endsEventsWhoseLoginIsRefused()
    {
        m_server->on("GET", "/v2/_quayside/store/events", challenged("Basic realm=\"x\""));
        const auto events = m_client->events();
        QSignalSpy refused(events.get(), &EventStream::refused);
        events->start();
        QTRY_COMPARE(refused.size(), 1);
        QCOMPARE(refused.front().front().value<Error>().kind, ErrorKind::Unauthorized);
        QCOMPARE(m_server->requests().size(), 2);
    }

    /// The stream is gone while its login is still being asked for.
    void outlivesItsEvents()
    {
        m_server->on("GET", "/v2/_quayside/store/events", challenged("Basic realm=\"x\""));
        m_source->waits = true;
        auto events = m_client->events();
        events->start();
        QTRY_VERIFY(m_source->waiting);
        events.reset();
        QTRY_VERIFY(!m_source->waiting);
        QTRY_COMPARE(m_transport->running(), 0);
        QCOMPARE(m_server->requests().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestAuthenticator)
#include "tst_authenticator.moc"
