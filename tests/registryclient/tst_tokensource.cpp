// SPDX-License-Identifier: Apache-2.0
// How tokens are fetched from a token server, shared and kept.
#include "registryclient/realm.h"
#include "registryclient/tokensource.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QTest>
#include <QUrlQuery>

using namespace quayside;
using namespace quayside::test;

namespace {

using std::chrono::seconds;

QByteArray tokenBody(const QByteArray &token)
{
    return "{\"token\":\"" + token + "\"}";
}

RegistryAddress registry()
{
    return RegistryAddress::parse(QStringLiteral("127.0.0.1:5000")).value();
}

Login login(const char *user, const char *password)
{
    return Login{QString::fromUtf8(user), QString::fromUtf8(password)};
}

} // namespace

class TestTokenSource : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<TokenSource> m_source;
    std::chrono::steady_clock::time_point m_now;
    int m_issued = 0;

    TokenRequest request(const char *repository) const
    {
        return TokenRequest{m_server->url().toEncoded() + "token", "registry.example",
                            Purpose::pull(repositoryName(repository)).scope, std::nullopt};
    }
    TokenRequest request(const char *repository, const Login &login) const
    {
        auto made = request(repository);
        made.login = login;
        return made;
    }
    Result<TokenReply> token(const TokenRequest &request) { return await(m_source->token(request, {})); }
    QUrlQuery lastQuery() const { return QUrlQuery(QUrl::fromEncoded(m_server->requests().back().target)); }

