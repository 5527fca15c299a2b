// SPDX-License-Identifier: Apache-2.0
// Two servers: whatever the first one answers, no login, cookie or body reaches the second. What the second
// one has received, byte for byte, is the evidence.
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/eventstream.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QBuffer>
#include <QSignalSpy>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const QByteArray secret = "c2VjcmV0";
const QByteArray content = "private content";
const QByteArray cookie = "session=private";

bool onlyReads(const QByteArray &method)
{
    return method == "GET" || method == "HEAD";
}

} // namespace

class TestOtherOrigin : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeRegistry> m_registry;
    std::unique_ptr<FakeRegistry> m_other;
    std::unique_ptr<Transport> m_transport;
    std::shared_ptr<RegistryClient> m_client;
    const RepositoryName m_repository = repositoryName("team/api");
    const TestImage m_image = TestImage::make("one");

    QByteArray other() const { return m_other->url().toEncoded(); }
    /// The second server by another name for this computer: another host.
    QByteArray otherHost() const { return m_other->url(QStringLiteral("localhost")).toEncoded(); }

    ClientRequest request(const QByteArray &method, const QString &path) const
    {
        ClientRequest made;
        made.method = method;
        made.url = m_registry->url().resolved(QUrl(path));
        made.authorization = "Basic " + secret;
        if (!onlyReads(method) && method != "DELETE")
            made.body = content;
        return made;
    }

    void logIn(std::optional<Login> login, const QStringList &tokenServers = {})
    {
        Access access;
        access.logins = std::make_shared<KnownLogin>(std::move(login));
        access.tokenServers = tokenServers;
        m_client = RegistryClient::create(
            m_transport.get(), RegistryAddress::parse(m_registry->url().toString()).value(), access);
    }

    /// The first server asks for the login `ada` / `pw`, so that the client sends it from now on.
    void sendLoginsToTheFirst()
    {
        logIn(Login{QStringLiteral("ada"), QStringLiteral("pw")});
        m_registry->on("GET", "/v2/", [](const FakeRequest &asked) {
            return asked.header("Authorization").isEmpty()
                       ? answer(401, {}, {{"WWW-Authenticate", "Basic realm=\"r\""}})
                       : answer(200, "{}", {{"Set-Cookie", cookie}});
        });
        QVERIFY(await(m_client->ping()).has_value());
        QCOMPARE(m_registry->requests().back().header("Authorization"), QByteArray("Basic YWRhOnB3"));
    }

    /// Addresses of the second server, as a registry may write them.
    void addAddresses()
    {
        QTest::addColumn<QByteArray>("address");
        QTest::newRow("another port") << QByteArray("http://127.0.0.1:PORT/x");
        QTest::newRow("another host") << QByteArray("http://localhost:PORT/x");
        QTest::newRow("without a scheme") << QByteArray("//127.0.0.1:PORT/x");
        QTest::newRow("another scheme") << QByteArray("https://127.0.0.1:PORT/x");
        QTest::newRow("login of the first") << QByteArray("http://127.0.0.1:HERE@127.0.0.1:PORT/x");
        QTest::newRow("backslashes") << QByteArray("http:\\\\127.0.0.1:PORT\\x");
    }
    QByteArray addressHere(QByteArray pattern) const
    {
        pattern.replace("PORT", QByteArray::number(m_other->serverPort()));
        return pattern.replace("HERE", QByteArray::number(m_registry->serverPort()));
    }

    void verifyNothingPrivateCame() const
    {
        const QByteArray bytes = m_other->received().toLower();
        for (const char *header : {"authorization:", "cookie:", "content-length:", "transfer-encoding:"})
            QVERIFY2(!bytes.contains(header), bytes.constData());
        for (const QByteArray &hidden : {secret, content, cookie, QByteArray("ywrhonb3")})
            QVERIFY2(!bytes.contains(hidden.toLower()), bytes.constData());
    }

