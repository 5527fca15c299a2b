// SPDX-License-Identifier: Apache-2.0
// Scopes, token answers, and where a token server may be.
#include "registryclient/addressreach.h"
#include "registryclient/realm.h"
#include "registryclient/tokenreply.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/testimage.h"

#include <QTest>

#include <algorithm>
#include <iterator>

using namespace quayside;
using namespace quayside::test;

Q_DECLARE_METATYPE(quayside::AddressReach)

namespace {

using std::chrono::seconds;

/// A JSON web token with this payload; nobody checks the signature here.
QByteArray webToken(const QByteArray &payload)
{
    const auto part = [](const QByteArray &text) {
        return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part("{\"alg\":\"none\"}") + '.' + part(payload) + '.' + part("signature");
}

QByteArray tokenBody(const QByteArray &token)
{
    return "{\"token\":\"" + token + "\"}";
}

RegistryAddress address(const char *text)
{
    return RegistryAddress::parse(QString::fromUtf8(text), RegistryAddress::PlainHttp::Allowed).value();
}

QHostAddress host(const char *text)
{
    return QHostAddress(QLatin1String(text));
}

} // namespace

class TestTokens : public QObject
{
    Q_OBJECT

private slots:
    void writesScopes()
    {
        const auto repository = repositoryName("team/api");
        QCOMPARE(Purpose::pull(repository).scope.entries(), QByteArrayList{"repository:team/api:pull"});
        QCOMPARE(Purpose::push(repository).scope.entries(), QByteArrayList{"repository:team/api:pull,push"});
        QCOMPARE(Purpose::remove(repository).scope.entries(),
                 QByteArrayList{"repository:team/api:delete,pull,push"});
        QCOMPARE(Purpose::catalog().scope.entries(), QByteArrayList{"registry:catalog:*"});
        QVERIFY(Purpose::registry().scope.isEmpty());
    }

    void readsScopes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("entries");
        QTest::newRow("none") << QByteArray() << QByteArray();
        QTest::newRow("two") << QByteArray("repository:b:pull repository:a:push,pull")
                             << QByteArray("repository:a:pull,push repository:b:pull");
        QTest::newRow("port in the name")
            << QByteArray("repository:host:5000/a:pull") << QByteArray("repository:host:5000/a:pull");
        QTest::newRow("same one twice")
            << QByteArray("repository:a:pull repository:a:push") << QByteArray("repository:a:pull,push");
        QTest::newRow("broken ones") << QByteArray(
                                            "repository repository:a :a:pull a::pull a:b:, a:b:c,,d x:y:z")
                                     << QByteArray("x:y:z");
        QTest::newRow("not ASCII") << QByteArray("repository:\xc3\xa9:pull") << QByteArray();
        QTest::newRow("too many") << QByteArray("a:b:c ").repeated(16) + "d:e:f" << QByteArray("a:b:c");
    }

    void readsScopes()
    {
        QFETCH(QByteArray, text);
        QTEST(TokenScope::parse(text).entries().join(' '), "entries");
    }

    void comparesScopes()
    {
        const auto pull = Purpose::pull(repositoryName("a")).scope;
        const auto remove = Purpose::remove(repositoryName("a")).scope;
        const auto other = Purpose::pull(repositoryName("b")).scope;
        QVERIFY(remove.contains(pull));
        QVERIFY(!pull.contains(remove));
        QVERIFY(!pull.contains(other));
        QVERIFY(pull.united(other).contains(other));
        QVERIFY(pull.contains(TokenScope()));
        QVERIFY(TokenScope::parse("repository:a:*").contains(remove));
    }

