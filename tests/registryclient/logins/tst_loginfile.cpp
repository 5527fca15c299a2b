// SPDX-License-Identifier: Apache-2.0
// docker's config.json and podman's auth.json: whose login is found, and what broken ones lead to.

#include "registryclient/logins/loginfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>
#include <sys/stat.h>

using namespace quayside;

namespace {

/// JSON is written with ' here.
QByteArray json(const char *text)
{
    return QByteArray(text).replace('\'', '"');
}

QByteArray auth(const char *userAndPassword)
{
    return QByteArray(userAndPassword).toBase64();
}

RegistryAddress address(const char *text)
{
    return RegistryAddress::parse(QString::fromUtf8(text)).value();
}

/// "user:password", "user:token=…", "?suffix server", or "none": what is found.
QString found(const LoginFile &file, const char *registry, const char *repository = "")
{
    std::optional<RepositoryName> name;
    if (*repository)
        name = RepositoryName::parse(repository).value();
    const auto result = file.find(address(registry), name);
    if (!result)
        return QStringLiteral("none");
    if (const auto *question = std::get_if<HelperQuestion>(&*result))
        return u'?' + question->suffix + u' ' + question->server;
    const auto &login = std::get<Login>(*result);
    return login.user + u':' +
           (login.isIdentityToken() ? QStringLiteral("token=") + login.identityToken : login.password);
}

QString all(const QStringList &warnings)
{
    return warnings.join(u'\n');
}

} // namespace

class TestLoginFile : public QObject
{
    Q_OBJECT

private slots:
    void readsLogins();
    void prefersTheLongestRepository();
    void asksHelpers();
    void readsIdentityTokens();
    void leavesOutBadEntries_data();
    void leavesOutBadEntries();
    void leavesOutBadFiles_data();
    void leavesOutBadFiles();
    void readsFilesWithoutChangingThem();
    void leavesOutWhatIsNoFile();
    void knowsWhereFilesAre();
    void survivesMutations();

private:
    QString write(const QString &name, const QByteArray &content) const;

    QTemporaryDir m_directory;
};

void TestLoginFile::readsLogins()
{
    const LoginFile file = LoginFile::parse(
        "\xef\xbb\xbf" + // a byte order mark, as some editors write it
        json("{'auths': {'https://index.docker.io/v1/': {'auth': '") + auth("ada:pass:word") +
        json("'}, 'reg.example:5000': {'username': 'bob', 'password': 'b'}, 'other.example': {},"
             "'padded.example': {'auth': '") +
        QByteArray("eve:nul\0\0", 9).toBase64() + json("'}}, 'HttpHeaders': {'x': 'y'}, 'credsStore': ''}"));
    QCOMPARE(all(file.warnings()), QString());
    QCOMPARE(found(file, "docker.io"), QStringLiteral("ada:pass:word"));
    QCOMPARE(found(file, "registry-1.docker.io", "library/alpine"), QStringLiteral("ada:pass:word"));
    QCOMPARE(found(file, "reg.example:5000"), QStringLiteral("bob:b"));
    QCOMPARE(found(file, "padded.example"), QStringLiteral("eve:nul"));
    QCOMPARE(found(file, "other.example"), QStringLiteral("none"));
    QCOMPARE(found(file, "reg.example"), QStringLiteral("none"));
    QCOMPARE(found(file, "index.docker.io.evil"), QStringLiteral("none"));
}

void TestLoginFile::prefersTheLongestRepository()
{
    const LoginFile file = LoginFile::parse(json(
        "{'auths': {'ghcr.io': {'username': 'all', 'password': '1'},"
        "'ghcr.io/owner': {'username': 'owner', 'password': '2'},"
        "'ghcr.io/owner/image': {'username': 'image', 'password': '3'}, 'ghcr.io/owner/image/empty': {}},"
        "'credHelpers': {'ghcr.io/owner/deep/helper': 'deep'}}"));
    QCOMPARE(found(file, "ghcr.io"), QStringLiteral("all:1"));
    QCOMPARE(found(file, "ghcr.io", "other/image"), QStringLiteral("all:1"));
    QCOMPARE(found(file, "ghcr.io", "owner2/image"), QStringLiteral("all:1"));
    QCOMPARE(found(file, "ghcr.io", "owner/tool"), QStringLiteral("owner:2"));
    QCOMPARE(found(file, "ghcr.io", "owner/image"), QStringLiteral("image:3"));
    QCOMPARE(found(file, "ghcr.io", "owner/image/empty"), QStringLiteral("image:3"));
    QCOMPARE(found(file, "ghcr.io", "owner/deep/helper/x"),
             QStringLiteral("?deep ghcr.io/owner/deep/helper"));
}

