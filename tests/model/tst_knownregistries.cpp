// SPDX-License-Identifier: Apache-2.0
// Which registries the login files of other tools name.

#include "model/knownregistries.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;

class TestKnownRegistries : public QObject
{
    Q_OBJECT

private slots:
    void namesAreTaken();
    void otherFilesNameNone();

private:
    LoginFilePlace file(const QString &name, const QByteArray &content, const QString &tool) const;

    QTemporaryDir m_directory;
};

LoginFilePlace TestKnownRegistries::file(const QString &name, const QByteArray &content,
                                         const QString &tool) const
{
    QFile written(m_directory.filePath(name));
    if (written.open(QIODevice::WriteOnly))
        written.write(content);
    return {written.fileName(), tool};
}

void TestKnownRegistries::namesAreTaken()
{
    const LoginFilePlace docker =
        file(QStringLiteral("config.json"),
             R"({"auths": {"https://index.docker.io/v1/": {"auth": "c2VjcmV0"}, "reg.lan:5000": {}},
                                      "credHelpers": {"ghcr.io": "pass"}})",
             QStringLiteral("docker"));
    const LoginFilePlace podman =
        file(QStringLiteral("auth.json"),
             R"({"auths": {"ghcr.io/owner": {}, "quay.io": {}, "ada@evil.example": {}, "": {}}})",
             QStringLiteral("podman"));
    const QList<KnownRegistry> found = knownRegistries({docker, podman});
    QStringList lines;
    for (const KnownRegistry &registry : found)
        lines << registry.address + u' ' + registry.tool + u' ' + registry.file;
    QCOMPARE(lines, (QStringList{QStringLiteral("docker.io docker config.json"),
                                 QStringLiteral("reg.lan:5000 docker config.json"),
                                 QStringLiteral("ghcr.io docker config.json"),
                                 QStringLiteral("quay.io podman auth.json")}));
}

void TestKnownRegistries::otherFilesNameNone()
{
    QCOMPARE(knownRegistries(
                 {{m_directory.filePath(QStringLiteral("absent")), QStringLiteral("docker")},
                  {m_directory.path(), QStringLiteral("docker")},
                  file(QStringLiteral("list.json"), "[1]", QStringLiteral("podman")),
                  file(QStringLiteral("broken.json"), "{\"auths\": {\"a.example\"", QStringLiteral("podman")),
                  file(QStringLiteral("odd.json"), "{\"auths\": 3}", QStringLiteral("podman"))})
                 .size(),
             qsizetype(0));
}

QTEST_GUILESS_MAIN(TestKnownRegistries)

#include "tst_knownregistries.moc"
