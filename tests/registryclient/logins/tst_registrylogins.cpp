// SPDX-License-Identifier: Apache-2.0
// Which of several logins is used for a registry. There is no keyring here: what a person typed is in memory.

#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/logins/registrylogins.h"
#include "registryclient/registryclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

RegistryAddress address(const char *text)
{
    return RegistryAddress::parse(QString::fromUtf8(text)).value();
}

/// JSON and scripts are written with ` for ".
QByteArray json(const char *text)
{
    return QByteArray(text).replace('`', '"');
}

QByteArray entry(const QByteArray &key, const char *user)
{
    return json("`") + key + json("`: {`username`: `") + user + json("`, `password`: `p`}");
}

} // namespace

class TestRegistryLogins : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void takesTheFirst();
    void takesWhatWasChosen();
    void takesTheExactRegistryOnly();
    void takesTheRepositorysOwn();
    void sendsTheRepositorysOwn();
    void stopsAtAHelperThatFails();
    void goesOnWhenAHelperKnowsNone();
    void doesNotStartHelpersForNothing();
    void offersWhatTheFilesHave();

private:
    void write(const char *name, const QByteArray &content);
    void helper(const char *suffix, const QByteArray &script);
    /// "user from Own", "user from config.json", "none" or "error: …".
    QString ask(LoginChoice choice, const char *registry = "reg.example", const char *repository = "");

    std::unique_ptr<QTemporaryDir> m_directory;
    ForeignLogins m_foreign;
    std::unique_ptr<Keyring> m_keyring;
    std::unique_ptr<OwnLogins> m_own;
};

void TestRegistryLogins::initTestCase()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
}

void TestRegistryLogins::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    const QString docker = QStringLiteral("docker");
    const QString podman = QStringLiteral("podman");
    m_foreign.files = {{m_directory->filePath(QStringLiteral("config.json")), docker},
                       {m_directory->filePath(QStringLiteral("run.json")), podman},
                       {m_directory->filePath(QStringLiteral("auth.json")), podman}};
    m_foreign.helpers.path = QStringList{m_directory->path()};
    m_foreign.helpers.timeout = std::chrono::minutes(2); // the machine may be slow
    m_keyring = std::make_unique<Keyring>();
    m_own = std::make_unique<OwnLogins>(m_keyring.get());
}

void TestRegistryLogins::write(const char *name, const QByteArray &content)
{
    QFile file(m_directory->filePath(QString::fromUtf8(name)));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
}

void TestRegistryLogins::helper(const char *suffix, const QByteArray &script)
{
    const QByteArray name = QByteArray("docker-credential-") + suffix;
    write(name.constData(), "#!/bin/sh\n" + script);
    QFile::setPermissions(m_directory->filePath(QString::fromUtf8(name)), QFile::ReadOwner | QFile::ExeOwner);
}

QString TestRegistryLogins::ask(LoginChoice choice, const char *registry, const char *repository)
{
    std::optional<RepositoryName> name;
    if (*repository)
        name = RepositoryName::parse(repository).value();
    RegistryLogins logins(m_own.get(), m_foreign, choice);
    const auto found = await(logins.login(address(registry), name, {}));
    if (!found)
        return QStringLiteral("error: ") + QString::fromStdString(found.error().message);
    if (!*found)
        return logins.origin() == LoginOrigin() ? QStringLiteral("none") : QStringLiteral("wrong origin");
    const LoginOrigin &origin = logins.origin();
    if (origin.user != (*found)->user)
        return QStringLiteral("wrong user");
    return origin.user + QStringLiteral(" from ") +
           (origin.choice == LoginChoice::Own ? QStringLiteral("Own") : origin.file) +
           (origin.helper.isEmpty() ? QString() : u' ' + origin.helper);
}