void TestLoginFile::asksHelpers()
{
    const LoginFile file = LoginFile::parse(json(
        "{'auths': {'https://index.docker.io/v1/': {}, 'reg.example': {'username': 'old', 'password': 'o'},"
        "'plain.example': {'username': 'ann', 'password': 'a'},"
        "'reg.example/team': {'username': 'team', 'password': 't'}},"
        "'credHelpers': {'gcr.example': 'gcloud', 'plain.example': ''}, 'credsStore': 'desktop'}"));
    QCOMPARE(all(file.warnings()), QString());
    QCOMPARE(found(file, "gcr.example", "team/api"), QStringLiteral("?gcloud gcr.example"));
    QCOMPARE(found(file, "docker.io"), QStringLiteral("?desktop https://index.docker.io/v1/"));
    QCOMPARE(found(file, "unnamed.example:5000"), QStringLiteral("?desktop unnamed.example:5000"));
    QCOMPARE(found(file, "reg.example"), QStringLiteral("?desktop reg.example")); // like docker
    QCOMPARE(found(file, "reg.example", "team/api"), QStringLiteral("team:t"));
    QCOMPARE(found(file, "plain.example"), QStringLiteral("ann:a")); // "no helper for this one"
    // A registry that is named twice: the helper of its own is asked.
    QCOMPARE(found(LoginFile::parse(json("{'auths': {'reg.example': {'username': 'a', 'password': 'b'}},"
                                         "'credHelpers': {'https://reg.example/v2/': 'pass'}}")),
                   "reg.example"),
             QStringLiteral("?pass https://reg.example/v2/"));
}

void TestLoginFile::readsIdentityTokens()
{
    const LoginFile file = LoginFile::parse(json("{'auths': {'acr.example': {'auth': '") + auth("0000:") +
                                            json("', 'identitytoken': 'refresh'},"
                                                 "'bare.example': {'identitytoken': 'only'}}}"));
    QCOMPARE(found(file, "acr.example"), QStringLiteral("0000:token=refresh"));
    QCOMPARE(found(file, "bare.example"), QStringLiteral(":token=only"));
}

void TestLoginFile::leavesOutBadEntries_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<QString>("warning");
    const auto row = [](const char *name, const QByteArray &entry, const char *warning) {
        QTest::newRow(name) << entry << QString::fromUtf8(warning);
    };
    row("no base64", json("{'auth': 'hunter2-hunter2!'}"), "base64");
    row("no colon", json("{'auth': '") + auth("hunter2") + json("'}"), "base64");
    row("no UTF-8", json("{'auth': '") + auth("ada:hunter2\xff") + json("'}"), "base64");
    row("no object", json("'hunter2'"), "no object");
    row("a list", json("['hunter2']"), "no object");
    row("registry token", json("{'registrytoken': 'hunter2'}"), "registrytoken");
    row("a number", json("{'auth': 7, 'password': 7}"), "");
}

void TestLoginFile::leavesOutBadEntries()
{
    QFETCH(QByteArray, entry);
    QFETCH(QString, warning);
    const LoginFile file =
        LoginFile::parse(json("{'auths': {'good.example': {'username': 'ada', 'password': 'a'},"
                              "'bad.example': ") +
                         entry + json("}}"));
    QCOMPARE(found(file, "good.example"), QStringLiteral("ada:a"));
    QCOMPARE(found(file, "bad.example"), QStringLiteral("none"));
    QCOMPARE(file.warnings().isEmpty(), warning.isEmpty());
    if (!warning.isEmpty()) {
        QVERIFY(all(file.warnings()).contains(QStringLiteral("bad.example")));
        QVERIFY2(all(file.warnings()).contains(warning), qPrintable(all(file.warnings())));
    }
    QVERIFY(!all(file.warnings()).contains(QStringLiteral("hunter2")));
}

