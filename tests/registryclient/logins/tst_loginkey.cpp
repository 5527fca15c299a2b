// SPDX-License-Identifier: Apache-2.0
// Which registry and repository a key of a login file is for.

#include "registryclient/logins/loginkey.h"

#include <QTest>

using namespace quayside;

class TestLoginKey : public QObject
{
    Q_OBJECT

private slots:
    void matches_data();
    void matches();
    void refuses_data();
    void refuses();
    void moreExactKeysAreLonger();
    void namesServers();
};

void TestLoginKey::matches_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("registry");
    QTest::addColumn<QString>("repository");
    QTest::addColumn<bool>("expected");
    const auto row = [](bool expected, const char *key, const char *registry, const char *repository = "") {
        QTest::addRow("%s for %s %s", key, registry, repository)
            << QString::fromUtf8(key) << QString::fromUtf8(registry) << QString::fromUtf8(repository)
            << expected;
    };
    // Host and port
    row(true, "reg.example", "reg.example");
    row(true, "Reg.EXAMPLE", "reg.example");
    row(true, "reg.example", "reg.example:443");
    row(true, "reg.example:443", "reg.example");
    row(true, "reg.example:5000", "reg.example:5000");
    row(true, "https://reg.example", "reg.example");
    row(true, "https://reg.example/", "reg.example");
    row(true, "https://reg.example/v2/", "reg.example");
    row(true, "https://reg.example:5000/v1/", "reg.example:5000");
    row(true, "HTTPS://reg.example", "reg.example");
    row(true, "[2001:db8::1]:5000", "[2001:DB8:0::1]:5000");
    row(true, "localhost:5000", "localhost:5000");
    row(true, "reg.lan", "http://reg.lan");
    row(true, "reg.lan:5000", "http://reg.lan:5000");
    row(true, "http://reg.lan", "http://reg.lan");
    row(false, "reg.example", "reg.example:5000");
    row(false, "reg.example:5000", "reg.example");
    row(false, "reg.example:5000", "reg.example:50000");
    row(false, "reg.example:80", "reg.example");
    row(false, "http://reg.lan", "https://reg.lan");
    // A login that was kept for an encrypted registry does not travel in the clear.
    row(false, "https://reg.lan:5000", "http://reg.lan:5000");
    row(false, "https://reg.lan", "http://reg.lan");
    // Never a part of a name
    row(false, "example", "reg.example");
    row(false, "reg.example", "eu.reg.example");
    row(false, "eu.reg.example", "reg.example");
    row(false, "reg.example", "reg.example.evil");
    row(false, "reg", "reg.example");
    row(false, "localhost:5000", "127.0.0.1:5000");
    // Docker Hub has many names; others that resemble it are not it
    for (const char *key : {"https://index.docker.io/v1/", "docker.io", "index.docker.io",
                            "registry-1.docker.io", "https://registry-1.docker.io/v2/"}) {
        row(true, key, "docker.io");
        row(true, key, "registry-1.docker.io", "library/alpine");
        row(false, key, "docker.io:5000");
        row(false, key, "hub.docker.io");
    }
    // Repositories
    row(true, "ghcr.io", "ghcr.io", "owner/image");
    row(true, "ghcr.io/owner", "ghcr.io", "owner/image");
    row(true, "ghcr.io/owner/", "ghcr.io", "owner/image");
    row(true, "ghcr.io/owner/image", "ghcr.io", "owner/image");
    row(true, "docker.io/library", "registry-1.docker.io", "library/alpine");
    row(true, "reg.example:5000/v2", "reg.example:5000", "v2/tool");
    row(false, "ghcr.io/owner", "ghcr.io");
    row(false, "ghcr.io/owner", "ghcr.io", "owner2/image");
    row(false, "ghcr.io/owner", "ghcr.io", "other/owner");
    row(false, "ghcr.io/owner/image", "ghcr.io", "owner");
    row(false, "ghcr.io/owner/image", "ghcr.io", "owner/image2");
    row(false, "ghcr.io/owner", "ghcr.io:444", "owner/image");
    row(false, "reg.example:5000/v2", "reg.example:5000");
}

void TestLoginKey::matches()
{
    QFETCH(QString, key);
    QFETCH(QString, registry);
    QFETCH(QString, repository);
    const auto parsed = LoginKey::parse(key);
    QVERIFY(parsed);
    const auto address = RegistryAddress::parse(registry, RegistryAddress::PlainHttp::Allowed);
    QVERIFY(address);
    // Without a scheme the permission for plain HTTP would make it the default.
    const auto encrypted = RegistryAddress::parse(registry);
    std::optional<RepositoryName> name;
    if (!repository.isEmpty())
        name = RepositoryName::parse(repository.toStdString()).value();
    QTEST(parsed->matches(encrypted ? *encrypted : *address, name), "expected");
}

void TestLoginKey::refuses_data()
{
    QTest::addColumn<QString>("key");
    for (const char *key : {"",
                            "/",
                            "https://",
                            "https:///v1/",
                            "ftp://reg.example",
                            "://reg.example",
                            "user@reg.example",
                            "https://user:pw@reg.example",
                            "reg.example:",
                            "reg.example:0",
                            "reg.example:99999",
                            "*.example",
                            "reg.example?x",
                            "reg.example#x",
                            "reg example",
                            " reg.example",
                            "reg.example\n",
                            "reg.example\t",
                            "r\xc3\xa9g.example",
                            "reg.example\\x",
                            "reg.example/Owner",
                            "reg.example//owner",
                            "reg.example/../x",
                            "https://index.docker.io/v1/access-token",
                            "https://index.docker.io/v1/refresh-token",
                            "[::1",
                            "reg..example",
                            "http://https://reg.example"})
        QTest::addRow("%s", key) << QString::fromUtf8(key);
}

void TestLoginKey::refuses()
{
    QFETCH(QString, key);
    QVERIFY(!LoginKey::parse(key));
}

void TestLoginKey::moreExactKeysAreLonger()
{
    const auto length = [](const char *key) {
        return LoginKey::parse(QString::fromUtf8(key))->repositoryLength();
    };
    QCOMPARE(length("https://ghcr.io/v1/"), std::size_t(0));
    QVERIFY(length("ghcr.io") < length("ghcr.io/owner"));
    QVERIFY(length("ghcr.io/owner") < length("ghcr.io/owner/image"));
    QVERIFY(LoginKey::parse(u"ghcr.io")->isWholeRegistry());
    QVERIFY(!LoginKey::parse(u"ghcr.io/owner")->isWholeRegistry());
    QCOMPARE(LoginKey::parse(u"ghcr.io/owner")->registry(), QStringLiteral("ghcr.io"));
    QCOMPARE(LoginKey::parse(u"https://index.docker.io/v1/")->registry(), QStringLiteral("docker.io"));
}

void TestLoginKey::namesServers()
{
    const auto name = [](const char *registry) {
        return serverName(RegistryAddress::parse(QString::fromUtf8(registry)).value());
    };
    QCOMPARE(name("reg.example:443"), QStringLiteral("reg.example"));
    QCOMPARE(name("reg.example:5000"), QStringLiteral("reg.example:5000"));
    QCOMPARE(name("docker.io"), QStringLiteral("https://index.docker.io/v1/"));
    QCOMPARE(name("registry-1.docker.io"), QStringLiteral("https://index.docker.io/v1/"));
    QCOMPARE(name("docker.io:5000"), QStringLiteral("docker.io:5000"));
}

QTEST_GUILESS_MAIN(TestLoginKey)
#include "tst_loginkey.moc"
