// SPDX-License-Identifier: Apache-2.0
#include "model/registryconfig.h"
#include "model/tagorder.h"
#include "model/wildcard.h"
#include "tests/support/testimage.h"

#include <QTest>

#include <algorithm>

using namespace quayside;
using namespace quayside::test;

class TestTagOrder : public QObject
{
    Q_OBJECT

private slots:
    /// Each row is one list in its right order; every pair of it is compared both ways.
    void ordersNaturally_data()
    {
        QTest::addColumn<QString>("ascending");
        QTest::newRow("numbers") << QStringLiteral("1.2 1.9 1.10 1.100 2.0");
        QTest::newRow("short before long") << QStringLiteral("1 1.0 1.0.0 1.0.1");
        QTest::newRow("pre-releases")
            << QStringLiteral("1.0.0-alpha 1.0.0-rc.1 1.0.0-rc.2 1.0.0-rc.10 1.0.0");
        QTest::newRow("v") << QStringLiteral("v1.2 v1.10 2.0 v10.0");
        QTest::newRow("same version, two names") << QStringLiteral("1.0 v1.0");
        QTest::newRow("versions before names") << QStringLiteral("1.0 20261125 latest main stable");
        QTest::newRow("numbers in names") << QStringLiteral("build-2 build-10 build-100");
        QTest::newRow("longer than any integer")
            << QStringLiteral("1.99999999999999999999 1.100000000000000000000");
        QTest::newRow("leading zeros") << QStringLiteral("1.02 1.3 1.010");
    }
    void ordersNaturally()
    {
        QFETCH(QString, ascending);
        std::vector<std::string> tags;
        const auto words = ascending.split(u' ');
        for (const QString &word : words)
            tags.push_back(word.toStdString());
        for (std::size_t i = 0; i < tags.size(); ++i) {
            for (std::size_t j = 0; j < tags.size(); ++j) {
                const int order = compareNaturally(tags[i], tags[j]);
                const std::string pair = tags[i] + " and " + tags[j];
                QVERIFY2(i < j ? order < 0 : i > j ? order > 0 : order == 0, pair.c_str());
            }
        }
    }

    void filters_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("tag");
        QTest::addColumn<bool>("matches");
        QTest::newRow("nothing") << QString() << QStringLiteral("1.0") << true;
        QTest::newRow("part") << QStringLiteral(".1") << QStringLiteral("1.12") << true;
        QTest::newRow("case") << QStringLiteral("RC") << QStringLiteral("1.0-rc1") << true;
        QTest::newRow("not part") << QStringLiteral("2.") << QStringLiteral("1.12") << false;
        QTest::newRow("glob") << QStringLiteral("1.2*") << QStringLiteral("1.20") << true;
        QTest::newRow("glob is whole") << QStringLiteral("2*") << QStringLiteral("1.20") << false;
        QTest::newRow("question mark") << QStringLiteral("1.?") << QStringLiteral("1.2") << true;
        QTest::newRow("one character each") << QStringLiteral("1.?") << QStringLiteral("1.20") << false;
        QTest::newRow("expression") << QStringLiteral("/^1\\.[0-4]$/") << QStringLiteral("1.3") << true;
        QTest::newRow("expression minds case")
            << QStringLiteral("/RC/") << QStringLiteral("1.0-rc1") << false;
        QTest::newRow("broken expression") << QStringLiteral("/[/") << QStringLiteral("[") << false;
        QTest::newRow("slash alone") << QStringLiteral("/") << QStringLiteral("1.0") << false;
    }
    void filters()
    {
        QFETCH(QString, filter);
        QFETCH(QString, tag);
        QFETCH(bool, matches);
        QCOMPARE(TagFilter(filter).matches(tag.toStdString()), matches);
    }

    void tellsBrokenExpressions()
    {
        QVERIFY(!TagFilter(QStringLiteral("/[/")).isValid());
        QVERIFY(TagFilter(QStringLiteral("/a+/")).isValid());
        QVERIFY(TagFilter(QStringLiteral("[")).isValid());
    }

    void wildcardsAreLinear()
    {
        QVERIFY(matchesWildcard("*", ""));
        QVERIFY(matchesWildcard("a*b*c", "axxbyyc"));
        QVERIFY(!matchesWildcard("a*b", "axxc"));
        QVERIFY(!matchesWildcard("*a*a*a*a*a*b", std::string(2000, 'a')));
    }

    void knowsSignatureTags()
    {
        const std::string hex(64, 'a');
        for (const auto *suffix : {"", ".sig", ".att", ".sbom"})
            QVERIFY(isSignatureTag(tagName(("sha256-" + hex + suffix).c_str())));
        QVERIFY(!isSignatureTag(tagName("1.0")));
        QVERIFY(!isSignatureTag(tagName("sha256-abc.sig")));
        QVERIFY(!isSignatureTag(tagName(("sha256-" + hex + ".zip").c_str())));
    }

    void protects()
    {
        const QStringList patterns{QStringLiteral("latest"), QStringLiteral("team/api:prod-*")};
        QVERIFY(isProtected(patterns, repositoryName("any"), tagName("latest")));
        QVERIFY(isProtected(patterns, repositoryName("team/api"), tagName("prod-7")));
        QVERIFY(!isProtected(patterns, repositoryName("team/web"), tagName("prod-7")));
        QVERIFY(!isProtected(patterns, repositoryName("team/api"), tagName("1.0")));
    }
};

QTEST_GUILESS_MAIN(TestTagOrder)
#include "tst_tagorder.moc"