void TestLoginFile::leavesOutBadFiles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut") << json("{'auths': {'reg.example': {'username': 'a', 'password': 'hunter2'");
    QTest::newRow("a control character in a password")
        << json("{'auths': {'reg.example': {'username': 'a', 'password': 'hunter2\n'}}}");
    QTest::newRow("a list") << json("[{'auths': {'reg.example': {'username': 'a', 'password': 'hunter2'}}}]");
    QTest::newRow("two documents") << json("{} {'auths': {}}");
    QTest::newRow("auths is a list") << json("{'auths': [{'reg.example': 'hunter2'}]}");
    QTest::newRow("helpers are text") << json("{'credHelpers': 'hunter2'}");
    QTest::newRow("a helper is a number") << json("{'credHelpers': {'reg.example': 7}}");
    QTest::newRow("names no registry") << json("{'auths': {'ada@reg.example': {'password': 'hunter2'}}}");
    QTest::newRow("zero byte") << QByteArray("{}\0hunter2", 10);
    QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6);
    QTest::newRow("deep") << QByteArray(100'000, '[');
    QTest::newRow("huge") << QByteArray(LoginFile::maxBytes - 1, ' ') + "{}";
}

void TestLoginFile::leavesOutBadFiles()
{
    QFETCH(QByteArray, content);
    const LoginFile file = LoginFile::read(write(QStringLiteral("config.json"), content));
    QCOMPARE(found(file, "reg.example"), QStringLiteral("none"));
    QCOMPARE(file.warnings().size(), 1);
    QVERIFY2(!file.warnings().front().contains(QStringLiteral("hunter2")),
             qPrintable(file.warnings().front()));
}

void TestLoginFile::readsFilesWithoutChangingThem()
{
    const QByteArray content = json("{ 'auths' : {'reg.example': {'username': 'ada', 'password': 'a'}}}\n");
    const QString path = write(QStringLiteral("real.json"), content);
    const QString link = m_directory.filePath(QStringLiteral("link.json"));
    QVERIFY(QFile::link(path, link));
    QVERIFY(QFile::setPermissions(path, QFile::ReadOwner));
    const auto changed = QFileInfo(path).lastModified();
    QCOMPARE(found(LoginFile::read(link), "reg.example"), QStringLiteral("ada:a"));
    QVERIFY(QFileInfo(link).isSymLink());
    QCOMPARE(QFileInfo(path).lastModified(), changed);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), content);
}

void TestLoginFile::leavesOutWhatIsNoFile()
{
    const LoginFile absent = LoginFile::read(m_directory.filePath(QStringLiteral("absent")));
    QVERIFY(absent.entries().empty() && absent.warnings().isEmpty());
    const QString dangling = m_directory.filePath(QStringLiteral("dangling"));
    QVERIFY(QFile::link(m_directory.filePath(QStringLiteral("nowhere")), dangling));
    QVERIFY(LoginFile::read(dangling).entries().empty());
    QCOMPARE(LoginFile::read(m_directory.path()).warnings().size(), 1);
    const QString pipe = m_directory.filePath(QStringLiteral("pipe"));
    QCOMPARE(mkfifo(qPrintable(pipe), 0600), 0);
    QCOMPARE(LoginFile::read(pipe).warnings().size(), 1); // opening it would wait for ever
}

void TestLoginFile::knowsWhereFilesAre()
{
    const auto places = [](const QProcessEnvironment &environment) {
        QStringList paths;
        for (const LoginFilePlace &place : loginFilePlaces(environment))
            paths << place.tool + u' ' + place.path;
        return paths.join(u'\n');
    };
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("HOME"), QStringLiteral("/home/ada"));
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), QStringLiteral("/run/user/7"));
    QCOMPARE(places(environment), QStringLiteral("docker /home/ada/.docker/config.json\n"
                                                 "podman /run/user/7/containers/auth.json\n"
                                                 "podman /home/ada/.config/containers/auth.json"));
    environment.insert(QStringLiteral("DOCKER_CONFIG"), QStringLiteral("/etc/d"));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), QStringLiteral("/cfg"));
    QCOMPARE(places(environment), QStringLiteral("docker /etc/d/config.json\n"
                                                 "podman /run/user/7/containers/auth.json\n"
                                                 "podman /cfg/containers/auth.json"));
    environment.insert(QStringLiteral("REGISTRY_AUTH_FILE"), QStringLiteral("/my/auth"));
    QCOMPARE(places(environment), QStringLiteral("docker /etc/d/config.json\npodman /my/auth"));
}

/// Whatever a file has become, nothing is found for a registry that it does not name.
void TestLoginFile::survivesMutations()
{
    const QByteArray original = json("{'auths': {'https://index.docker.io/v1/': {'auth': '") +
                                auth("ada:hunter2") +
                                json("'}, 'reg.example:5000/team': {'username': 'bob', 'password': "
                                     "'hunter2'}, 'acr.example': {'identitytoken': 'hunter2'}},"
                                     "'credHelpers': {'gcr.example': 'gcloud'}}");
    std::mt19937 random(20'240'117); // the same bytes on every run
    const auto below = [&random](qsizetype limit) { return qsizetype(random() % std::size_t(limit)); };
    const QByteArray alphabet = json("{}[]:,'\\/.@ \t0aA\n") + QByteArray("\0\xff\xc3\x7f", 4);
    int stillFound = 0;
    for (int round = 0; round < 5'000; ++round) {
        QByteArray content = original;
        for (qsizetype changes = 1 + below(3); changes > 0; --changes) {
            const qsizetype at = below(content.size());
            switch (below(4)) {
            case 0:
                content[at] = alphabet[below(alphabet.size())];
                break;
            case 1:
                content.insert(at, alphabet[below(alphabet.size())]);
                break;
            case 2:
                content.remove(at, 1 + below(8));
                break;
            default:
                content.insert(below(content.size()), content.mid(at, below(40)));
            }
        }
        const LoginFile file = LoginFile::parse(content);
        QCOMPARE(found(file, "other.example", "team/api"), QStringLiteral("none"));
        for (const char *registry : {"acr.example", "gcr.example"}) {
            if (found(file, registry) != QLatin1String("none")) {
                ++stillFound;
                QVERIFY(content.toLower().contains(registry));
            }
        }
    }
    QVERIFY(stillFound > 1000); // the mutations left most files readable
}

QString TestLoginFile::write(const QString &name, const QByteArray &content) const
{
    QFile file(m_directory.filePath(name));
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        file.write(content);
    return file.fileName();
}

QTEST_GUILESS_MAIN(TestLoginFile)
#include "tst_loginfile.moc"