void TestRegistryLogins::takesTheFirst()
{
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("none"));
    write("auth.json", json("{`auths`: {") + entry("reg.example", "late") + "}}");
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("late from auth.json"));
    write("run.json", json("{`auths`: {") + entry("reg.example", "podman") + "}}");
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("podman from run.json"));
    write("config.json", json("{`auths`: {") + entry("reg.example", "docker") + "}}");
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("docker from config.json"));
    m_own->keepForThisRun(address("reg.example"), Login{QStringLiteral("own"), QStringLiteral("p")});
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("own from Own"));
}

void TestRegistryLogins::takesWhatWasChosen()
{
    write("config.json", json("{`auths`: {") + entry("reg.example", "docker") + "}}");
    write("auth.json", json("{`auths`: {") + entry("reg.example", "podman") + "}}");
    QCOMPARE(ask(LoginChoice::Docker), QStringLiteral("docker from config.json"));
    QCOMPARE(ask(LoginChoice::Podman), QStringLiteral("podman from auth.json"));
    QCOMPARE(ask(LoginChoice::Anonymous), QStringLiteral("none"));
    // The person logged in here: another login in its place would be another person.
    QVERIFY2(ask(LoginChoice::Own).startsWith(QStringLiteral("error: no keyring answers")),
             qPrintable(ask(LoginChoice::Own)));
    RegistryLogins automatic(m_own.get(), m_foreign, LoginChoice::Automatic);
    QVERIFY(await(automatic.login(address("reg.example"), {}, {})));
    QVERIFY(automatic.keyringError());
    QCOMPARE(automatic.keyringError()->kind, ErrorKind::Unsupported);
    m_own->keepForThisRun(address("reg.example"), Login{QStringLiteral("own"), QStringLiteral("p")});
    QCOMPARE(ask(LoginChoice::Own), QStringLiteral("own from Own"));
    QCOMPARE(ask(LoginChoice::Docker), QStringLiteral("docker from config.json"));
    QCOMPARE(ask(LoginChoice::Anonymous), QStringLiteral("none"));
}

void TestRegistryLogins::takesTheExactRegistryOnly()
{
    m_own->keepForThisRun(address("reg.example"), Login{QStringLiteral("own"), QStringLiteral("p")});
    write("config.json", json("{`auths`: {") + entry("reg.example", "docker") + "}}");
    for (const char *other : {"reg.example:5000", "eu.reg.example", "example", "http://localhost:443"})
        QCOMPARE(ask(LoginChoice::Automatic, other), QStringLiteral("none"));
}

void TestRegistryLogins::takesTheRepositorysOwn()
{
    write("config.json",
          json("{`auths`: {") + entry("ghcr.io/owner", "scoped") + ',' + entry("ghcr.io", "all") + "}}");
    QCOMPARE(ask(LoginChoice::Automatic, "ghcr.io"), QStringLiteral("all from config.json"));
    QCOMPARE(ask(LoginChoice::Automatic, "ghcr.io", "owner/image"),
             QStringLiteral("scoped from config.json"));
    QCOMPARE(ask(LoginChoice::Automatic, "ghcr.io", "other/image"), QStringLiteral("all from config.json"));
}

/// The same up to the wire: each repository gets its own login, and nobody else's.
void TestRegistryLogins::sendsTheRepositorysOwn()
{
    FakeRegistry server;
    const QByteArray host = "127.0.0.1:" + QByteArray::number(server.serverPort());
    write("config.json", json("{`auths`: {") + entry(host, "all") + ',' + entry(host + "/team", "team") +
                             ',' + entry(host + "/team/api", "api") + "}}");
    Transport transport;
    Access access;
    access.logins = std::make_shared<RegistryLogins>(m_own.get(), m_foreign, LoginChoice::Automatic);
    const auto client = RegistryClient::create(&transport, address(host.constData()), access);
    for (const auto &[repository, user] :
         {std::pair("team/api", "api"), std::pair("other/api", "all"), std::pair("team/apis", "team"),
          std::pair("team/api/x", "api"), std::pair("teams", "all")}) {
        server.on("GET", QByteArray("/v2/") + repository + "/tags/list", [](const FakeRequest &request) {
            return request.header("Authorization").isEmpty()
                       ? answer(401, {}, {{"WWW-Authenticate", "Basic realm=\"r\""}})
                       : answer(200, "{}");
        });
        QVERIFY2(await(client->listTags(repositoryName(repository))).has_value(), repository);
        QCOMPARE(server.requests().back().header("Authorization"),
                 basicAuthorization(QString::fromLatin1(user), QStringLiteral("p")));
    }
}

