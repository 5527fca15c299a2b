// SPDX-License-Identifier: Apache-2.0
#include "model/inuse.h"
#include "tests/support/testimage.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const Digest digest = TestImage::make("one").digest;
const RepositoryName api = repositoryName("team/api");

} // namespace

class TestInUse : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;

    QString write(const QByteArray &words)
    {
        const QString path = m_directory.filePath(QStringLiteral("in-use.txt"));
        QFile file(path);
        return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(words) == words.size()
                   ? path
                   : QString();
    }

private slots:
    void readsWhatKubectlPrints_data()
    {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QString>("address");
        QTest::addColumn<QByteArray>("repository");
        QTest::addColumn<QByteArray>("tag"); // empty: the digest
        const QByteArray text = QByteArray::fromStdString(digest.toString());
        const QString harbor = QStringLiteral("harbor.example");
        const QString hub = QStringLiteral("docker.io");
        QTest::newRow("tag") << QByteArray("harbor.example/team/api:1.0") << harbor << QByteArray("team/api")
                             << QByteArray("1.0");
        QTest::newRow("port") << QByteArray("reg.lan:5000/team/api:1.0") << QStringLiteral("reg.lan:5000")
                              << QByteArray("team/api") << QByteArray("1.0");
        QTest::newRow("https port") << QByteArray("harbor.example:443/team/api:1.0") << harbor
                                    << QByteArray("team/api") << QByteArray("1.0");
        QTest::newRow("no tag") << QByteArray("harbor.example/team/api") << harbor << QByteArray("team/api")
                                << QByteArray("latest");
        QTest::newRow("docker's name")
            << QByteArray("nginx:1.25") << hub << QByteArray("library/nginx") << QByteArray("1.25");
        QTest::newRow("with a user") << QByteArray("ada/web:2") << hub << QByteArray("ada/web")
                                     << QByteArray("2");
        QTest::newRow("digest alone") << text << QString() << QByteArray() << QByteArray();
        QTest::newRow("image id") << "harbor.example/team/api@" + text << QString() << QByteArray()
                                  << QByteArray();
        QTest::newRow("old image id") << "docker-pullable://harbor.example/team/api@" + text << QString()
                                      << QByteArray() << QByteArray();
        QTest::newRow("tag and digest")
            << "harbor.example/team/api:1.0@" + text << harbor << QByteArray("team/api") << QByteArray("1.0");
    }
    void readsWhatKubectlPrints()
    {
        QFETCH(QByteArray, word);
        QFETCH(QString, address);
        QFETCH(QByteArray, repository);
        QFETCH(QByteArray, tag);
        InUse inUse;
        QVERIFY(inUse.add("  other.example/x:1\n" + word + "\t\n", {QStringLiteral("f"), {}}).has_value());
        QCOMPARE(inUse.digest(digest).has_value(), word.contains("sha256:"));
        if (!tag.isEmpty()) {
            const auto name = repositoryName(repository.constData());
            QVERIFY(inUse.tag(address, name, tagName(tag.constData())).has_value());
            QVERIFY(!inUse.tag(address, name, tagName("another")).has_value());
            QVERIFY(
                !inUse.tag(QStringLiteral("elsewhere.example"), name, tagName(tag.constData())).has_value());
        }
    }

    void saysWhichFile()
    {
        const QString path = write(QByteArray::fromStdString(digest.toString()));
        const auto inUse = InUse::load({QString(), path});
        QVERIFY(inUse.has_value());
        const auto source = (*inUse)->digest(digest);
        QVERIFY(source.has_value());
        QCOMPARE(source->name, QStringLiteral("in-use.txt"));
        QCOMPARE(source->date, QFileInfo(path).lastModified().date());
        const InUse::Source november{QStringLiteral("in-use.txt"), QDate(2026, 11, 23)};
        QCOMPARE(november.text(), QStringLiteral("in-use.txt, 23 November"));
    }

    /// What a word protects that nobody understands is not known.
    void refusesWhatItDoesNotUnderstand()
    {
        for (const char *words : {"harbor.example/team/api:1.0 a:b:c", "sha256:12", "{\"items\":[]}"}) {
            const auto inUse = InUse::load({write(words)});
            QVERIFY(!inUse.has_value());
            QCOMPARE(inUse.error().kind, ErrorKind::InvalidInput);
            QVERIFY(inUse.error().message.starts_with("in-use.txt: \""));
            QCOMPARE(inUse.error().code, std::string(InUse::unreadable));
        }
        const auto missing = InUse::load({m_directory.filePath(QStringLiteral("missing"))});
        QVERIFY(!missing.has_value());
        QCOMPARE(missing.error().kind, ErrorKind::Storage);
    }

    void anEmptyListProtectsNothing()
    {
        const auto inUse = InUse::load({write(" \n")});
        QVERIFY(inUse.has_value());
        QVERIFY((*inUse)->isEmpty());
        QVERIFY(!(*inUse)->tag(QStringLiteral("harbor.example"), api, tagName("1.0")).has_value());
    }
};

QTEST_GUILESS_MAIN(TestInUse)
#include "tst_inuse.moc"
