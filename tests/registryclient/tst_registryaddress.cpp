// SPDX-License-Identifier: Apache-2.0
#include "registryclient/registryaddress.h"

#include <QTest>

using namespace quayside;

class TestRegistryAddress : public QObject
{
    Q_OBJECT

private slots:
    void knowsWhereDockerHubAnswers()
    {
        const auto hub = RegistryAddress::parse(u"registry-1.docker.io");
        for (const QStringView name : {u"docker.io", u"index.docker.io", u"https://docker.io/v2/"}) {
            const auto address = RegistryAddress::parse(name);
            QCOMPARE(address->base(), QUrl(QStringLiteral("https://registry-1.docker.io/")));
            QCOMPARE(address->display(), QStringLiteral("docker.io"));
            QVERIFY(*address == *hub);
        }
        for (const QStringView name : {u"docker.io:5000", u"hub.docker.io", u"docker.io.example"})
            QCOMPARE(RegistryAddress::parse(name)->display(), name.toString());
    }

    void parses_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("plainHttpAllowed");
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("display");
        const auto row = [](const char *typed, bool allowed, const char *base, const char *display) {
            QTest::newRow(typed) << QString::fromUtf8(typed) << allowed << QString::fromUtf8(base)
                                 << QString::fromUtf8(display);
        };
        row("reg.example", false, "https://reg.example/", "reg.example");
        row("  Reg.Example:5000 ", false, "https://reg.example:5000/", "reg.example:5000");
        row("reg.example:443", false, "https://reg.example/", "reg.example");
        row("https://reg.example/", false, "https://reg.example/", "reg.example");
        row("HTTPS://reg.example:8443/v2/", false, "https://reg.example:8443/", "reg.example:8443");
        row("https://reg.example/v2", false, "https://reg.example/", "reg.example");
        row("localhost:5000", false, "http://localhost:5000/", "localhost:5000");
        row("127.0.0.1:5000", false, "http://127.0.0.1:5000/", "127.0.0.1:5000");
        row("127.9.9.9", false, "http://127.9.9.9/", "127.9.9.9");
        row("[::1]:5000", false, "http://[::1]:5000/", "[::1]:5000");
        row("http://localhost:80", false, "http://localhost/", "localhost");
        row("https://localhost:5443", false, "https://localhost:5443/", "localhost:5443");
        row("reg.lan:5000", true, "http://reg.lan:5000/", "reg.lan:5000");
        row("http://reg.lan", true, "http://reg.lan/", "reg.lan");
        row("https://reg.lan", true, "https://reg.lan/", "reg.lan");
    }

    void parses()
    {
        QFETCH(QString, typed);
        QFETCH(bool, plainHttpAllowed);
        QFETCH(QString, base);
        QFETCH(QString, display);
        using PlainHttp = RegistryAddress::PlainHttp;
        const auto address =
            RegistryAddress::parse(typed, plainHttpAllowed ? PlainHttp::Allowed : PlainHttp::Refused);
        QVERIFY2(address.has_value(), address ? "" : address.error().message.c_str());
        QCOMPARE(address->base().toString(), base);
        QCOMPARE(address->display(), display);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, const QString &typed,
                            ErrorKind kind = ErrorKind::InvalidInput) {
            QTest::newRow(name) << typed << static_cast<int>(kind);
        };
        row("nothing", QString());
        row("blanks", QStringLiteral("   "));
        row("blank inside", QStringLiteral("reg example"));
        row("user info", QStringLiteral("ada:pw@reg.example"));
        row("user info in a URL", QStringLiteral("https://ada@reg.example"));
        row("path", QStringLiteral("reg.example/team"));
        row("path before v2", QStringLiteral("reg.example/x/v2/"));
        row("dots", QStringLiteral("reg.example/../v2/"));
        row("backslash", QStringLiteral("reg.example\\@evil.example"));
        row("query", QStringLiteral("reg.example?x=1"));
        row("fragment", QStringLiteral("reg.example#x"));
        row("control character", QStringLiteral("reg.example\nHost: evil"));
        row("NUL", QString(u'a') + QChar(0));
        row("not ASCII", QStringLiteral("rég.example"));
        row("Cyrillic look-alike", QStringLiteral("r\u0435g.example"));
        row("full-width dot", QStringLiteral("reg\uff0eexample"));
        row("percent", QStringLiteral("reg%2eexample"));
        row("port 0", QStringLiteral("reg.example:0"));
        row("port too large", QStringLiteral("reg.example:65536"));
        row("no port", QStringLiteral("reg.example:"));
        row("no host", QStringLiteral(":5000"));
        row("only a scheme", QStringLiteral("https://"));
        row("other scheme", QStringLiteral("ftp://reg.example"));
        row("IPv6 without brackets", QStringLiteral("::1"));
        row("plain HTTP elsewhere", QStringLiteral("http://reg.lan:5000"), ErrorKind::PlainHttp);
        row("plain HTTP to something that begins like localhost",
            QStringLiteral("http://localhost.evil.example"), ErrorKind::PlainHttp);
    }

    void refuses()
    {
        QFETCH(QString, typed);
        QFETCH(int, kind);
        const auto address = RegistryAddress::parse(typed);
        QVERIFY(!address.has_value());
        QCOMPARE(static_cast<int>(address.error().kind), kind);
    }

    void comparesOrigins()
    {
        const auto same = [](const char *a, const char *b) {
            return sameOrigin(QUrl(QString::fromUtf8(a)), QUrl(QString::fromUtf8(b)));
        };
        QVERIFY(same("https://a/x", "https://a:443/y?z"));
        QVERIFY(!same("https://a", "http://a"));
        QVERIFY(!same("https://a", "https://a:8443"));
        QVERIFY(!same("https://a", "https://b"));
    }
};

QTEST_APPLESS_MAIN(TestRegistryAddress)
#include "tst_registryaddress.moc"
