// SPDX-License-Identifier: Apache-2.0
#include "cli/serveoptions.h"
#include "oci/qtconversions.h"

#include <QTest>

using namespace quayside;

class TestServeOptions : public QObject
{
    Q_OBJECT

private slots:
    void defaults();
    void readsEveryOption();
    void refusesWrongValues_data();
    void refusesWrongValues();
    void lanNeedsTheSwitch();
    void helpNamesTheOptions();
};

void TestServeOptions::defaults()
{
    const auto options = ServeOptions::parse({});
    QVERIFY(options);
    QVERIFY(options->root.isEmpty());
    QVERIFY(options->listen.empty());
    QCOMPARE(options->maxConnections, 256);
    QCOMPARE(options->trashRetention, std::chrono::days(30));
    QVERIFY(!options->trashUntagged);
}

void TestServeOptions::readsEveryOption()
{
    const auto options = ServeOptions::parse(
        {QStringLiteral("--root"), QStringLiteral("/srv/images"), QStringLiteral("--listen"),
         QStringLiteral("127.0.0.1:0"), QStringLiteral("--listen=[::1]:5001"),
         QStringLiteral("--listen=5002"), QStringLiteral("--allow-host=registry.lan:5000"),
         QStringLiteral("--read-only"), QStringLiteral("--no-delete"), QStringLiteral("--allow-sparse-index"),
         QStringLiteral("--max-connections=8"), QStringLiteral("--threads=3"),
         QStringLiteral("--trash-days=7"), QStringLiteral("--trash-untagged=3")});
    QVERIFY2(options, options ? "" : options.error().message.c_str());
    QCOMPARE(options->root, QStringLiteral("/srv/images"));
    QCOMPARE(options->listen.size(), std::size_t(3));
    QCOMPARE(options->listen[0].address, QHostAddress(QHostAddress::LocalHost));
    QCOMPARE(options->listen[0].port, 0);
    QCOMPARE(options->listen[1].address, QHostAddress(QHostAddress::LocalHostIPv6));
    QVERIFY(!options->listen[2].address);
    QCOMPARE(options->listen[2].port, 5002);
    QCOMPARE(options->allowedHosts, QStringList(QStringLiteral("registry.lan:5000")));
    QVERIFY(options->readOnly && options->noDelete && options->allowSparseIndex);
    QCOMPARE(options->maxConnections, 8);
    QCOMPARE(options->threads, 3);
    QCOMPARE(options->trashRetention, std::chrono::days(7));
    QVERIFY(options->trashUntagged == std::chrono::days(3));
}

void TestServeOptions::refusesWrongValues_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("mentions");

    QTest::newRow("port") << QStringLiteral("--listen=127.0.0.1:port") << QStringLiteral("--listen");
    QTest::newRow("large port") << QStringLiteral("--listen=65536") << QStringLiteral("--listen");
    QTest::newRow("name") << QStringLiteral("--listen=registry.example:5000") << QStringLiteral("--listen");
    QTest::newRow("no connection") << QStringLiteral("--max-connections=0") << QStringLiteral("1 to 65536");
    QTest::newRow("no number") << QStringLiteral("--threads=many") << QStringLiteral("1 to 256");
    QTest::newRow("negative") << QStringLiteral("--trash-days=-1") << QStringLiteral("1 to 36500");
    QTest::newRow("host") << QStringLiteral("--allow-host=a/b") << QStringLiteral("--allow-host");
    QTest::newRow("unknown option") << QStringLiteral("--frobnicate") << QStringLiteral("frobnicate");
    QTest::newRow("word") << QStringLiteral("store") << QStringLiteral("store");
    QTest::newRow("empty root") << QStringLiteral("--root=") << QStringLiteral("--root");
}

void TestServeOptions::refusesWrongValues()
{
    QFETCH(QString, argument);
    QFETCH(QString, mentions);
    const auto options = ServeOptions::parse({argument});
    QVERIFY(!options);
    QCOMPARE(options.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(toQString(options.error().message).contains(mentions), options.error().message.c_str());
}

void TestServeOptions::lanNeedsTheSwitch()
{
    const auto refused = ServeOptions::parse({QStringLiteral("--listen=0.0.0.0:5000")});
    QVERIFY(!refused);
    QVERIFY(toQString(refused.error().message).contains(QStringLiteral("--insecure-lan")));
    const auto allowed =
        ServeOptions::parse({QStringLiteral("--listen=0.0.0.0:5000"), QStringLiteral("--insecure-lan")});
    QVERIFY(allowed);
}

void TestServeOptions::helpNamesTheOptions()
{
    const auto help = ServeOptions::help();
    QVERIFY(help.startsWith(QStringLiteral("Usage: quaysidectl serve [options]\n")));
    for (const auto &option : {QStringLiteral("--root"), QStringLiteral("--listen"),
                               QStringLiteral("--trash-days"), QStringLiteral("--insecure-lan")})
        QVERIFY2(help.contains(option), qPrintable(option));
}

QTEST_GUILESS_MAIN(TestServeOptions)
#include "tst_serveoptions.moc"
