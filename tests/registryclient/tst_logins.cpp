// SPDX-License-Identifier: Apache-2.0
// Logging in to the real docker-registry: with a password file, and with a token server.
#include "oci/qtconversions.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testimage.h"
#include "tests/support/tokenserver.h"

#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const QByteArrayList everything{"pull", "push", "delete", "*"};

Login login(const char *user, const char *password)
{
    return Login{QString::fromUtf8(user), QString::fromUtf8(password)};
}

} // namespace

class TestLogins : public QObject
{
    Q_OBJECT

    std::unique_ptr<TokenServer> m_tokens;
    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client;
    const RepositoryName m_repository = repositoryName("team/api");
    const TestImage m_image = TestImage::make("logins");

    bool startWithTokens(const QString &tokenHost = QStringLiteral("127.0.0.1"))
    {
        DockerRegistry::Options options;
        options.tokens = m_tokens.get();
        options.tokenHost = tokenHost;
        return start(options);
    }
    bool start(const DockerRegistry::Options &options)
    {
        if (!m_registry->start(options))
            return false;
        m_client = RegistryClient::create(m_transport.get(),
                                          RegistryAddress::parse(m_registry->url().toString()).value());
        return true;
    }
    Result<void> ping() { return await(m_client->ping()); }
    Result<void> pushImage()
    {
        return await(push(m_client, m_repository, m_image, std::vector<Tag>{tagName("1.0")}));
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
    }

    void init()
    {
        m_transport = std::make_unique<Transport>();
        m_registry = std::make_unique<DockerRegistry>();
        m_tokens = std::make_unique<TokenServer>();
        QVERIFY(m_tokens->start());
        m_tokens->addUser("ada", "correct horse", everything);
        m_tokens->addUser("reader", "pw", {"pull"});
        m_tokens->addUser("writer", "pw", {"pull", "push"});
        m_tokens->addUser("remover", "pw", {"pull", "delete"});
    }

    void cleanup()
    {
        m_client.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_registry.reset();
        m_tokens.reset();
    }

    void usesAPasswordFile()
    {
        DockerRegistry::Options options;
        options.login = true;
        QVERIFY(start(options));
        QCOMPARE(ping().error().kind, ErrorKind::Unauthorized);
        m_client->setLogin(login("ada", "wrong"));
        QCOMPARE(ping().error().kind, ErrorKind::Unauthorized);
        m_client->setLogin(login("ada", DockerRegistry::password));
        QVERIFY(ping().has_value());
        QVERIFY(pushImage().has_value());
        QVERIFY(!m_client->permissions(m_repository).push.isYes()); // nobody says
    }

    void worksWithTokens()
    {
        QVERIFY(startWithTokens());
        m_client->setLogin(login("ada", "correct horse"));
        QVERIFY(ping().has_value());
        QVERIFY(pushImage().has_value());
        QCOMPARE(await(m_client->listRepositories())->rows.size(), 1U);
        QCOMPARE(await(m_client->listTags(m_repository))->rows.size(), 1U);
        QVERIFY(await(m_client->deleteManifest(m_repository, m_image.digest)).has_value());
        QCOMPARE(await(m_client->headManifest(m_repository, m_image.digest)).error().kind,
                 ErrorKind::NotFound);
        // One token for each scope: none, pull (HEAD), push, catalog, delete.
        QVERIFY(m_tokens->issued() <= 5);
        QCOMPARE(m_client->user(), QStringLiteral("ada"));
    }

    void refusesWrongPasswords()
    {
        QVERIFY(startWithTokens());
        m_client->setLogin(login("ada", "wrong"));
        QCOMPARE(ping().error().kind, ErrorKind::Unauthorized);
        QCOMPARE(await(m_client->listTags(m_repository)).error().kind, ErrorKind::Unauthorized);
        QCOMPARE(m_tokens->requests().size(), 1);
        m_client->setLogin({});
        QCOMPARE(ping().error().kind, ErrorKind::Unauthorized); // no tokens without a login here
    }