private slots:
    void init()
    {
        m_server = std::make_unique<FakeRegistry>();
        m_issued = 0;
        m_server->on("GET", "/token", [this](const FakeRequest &) {
            return answer(200, tokenBody("token-" + QByteArray::number(++m_issued)));
        });
        m_transport = std::make_unique<Transport>();
        m_now = std::chrono::steady_clock::now();
        m_source = std::make_shared<TokenSource>(m_transport.get(), registry(), QStringList(), TlsSettings(),
                                                 [this] { return m_now; });
    }

    void cleanup()
    {
        m_source.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_server.reset();
    }

    void asksAsTheStandardSays()
    {
        m_server->on("GET", "/token", answer(200, tokenBody("t")));
        auto ask = request("team/api", login("ada", "p:w"));
        ask.realm += "?fixed=a%2Bb";
        ask.scope = Purpose::push(repositoryName("team/api")).scope.united(Purpose::catalog().scope);
        QVERIFY(token(ask).has_value());
        QCOMPARE(m_server->requests().back().target,
                 QByteArray("/token?fixed=a%2Bb&service=registry.example&scope=registry%3Acatalog%3A%2A&"
                            "scope=repository%3Ateam%2Fapi%3Apull%2Cpush&account=ada"));
        QCOMPARE(m_server->requests().back().header("Authorization"), QByteArray("Basic YWRhOnA6dw=="));
        QVERIFY(token(request("team/api")).has_value());
        QVERIFY(m_server->requests().back().header("Authorization").isEmpty());
        QVERIFY(!lastQuery().hasQueryItem(QStringLiteral("account")));
    }

    void keepsTokensPerLoginAndScope()
    {
        const Login ada = login("ada", "pw");
        const Login bob = login("bob", "pw");
        QCOMPARE(token(request("a"))->token, QByteArray("token-1"));
        QCOMPARE(token(request("b"))->token, QByteArray("token-2"));
        QCOMPARE(token(request("a", ada))->token, QByteArray("token-3"));
        QCOMPARE(token(request("a", bob))->token, QByteArray("token-4"));
        QCOMPARE(token(request("a"))->token, QByteArray("token-1"));
        QCOMPARE(token(request("a", ada))->token, QByteArray("token-3"));
        auto push = request("a");
        push.scope = Purpose::push(repositoryName("a")).scope;
        QCOMPARE(token(push)->token, QByteArray("token-5"));
        QCOMPARE(m_issued, 5);
    }

    void fetchesAnewWhenTokensExpire()
    {
        QCOMPARE(token(request("a"))->token, QByteArray("token-1"));
        m_now += seconds(54);
        QCOMPARE(token(request("a"))->token, QByteArray("token-1"));
        m_now += seconds(2);
        QVERIFY(!m_source->kept(request("a")));
        QCOMPARE(token(request("a"))->token, QByteArray("token-2"));
    }

    void dropsOnlyTheRefusedToken()
    {
        const auto ask = request("a");
        QVERIFY(token(ask).has_value());
        m_source->drop(ask, "token-0"); // somebody else has fetched a new one meanwhile
        QCOMPARE(token(ask)->token, QByteArray("token-1"));
        m_source->drop(ask, "token-1");
        QCOMPARE(token(ask)->token, QByteArray("token-2"));
    }

    void asksOnceForMany()
    {
        auto first = m_source->token(request("a"), {});
        auto second = m_source->token(request("a"), {});
        auto other = m_source->token(request("b"), {});
        QCOMPARE(await(std::move(second))->token, await(std::move(first))->token);
        QVERIFY(await(std::move(other))->token != m_source->kept(request("a"))->token);
        QCOMPARE(m_issued, 2);
    }

    void stopsNobodyElse()
    {
        std::stop_source impatient;
        auto first = m_source->token(request("a"), impatient.get_token());
        auto second = m_source->token(request("a"), {});
        impatient.request_stop();
        QCOMPARE(await(std::move(first)).error().kind, ErrorKind::Cancelled);
        QCOMPARE(await(std::move(second))->token, QByteArray("token-1"));
        QCOMPARE(m_issued, 1);
    }

    void stopsWithTheLastAsker()
    {
        FakeAnswer never = answer(200);
        never.end = FakeAnswer::End::Hang;
        m_server->on("GET", "/token", never);
        std::stop_source stop;
        auto first = m_source->token(request("a"), stop.get_token());
        auto second = m_source->token(request("a"), stop.get_token());
        QTRY_COMPARE(m_server->openConnections(), 1);
        stop.request_stop();
        QCOMPARE(await(std::move(first)).error().kind, ErrorKind::Cancelled);
        QCOMPARE(await(std::move(second)).error().kind, ErrorKind::Cancelled);
        QTRY_COMPARE(m_server->openConnections(), 0);
        m_server->on("GET", "/token", answer(200, tokenBody("later")));
        QCOMPARE(token(request("a"))->token, QByteArray("later"));
    }

    void sharesFailuresToo()
    {
        m_server->on("GET", "/token", answer(403));
        auto first = m_source->token(request("a"), {});
        auto second = m_source->token(request("a"), {});
        QCOMPARE(await(std::move(first)).error().kind, ErrorKind::Forbidden);
        QCOMPARE(await(std::move(second)).error().kind, ErrorKind::Forbidden);
        QCOMPARE(m_server->requests().size(), 1);
        QCOMPARE(token(request("a")).error().kind, ErrorKind::Forbidden); // asked again
        QCOMPARE(m_server->requests().size(), 2);
    }

    void followsNoRedirect()
    {
        FakeRegistry other;
        other.on("GET", "/token", answer(200, tokenBody("stolen")));
        for (const int status : {301, 302, 303, 307, 308}) {
            m_server->on("GET", "/token",
                         answer(status, {}, {{"Location", other.url().toEncoded() + "token"}}));
            QCOMPARE(token(request("a", login("ada", "pw"))).error().kind, ErrorKind::BadAnswer);
        }
        m_server->on("GET", "/token", answer(302, {}, {{"Location", "/elsewhere"}}));
        QCOMPARE(token(request("a")).error().kind, ErrorKind::BadAnswer);
        QCOMPARE(other.requests().size(), 0);
        QCOMPARE(m_server->requests().back().target.left(6), QByteArray("/token"));
    }

    void limitsAnswers()
    {
        m_server->on("GET", "/token", answer(200, tokenBody(QByteArray(65 * 1024, 't'))));
        QCOMPARE(token(request("a")).error().kind, ErrorKind::TooLarge);
        m_server->on("GET", "/token", answer(200, tokenBody(QByteArray(60 * 1024, 't'))));
        QCOMPARE(token(request("a"))->token.size(), 60 * 1024);
    }

    void saysWhyThereIsNone()
    {
        m_server->on("GET", "/token", answer(401));
        QCOMPARE(token(request("a")).error().kind, ErrorKind::Unauthorized);
        m_server->on("GET", "/token", answer(200, "{}"));
        QCOMPARE(token(request("a")).error().kind, ErrorKind::BadAnswer);
        m_server->on("GET", "/token", answer(200, "<html>", {{"Content-Type", "text/html"}}));
        QCOMPARE(token(request("a")).error().kind, ErrorKind::NotARegistry);
    }

    void showsIdentityTokens_data()
    {
        QTest::addColumn<int>("status"); // of the POST
        QTest::newRow("POST") << 200;
        QTest::newRow("404") << 404;
        QTest::newRow("405") << 405;
        QTest::newRow("401") << 401;
    }

    void showsIdentityTokens()
    {
        QFETCH(int, status);
        m_server->on("POST", "/token", answer(status, "{\"access_token\":\"posted\"}"));
        Login identity;
        identity.identityToken = QStringLiteral("id+tok");
        const auto reply = token(request("a", identity));
        const FakeRequest &post = m_server->requests().front();
        QCOMPARE(post.body, QByteArray("grant_type=refresh_token&service=registry.example&client_id=quayside&"
                                       "scope=repository%3Aa%3Apull&refresh_token=id%2Btok"));
        QCOMPARE(post.header("Content-Type"), QByteArray("application/x-www-form-urlencoded"));
        QVERIFY(post.header("Authorization").isEmpty());
        if (status == 200) {
            QCOMPARE(reply->token, QByteArray("posted"));
        } else if (status == 401) {
            QCOMPARE(reply.error().kind, ErrorKind::Unauthorized);
        } else {
            QCOMPARE(reply->token, QByteArray("token-1"));
            QCOMPARE(m_server->requests().back().header("Authorization"),
                     "Basic " + QByteArray("<token>:id+tok").toBase64());
        }
        QCOMPARE(m_server->requests().size(), status == 200 || status == 401 ? 1 : 2);
    }

    void asksNoUnknownServer()
    {
        auto ask = request("a", login("ada", "pw"));
        ask.realm = m_server->url(QStringLiteral("localhost")).toEncoded() + "token";
        QCOMPARE(token(ask).error().kind, ErrorKind::TokenServerUnknown);
        QCOMPARE(m_server->requests().size(), 0);
        const QString server = tokenServerOf(m_server->url(QStringLiteral("localhost")));
        m_source = std::make_shared<TokenSource>(m_transport.get(), registry(), QStringList{server});
        QVERIFY(token(ask).has_value());
        QCOMPARE(m_server->requests().front().header("Host"),
                 "localhost:" + QByteArray::number(m_server->serverPort()));
    }
};

QTEST_GUILESS_MAIN(TestTokenSource)
#include "tst_tokensource.moc"