    void readsTokens_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("token"); // empty: refused
        QTest::addColumn<int>("lifetime");     // seconds
        const auto row = [](const QByteArray &body, const QByteArray &token, int lifetime) {
            QTest::newRow(body.constData()) << body << token << lifetime;
        };
        row("{\"token\":\"t\"}", "t", 60);
        row("{\"access_token\":\"t\",\"expires_in\":300}", "t", 300);
        row("{\"token\":\"t\",\"access_token\":\"u\"}", "t", 60);
        row("{\"token\":\"\",\"access_token\":\"u\"}", "u", 60);
        row("{\"token\":\"t\",\"expires_in\":0}", "t", 60);
        row("{\"token\":\"t\",\"expires_in\":-1}", "t", 60);
        row("{\"token\":\"t\",\"expires_in\":59}", "t", 60);
        row("{\"token\":\"t\",\"expires_in\":1000000000}", "t", 24 * 3600);
        row("{\"token\":\"t\",\"expires_in\":99999999999999999999}", "t", 60);
        row("{\"token\":\"t\",\"expires_in\":\"300\"}", "t", 60);
        row("{}", "", 0);
        row("{\"token\":5}", "", 0);
        row("{\"token\":\"a b\"}", "", 0);
        row("{\"token\":\"a\\r\\nX: y\"}", "", 0);
        row("[\"token\"]", "", 0);
        row("<html>", "", 0);
    }

    void readsTokens()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, token);
        QFETCH(int, lifetime);
        const auto reply = readTokenReply(body);
        QCOMPARE(reply.has_value(), !token.isEmpty());
        if (!reply) {
            QCOMPARE(reply.error().kind, ErrorKind::BadAnswer);
            return;
        }
        QCOMPARE(reply->token, token);
        QCOMPARE(reply->lifetime, seconds(lifetime));
        QVERIFY(!reply->granted);
    }

    void readsWhatTokensGrant_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("tells");
        QTest::addColumn<QByteArray>("entries");
        const auto claims = [](const QByteArray &payload) { return tokenBody(webToken(payload)); };
        const QByteArray entry = "{\"type\":\"repository\",\"name\":\"a\",\"actions\":[\"pull\",\"push\"]}";
        QTest::newRow("some") << claims("{\"access\":[" + entry + "]}") << true
                              << QByteArray("repository:a:pull,push");
        QTest::newRow("nothing") << claims("{\"access\":[]}") << true << QByteArray();
        QTest::newRow("odd entries") << claims("{\"access\":[5,{\"type\":\"repository\"}," + entry + "]}")
                                     << true << QByteArray("repository:a:pull,push");
        QTest::newRow("no claim") << claims("{\"sub\":\"ada\"}") << false << QByteArray();
        QTest::newRow("null") << claims("{\"access\":null}") << false << QByteArray();
        QTest::newRow("opaque") << tokenBody("abc") << false << QByteArray();
        QTest::newRow("no base64") << tokenBody("a.$$$.c") << false << QByteArray();
        QTest::newRow("scope beside it") << QByteArray("{\"token\":\"abc\",\"scope\":\"repository:a:pull\"}")
                                         << true << QByteArray("repository:a:pull");
    }

    void readsWhatTokensGrant()
    {
        QFETCH(QByteArray, body);
        QFETCH(bool, tells);
        const auto reply = readTokenReply(body);
        QCOMPARE(reply->granted.has_value(), tells);
        if (tells)
            QTEST(reply->granted->entries().join(' '), "entries");
    }

    void knowsAddresses_data()
    {
        QTest::addColumn<AddressReach>("reach");
        const auto row = [](const char *address, AddressReach reach) { QTest::newRow(address) << reach; };
        using enum AddressReach;
        row("93.184.216.34", Public);
        row("9.255.255.255", Public);
        row("10.0.0.1", Private);
        row("10.255.255.255", Private);
        row("11.0.0.0", Public);
        row("100.63.255.255", Public);
        row("100.64.0.1", Private);
        row("172.15.255.255", Public);
        row("172.16.0.1", Private);
        row("172.31.255.255", Private);
        row("172.32.0.0", Public);
        row("192.168.1.1", Private);
        row("198.19.255.255", Private);
        row("169.254.169.254", LinkLocal); // where clouds keep their secrets
        row("127.0.0.1", Loopback);
        row("127.255.255.254", Loopback);
        row("0.0.0.0", Unspecified);
        row("0.1.2.3", Unspecified);
        row("224.0.0.1", Unspecified);
        row("255.255.255.255", Unspecified);
        row("2606:2800:220:1::1", Public);
        row("::", Unspecified);
        row("::1", Loopback);
        row("fc00::1", Private);
        row("fdff::1", Private);
        row("fe80::1", LinkLocal);
        row("febf::1", LinkLocal);
        row("ff02::1", Unspecified);
        row("::ffff:10.0.0.1", Private);
        row("::ffff:8.8.8.8", Public);
        row("::10.0.0.1", Private);
        row("64:ff9b::10.0.0.1", Private);
        row("64:ff9b::8.8.8.8", Public);
        row("2002:7f00:1::", Loopback);
    }

    void knowsAddresses()
    {
        QFETCH(AddressReach, reach);
        const QHostAddress parsed(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(!parsed.isNull());
        QCOMPARE(reachOf(parsed), reach);
    }

    void letsRegistriesPointOutwardOnly_data()
    {
        QTest::addColumn<QList<QHostAddress>>("registry");
        QTest::addColumn<QList<QHostAddress>>("named");
        QTest::addColumn<bool>("may");
        using Hosts = std::initializer_list<const char *>;
        const auto row = [](const char *name, Hosts registry, Hosts named, bool may) {
            QList<QHostAddress> from;
            QList<QHostAddress> to;
            std::transform(registry.begin(), registry.end(), std::back_inserter(from), host);
            std::transform(named.begin(), named.end(), std::back_inserter(to), host);
            QTest::newRow(name) << from << to << may;
        };
        row("public to public", {"8.8.8.8"}, {"9.9.9.9"}, true);
        row("public to private", {"8.8.8.8"}, {"10.0.0.1"}, false);
        row("public to loopback", {"8.8.8.8"}, {"127.0.0.1"}, false);
        row("public to link-local", {"8.8.8.8"}, {"169.254.169.254"}, false);
        row("public to unspecified", {"8.8.8.8"}, {"0.0.0.0"}, false);
        row("private to private", {"10.0.0.1"}, {"192.168.0.1"}, true);
        row("private to public", {"10.0.0.1"}, {"8.8.8.8"}, true);
        row("private to loopback", {"10.0.0.1"}, {"127.0.0.1"}, false);
        row("loopback to private", {"127.0.0.1"}, {"10.0.0.1"}, true);
        row("loopback to loopback", {"127.0.0.1"}, {"::1"}, true);
        row("one of many is near", {"8.8.8.8"}, {"9.9.9.9", "10.0.0.1"}, false);
        row("registry is half outside", {"10.0.0.1", "8.8.8.8"}, {"10.0.0.2"}, false);
        row("unknown registry", {}, {"10.0.0.1"}, false);
        row("unknown server", {"8.8.8.8"}, {}, true);
    }

    void letsRegistriesPointOutwardOnly()
    {
        QFETCH(QList<QHostAddress>, registry);
        QFETCH(QList<QHostAddress>, named);
        QTEST(mayPointTo(registry, named), "may");
    }

    void trustsFewRealms_data()
    {
        QTest::addColumn<QString>("registry");
        QTest::addColumn<QByteArray>("realm");
        QTest::addColumn<QString>("outcome"); // "trusted", "asks" or "refused"
        const auto row = [](const char *registry, const char *realm, const char *outcome) {
            QTest::addRow("%s %s", registry, realm)
                << QString::fromLatin1(registry) << QByteArray(realm) << QString::fromLatin1(outcome);
        };
        row("https://reg.example", "https://reg.example/token", "trusted");
        row("https://reg.example", "https://REG.example:8443/token?x=y", "trusted");
        row("https://reg.example", "https://approved.example/token", "trusted");
        row("https://reg.example", "https://approved.example:443/token", "trusted");
        row("https://reg.example", "https://approved.example:444/token", "asks");
        row("https://reg.example", "https://sub.approved.example/", "asks");
        row("https://reg.example", "https://evil-approved.example/", "asks");
        row("https://reg.example", "https://auth.docker.io/token", "asks");
        row("https://registry-1.docker.io", "https://auth.docker.io/token", "trusted");
        row("https://registry-1.docker.io:444", "https://auth.docker.io/token", "asks");
        row("https://registry-1.docker.io", "https://auth.docker.io.example/token", "asks");
        row("https://reg.example", "http://reg.example/token", "refused");
        row("https://reg.example", "http://approved.example/token", "refused");
        row("http://reg.example", "http://reg.example/token", "trusted");
        row("http://reg.example", "https://reg.example/token", "trusted");
        row("https://reg.example", "https://ada:pw@reg.example/token", "refused");
        row("https://reg.example", "https://reg.example/token#x", "refused");
        row("https://reg.example", "//reg.example/token", "refused");
        row("https://reg.example", "/token", "refused");
        row("https://reg.example", "file:///etc/passwd", "refused");
        row("https://reg.example", "https:///token", "refused");
        row("https://reg.example", "https://reg.example:99999/", "refused");
        row("https://reg.example", "https://reg.example\\@evil.example/", "refused");
        row("https://reg.example", "", "refused");
    }

    void trustsFewRealms()
    {
        QFETCH(QString, registry);
        QFETCH(QByteArray, realm);
        QFETCH(QString, outcome);
        const auto own = RegistryAddress::parse(registry, RegistryAddress::PlainHttp::Allowed).value();
        const auto url = parseRealm(realm, own);
        const QStringList approved{QStringLiteral("https://approved.example")};
        const char *got = !url ? "refused" : isTrustedRealm(*url, own, approved) ? "trusted" : "asks";
        QCOMPARE(QLatin1String(got), outcome);
    }

    void looksWhereNamesLead()
    {
        TransportOptions options;
        options.hosts = {{QStringLiteral("public.example"), host("8.8.8.8")},
                         {QStringLiteral("lan.example"), host("10.0.0.1")},
                         {QStringLiteral("inner.example"), host("10.0.0.2")}};
        Transport transport(options);
        const QStringList approved{QStringLiteral("https://inner.example"),
                                   QStringLiteral("https://127.0.0.1")};
        const auto check = [&](const char *registry, const char *realm) {
            return await(checkRealm(&transport, realm, address(registry), approved, {}));
        };
        QCOMPARE(check("https://public.example", "https://inner.example/t").error().kind,
                 ErrorKind::BadAnswer);
        QCOMPARE(check("https://public.example", "https://127.0.0.1/t").error().kind, ErrorKind::BadAnswer);
        QCOMPARE(check("https://lan.example", "https://127.0.0.1/t").error().kind, ErrorKind::BadAnswer);
        QVERIFY(check("https://lan.example", "https://inner.example/t").has_value());
        QVERIFY(check("https://public.example", "https://public.example/t").has_value());
        QCOMPARE(check("https://public.example", "https://other.example/t").error().kind,
                 ErrorKind::TokenServerUnknown);
    }
};

QTEST_GUILESS_MAIN(TestTokens)
#include "tst_tokens.moc"