private slots:
    void init()
    {
        TransportOptions options;
        options.retryDelay = std::chrono::milliseconds(5);
        m_registry = std::make_unique<FakeRegistry>();
        m_other = std::make_unique<FakeRegistry>();
        m_transport = std::make_unique<Transport>(options);
        logIn({});
    }

    void cleanup()
    {
        m_client.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_other.reset();
        m_registry.reset();
    }

    void redirects_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("streamed");
        for (const char *method : {"GET", "HEAD", "DELETE", "PUT", "PATCH", "POST"}) {
            for (const int status : {301, 302, 303, 307, 308}) {
                QTest::addRow("%s %d", method, status) << QByteArray(method) << status << false;
                if (method[0] == 'P')
                    QTest::addRow("%s %d streamed", method, status) << QByteArray(method) << status << true;
            }
        }
    }

    /// Reading follows, without the login; what changes something goes nowhere else at all.
    void redirects()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, status);
        QFETCH(bool, streamed);
        m_registry->on(method, "/v2/x",
                       answer(status, {}, {{"Location", other() + "x"}, {"Set-Cookie", cookie}}));
        m_other->on(method, "/x", answer(200, "there"));
        auto asked = request(method, QStringLiteral("/v2/x"));
        if (streamed) {
            const auto device = std::make_shared<QBuffer>();
            device->setData(std::exchange(asked.body, {}));
            QVERIFY(device->open(QIODevice::ReadOnly));
            asked.bodyDevice = device;
            asked.bodySize = device->size();
        }
        const auto reply = await(m_transport->send(asked));

        QCOMPARE(m_registry->requests().size(), 1); // the first server got all of it
        QVERIFY(m_registry->received().contains(secret));
        QCOMPARE(m_registry->received().contains(content), method.startsWith('P'));
        if (onlyReads(method)) {
            QVERIFY(reply.has_value());
            QCOMPARE(m_other->requests().size(), 1);
            verifyNothingPrivateCame();
        } else {
            QVERIFY(reply.error().kind == ErrorKind::BadAnswer);
            QCOMPARE(m_other->received(), QByteArray());
        }
    }

    /// The login does not come back by a redirect that leads back.
    void redirectsThereAndBack()
    {
        m_registry->on("GET", "/v2/x",
                       answer(307, {}, {{"Location", otherHost() + "x"}, {"Set-Cookie", cookie}}));
        m_other->on(
            "GET", "/x",
            answer(307, {}, {{"Location", m_registry->url().toEncoded() + "y"}, {"Set-Cookie", cookie}}));
        m_registry->on("GET", "/y", answer(200, "there"));
        QCOMPARE(await(m_transport->send(request("GET", QStringLiteral("/v2/x"))))->body,
                 QByteArray("there"));
        QCOMPARE(m_other->requests().size(), 1);
        verifyNothingPrivateCame();
        const FakeRequest &last = m_registry->requests().back();
        QCOMPARE(last.target, QByteArray("/y"));
        QVERIFY(last.header("Authorization").isEmpty());
        QVERIFY(last.header("Cookie").isEmpty());
    }

    /// The same computer by another name, and the same name with another scheme, are other origins.
    void knowsOriginsByTheirNames()
    {
        const auto byName = m_registry->url(QStringLiteral("localhost")).toEncoded();
        m_registry->on("GET", "/v2/x", answer(307, {}, {{"Location", byName + "y"}}));
        m_registry->on("GET", "/y", answer(200, "there"));
        QCOMPARE(await(m_transport->send(request("GET", QStringLiteral("/v2/x"))))->body,
                 QByteArray("there"));
        QVERIFY(m_registry->requests().back().header("Authorization").isEmpty());

        m_registry->on("PUT", "/v2/x", answer(307, {}, {{"Location", byName + "y"}}));
        m_registry->forgetRequests();
        const auto put = await(m_transport->send(request("PUT", QStringLiteral("/v2/x"))));
        QVERIFY(put.error().kind == ErrorKind::BadAnswer);
        QCOMPARE(m_registry->requests().size(), 1);
    }

    /// Not even to the server that set it, so nor to another one.
    void cookies()
    {
        m_registry->on("GET", "/v2/x", answer(200, "x", {{"Set-Cookie", cookie + "; Domain=127.0.0.1"}}));
        m_other->on("GET", "/v2/x", answer(200, "x", {{"Set-Cookie", cookie}}));
        for (int i = 0; i < 2; ++i) {
            auto asked = request("GET", QStringLiteral("/v2/x"));
            QVERIFY(await(m_transport->send(asked)).has_value());
            asked.url.setPort(m_other->serverPort());
            asked.authorization.clear();
            QVERIFY(await(m_transport->send(asked)).has_value());
        }
        QCOMPARE(m_other->requests().size(), 2);
        verifyNothingPrivateCame();
        QVERIFY(!m_registry->received().toLower().contains("cookie:"));
    }

    void uploadLocations_data() { addAddresses(); }

    void uploadLocations()
    {
        QFETCH(QByteArray, address);
        sendLoginsToTheFirst();
        m_registry->on("POST", "/v2/team/api/blobs/uploads/",
                       answer(202, {}, {{"Location", addressHere(address)}, {"Set-Cookie", cookie}}));
        QVERIFY(!await(m_client->uploadBlob(m_repository, m_image.layerDigest, m_image.layer)).has_value());
        QCOMPARE(m_registry->count("POST"), 1);
        QCOMPARE(m_other->received(), QByteArray());
    }

    void links_data() { addAddresses(); }

    void links()
    {
        QFETCH(QByteArray, address);
        sendLoginsToTheFirst();
        const HttpHeaders link{{"Link", '<' + addressHere(address) + ">; rel=\"next\""},
                               {"Set-Cookie", cookie}};
        m_registry->on("GET", "/v2/_catalog", answer(200, "{\"repositories\":[\"a\"]}", link));
        m_registry->on("GET", "/v2/team/api/tags/list", answer(200, "{\"tags\":[\"a\"]}", link));
        const auto catalog = await(m_client->listRepositories());
        QVERIFY(catalog.has_value());
        const auto tags = await(m_client->listTags(m_repository));
        QVERIFY(tags.has_value());
        QVERIFY(catalog->cut || catalog->next);
        if (catalog->next) // an address that means this server after all: see what is asked of whom
            await(m_client->listRepositories(*catalog->next));
        if (tags->next)
            await(m_client->listTags(m_repository, *tags->next));
        QCOMPARE(m_other->received(), QByteArray());
    }

    void realms_data()
    {
        QTest::addColumn<QByteArray>("realm");
        QTest::newRow("another host") << QByteArray("http://localhost:PORT/token");
        QTest::newRow("a login in it") << QByteArray("http://a:b@127.0.0.1:PORT/token");
        QTest::newRow("looks like the first") << QByteArray("http://127.0.0.1:HERE@localhost:PORT/token");
        QTest::newRow("a fragment") << QByteArray("http://127.0.0.1:PORT/token#x");
    }

    void realms()
    {
        QFETCH(QByteArray, realm);
        for (const Login &login : {Login{QStringLiteral("ada"), QStringLiteral("pw")},
                                   Login{{}, {}, QString::fromLatin1(secret)}}) {
            logIn(login);
            m_registry->on(
                "GET", "/v2/",
                answer(401, {},
                       {{"WWW-Authenticate", "Bearer realm=\"" + addressHere(realm) + "\",service=\"s\""}}));
            QVERIFY(!await(m_client->ping()).has_value());
            QCOMPARE(m_other->received(), QByteArray());
        }
    }

    void tokenServerRedirects_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("identity");
        for (const int status : {301, 302, 303, 307, 308}) {
            QTest::addRow("%d password", status) << status << false;
            QTest::addRow("%d identity token", status) << status << true;
        }
    }

    /// The token server is on the registry's own host and trusted; where it leads is not.
    void tokenServerRedirects()
    {
        QFETCH(int, status);
        QFETCH(bool, identity);
        logIn(identity ? Login{{}, {}, QString::fromLatin1(secret)}
                       : Login{QStringLiteral("ada"), QString::fromLatin1(secret)});
        FakeRegistry tokenServer;
        const auto leadAway = answer(status, {}, {{"Location", other() + "token"}, {"Set-Cookie", cookie}});
        tokenServer.on("GET", "/token", leadAway);
        tokenServer.on("POST", "/token", leadAway);
        m_registry->on("GET", "/v2/",
                       answer(401, {},
                              {{"WWW-Authenticate", "Bearer realm=\"" + tokenServer.url().toEncoded() +
                                                        "token\",service=\"s\""}}));
        QVERIFY(!await(m_client->ping()).has_value());
        QCOMPARE(tokenServer.count(identity ? "POST" : "GET"), 1); // it got the login, nobody else did
        QCOMPARE(m_other->received(), QByteArray());
    }

    /// Whoever a blob's redirect leads to may not ask for a login, nor send to a token server.
    void blobsElsewhere_data()
    {
        QTest::addColumn<QByteArray>("challenge");
        QTest::newRow("basic") << QByteArray("Basic realm=\"give me\"");
        QTest::newRow("bearer") << QByteArray("Bearer realm=\"http://127.0.0.1:PORT/token\",service=\"s\"");
    }

    void blobsElsewhere()
    {
        QFETCH(QByteArray, challenge);
        sendLoginsToTheFirst();
        m_other->on("GET", "/blob", answer(401, {}, {{"WWW-Authenticate", addressHere(challenge)}}));
        m_registry->on("GET", "/v2/team/api/blobs/" + toQByteArray(m_image.configDigest.toString()),
                       answer(307, {}, {{"Location", other() + "blob"}, {"Set-Cookie", cookie}}));
        const auto blob = await(m_client->getBlob(m_repository, m_image.configDigest, 100));
        QVERIFY(blob.error().kind == ErrorKind::Unauthorized);
        QVERIFY(!m_registry->requests().back().header("Authorization").isEmpty());
        QCOMPARE(m_other->requests().size(), 1);
        verifyNothingPrivateCame();
    }

    void deletesElsewhere()
    {
        sendLoginsToTheFirst();
        m_registry->on("DELETE", "/v2/team/api/manifests/" + toQByteArray(m_image.digest.toString()),
                       answer(307, {}, {{"Location", other() + "x"}}));
        QVERIFY(await(m_client->deleteManifest(m_repository, m_image.digest)).error().kind ==
                ErrorKind::BadAnswer);
        QCOMPARE(m_registry->count("DELETE"), 1);
        QCOMPARE(m_other->received(), QByteArray());
    }

    /// A stream of events is not followed anywhere.
    void eventsElsewhere()
    {
        sendLoginsToTheFirst();
        m_registry->on("GET", "/v2/_quayside/store/events",
                       answer(307, {}, {{"Location", other() + "x"}, {"Set-Cookie", cookie}}));
        const auto events = m_client->events();
        QSignalSpy refused(events.get(), &EventStream::refused);
        events->start();
        QTRY_COMPARE(refused.size(), 1);
        QVERIFY(!m_registry->requests().back().header("Authorization").isEmpty());
        QCOMPARE(m_other->received(), QByteArray());
    }

    /// A layer that says where else it may be had is asked of the registry alone.
    void foreignLayers()
    {
        sendLoginsToTheFirst();
        const QByteArray layerDigest = toQByteArray(m_image.layerDigest.toString());
        QByteArray manifest = m_image.manifest;
        manifest.replace("application/vnd.oci.image.layer.v1.tar",
                         "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
        manifest.replace("\"digest\":\"" + layerDigest + '"',
                         "\"digest\":\"" + layerDigest + "\",\"urls\":[\"" + other() + "layer\"]");
        m_registry->on("GET", "/v2/team/api/manifests/1", answer(200, manifest));
        m_registry->on("GET", "/v2/team/api/blobs/" + layerDigest, answer(404));
        const auto fetched = await(m_client->getManifest(m_repository, tagName("1")));
        QVERIFY(fetched.has_value());
        QCOMPARE(fetched->manifest.layers().front().urls.size(), std::size_t(1));
        QVERIFY(!await(m_client->blobReadable(m_repository, m_image.layerDigest)).value());
        const auto target = std::make_shared<QBuffer>();
        QVERIFY(target->open(QIODevice::WriteOnly));
        const auto loaded = await(m_client->downloadBlob(m_repository, m_image.layerDigest, 10, target));
        QVERIFY(loaded.error().kind == ErrorKind::NotFound);
        QCOMPARE(m_other->received(), QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestOtherOrigin)
#include "tst_otherorigin.moc"