void TestRegistryLogins::stopsAtAHelperThatFails()
{
    write("config.json", json("{`credHelpers`: {`reg.example`: `broken`}}"));
    write("auth.json",
          json("{`auths`: {") + entry("reg.example", "podman") + ',' + entry("other.example", "o") + "}}");
    helper("broken", "exit 3\n");
    QCOMPARE(ask(LoginChoice::Automatic),
             QStringLiteral("error: docker-credential-broken failed with exit code 3 for this registry"));
    QCOMPARE(ask(LoginChoice::Automatic, "other.example"), QStringLiteral("o from auth.json"));
}

void TestRegistryLogins::goesOnWhenAHelperKnowsNone()
{
    write("config.json", json("{`credsStore`: `some`}"));
    write("auth.json", json("{`auths`: {") + entry("reg.example", "podman") + "}}");
    helper("some", json("read -r server\n[ `$server` = known.example ] || { echo `credentials not found in "
                        "native keychain`; exit 1; }\necho '{`ServerURL`: `known.example`, `Username`: "
                        "`ada`, `Secret`: `p`}'\n"));
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("podman from auth.json"));
    QCOMPARE(ask(LoginChoice::Automatic, "known.example"),
             QStringLiteral("ada from config.json docker-credential-some"));
    QCOMPARE(ask(LoginChoice::Docker), QStringLiteral("none"));
}

void TestRegistryLogins::doesNotStartHelpersForNothing()
{
    const QString started = m_directory->filePath(QStringLiteral("started"));
    write("config.json", json("{`credsStore`: `marks`}"));
    helper("marks", "touch '" + started.toUtf8() + "'\nexit 1\n");
    m_own->keepForThisRun(address("reg.example"), Login{QStringLiteral("own"), QStringLiteral("p")});
    QCOMPARE(ask(LoginChoice::Automatic), QStringLiteral("own from Own"));
    QCOMPARE(ask(LoginChoice::Podman), QStringLiteral("none"));
    QCOMPARE(ask(LoginChoice::Anonymous), QStringLiteral("none"));
    QCOMPARE(m_foreign.offers(address("reg.example")).size(), qsizetype(1));
    QVERIFY(!QFile::exists(started));
    QVERIFY(ask(LoginChoice::Docker).startsWith(QStringLiteral("error: ")));
    QVERIFY(QFile::exists(started));
}

void TestRegistryLogins::offersWhatTheFilesHave()
{
    write("config.json",
          json("{`auths`: {") + entry("reg.example", "ada") + json(", `bad.example`: {`auth`: `!`}}}"));
    write("auth.json", json("{`credHelpers`: {`reg.example`: `pass`}}"));
    const LoginOrigin docker{LoginChoice::Docker, QStringLiteral("config.json"), {}, QStringLiteral("ada")};
    const LoginOrigin podman{
        LoginChoice::Podman, QStringLiteral("auth.json"), QStringLiteral("docker-credential-pass"), {}};
    QCOMPARE(m_foreign.offers(address("reg.example")), (QList<LoginOrigin>{docker, podman}));
    QCOMPARE(m_foreign.offers(address("bad.example")), QList<LoginOrigin>());
    QCOMPARE(m_foreign.warnings().size(), qsizetype(1));
    QVERIFY(m_foreign.warnings().front().startsWith(
        QStringLiteral("docker's config.json: the entry \"bad.example\"")));
}

QTEST_GUILESS_MAIN(TestRegistryLogins)
#include "tst_registrylogins.moc"
