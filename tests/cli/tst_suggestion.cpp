// SPDX-License-Identifier: Apache-2.0
#include "cli/suggestion.h"
#include "oci/qtconversions.h"

#include <QTest>

using namespace quayside;

namespace {

RepositoryName name(const QString &text)
{
    return RepositoryName::parse(toStdString(text)).value();
}

} // namespace

class TestSuggestion : public QObject
{
    Q_OBJECT

private slots:
    void guesses_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("meant"); // empty: nothing
        QTest::newRow("a letter too many") << QStringLiteral("team/apii") << QStringLiteral("team/api");
        QTest::newRow("a letter too few") << QStringLiteral("team/ap") << QStringLiteral("team/api");
        QTest::newRow("another letter") << QStringLiteral("team/apo") << QStringLiteral("team/api");
        QTest::newRow("two swapped") << QStringLiteral("taem/api") << QStringLiteral("team/api");
        QTest::newRow("two swaps") << QStringLiteral("taem/aip") << QStringLiteral("team/api");
        QTest::newRow("three mistakes") << QStringLiteral("taem/aipp") << QString();
        QTest::newRow("the nearest") << QStringLiteral("team/apx1") << QStringLiteral("team/apx");
        QTest::newRow("the first of equals") << QStringLiteral("team/apy") << QStringLiteral("team/api");
        QTest::newRow("short names") << QStringLiteral("ab") << QString();
        QTest::newRow("a third of a short name") << QStringLiteral("weq") << QStringLiteral("web");
        QTest::newRow("nothing like it") << QStringLiteral("other/thing") << QString();
    }

    void guesses()
    {
        QFETCH(const QString, typed);
        QFETCH(const QString, meant);
        const std::vector<RepositoryName> known{
            name(QStringLiteral("ac")), name(QStringLiteral("team/api")), name(QStringLiteral("team/apx")),
            name(QStringLiteral("team/worker")), name(QStringLiteral("web"))};
        const auto found = suggestion(name(typed), known);
        QCOMPARE(found ? toQString(found->toString()) : QString(), meant);
    }

    void knowsNothingWithoutNames() { QVERIFY(!suggestion(name(QStringLiteral("team/api")), {})); }
};

QTEST_GUILESS_MAIN(TestSuggestion)
#include "tst_suggestion.moc"