    void readsAnonymously()
    {
        QVERIFY(startWithTokens());
        m_client->setLogin(login("ada", "correct horse"));
        QVERIFY(pushImage().has_value());
        m_tokens->allowAnonymous({"pull"});
        m_client->setLogin({});
        QCOMPARE(await(m_client->listTags(m_repository))->rows.size(), 1U);
        QCOMPARE(await(m_client->deleteManifest(m_repository, m_image.digest)).error().kind,
                 ErrorKind::Unauthorized); // a login may help
        QVERIFY(!m_client->hasLogin());
    }

    void saysWhatALoginMayNot_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<bool>("pushes");
        QTest::addColumn<bool>("deletes");
        QTest::newRow("reader") << QByteArray("reader") << false << false;
        QTest::newRow("writer") << QByteArray("writer") << true << false;
        QTest::newRow("remover") << QByteArray("remover") << false << true;
        QTest::newRow("ada") << QByteArray("ada") << true << true;
    }

    void saysWhatALoginMayNot()
    {
        QFETCH(QByteArray, user);
        QFETCH(bool, pushes);
        QFETCH(bool, deletes);
        QVERIFY(startWithTokens());
        m_client->setLogin(login("ada", "correct horse"));
        QVERIFY(pushImage().has_value());

        m_client->setLogin(login(user.constData(), user == "ada" ? "correct horse" : "pw"));
        QVERIFY(ping().has_value());
        const auto permissions = await(m_client->askPermissions(m_repository));
        QVERIFY(permissions.has_value());
        QCOMPARE(permissions->push.isYes(), pushes);
        QCOMPARE(permissions->push.isNo(), !pushes);
        QCOMPARE(permissions->remove.isYes(), deletes);
        QCOMPARE(permissions->remove.isNo(), !deletes);

        const auto pushed = pushImage();
        QCOMPARE(pushed.has_value(), pushes);
        if (!pushes)
            QCOMPARE(pushed.error().kind, ErrorKind::Forbidden);
        const auto deleted = await(m_client->deleteManifest(m_repository, m_image.digest));
        // The registry wants push and delete of whoever deletes by a token for both.
        QCOMPARE(deleted.has_value(), deletes);
        if (!deletes)
            QCOMPARE(deleted.error().kind, ErrorKind::Forbidden);
    }

    void refreshesAnExpiredToken()
    {
        QVERIFY(startWithTokens());
        m_client->setLogin(login("ada", "correct horse"));
        m_tokens->expireNext();
        QVERIFY(ping().has_value());
        QCOMPARE(m_tokens->issued(), 2);
    }

    void usesIdentityTokens()
    {
        QVERIFY(startWithTokens());
        m_tokens->addIdentity("identity of ada", "ada");
        Login identity;
        identity.identityToken = QStringLiteral("identity of ada");
        m_client->setLogin(identity);
        QVERIFY(ping().has_value());
        QVERIFY(pushImage().has_value());
        for (const FakeRequest &request : m_tokens->requests())
            QCOMPARE(request.method, QByteArray("POST"));
        identity.identityToken = QStringLiteral("made up");
        m_client->setLogin(identity);
        QCOMPARE(ping().error().kind, ErrorKind::Unauthorized);
    }

    void asksBeforeItTrustsAnotherHost()
    {
        QVERIFY(startWithTokens(QStringLiteral("localhost")));
        m_client->setLogin(login("ada", "correct horse"));
        QCOMPARE(ping().error().kind, ErrorKind::TokenServerUnknown);
        QCOMPARE(m_tokens->requests().size(), 0);
        Access access;
        access.logins = std::make_shared<KnownLogin>(login("ada", "correct horse"));
        access.tokenServers.append(m_client->unknownTokenServer());
        m_client->setAccess(access);
        QVERIFY(ping().has_value());
        QVERIFY(pushImage().has_value());
    }
};

QTEST_GUILESS_MAIN(TestLogins)
#include "tst_logins.moc"
