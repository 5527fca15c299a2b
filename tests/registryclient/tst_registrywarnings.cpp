// SPDX-License-Identifier: Apache-2.0
// Warning headers: what the specification allows is read, all else is passed over.

#include "registryclient/registrywarnings.h"

#include <QSignalSpy>
#include <QTest>

using namespace quayside;

class TestRegistryWarnings : public QObject
{
    Q_OBJECT

    static HttpHeaders warning(const QByteArray &value) { return {HttpHeader{"Warning", value}}; }

private slots:
    void readsTheGrammar_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QStringList>("texts");
        const auto add = [](const char *name, const QByteArray &header, const QStringList &texts = {}) {
            QTest::newRow(name) << header << texts;
        };
        const QString one = QStringLiteral("Your token expires.");
        add("one", "299 - \"Your token expires.\"", {one});
        add("two", "299 - \"Your token expires.\", 299 - \"b, c\"", {one, QStringLiteral("b, c")});
        add("escapes", "299 - \"say \\\"no\\\" \\\\ twice\"", {QStringLiteral("say \"no\" \\ twice")});
        add("space around", " 299 - \" Your token expires. \" ", {one});
        add("empty text", "299 - \"\"");
        add("empty header", "");
        add("another code", "199 - \"a\"");
        add("an agent", "299 harbor \"a\"");
        add("a date", "299 - \"a\" \"Wed, 21 Oct 2015 07:28:00 GMT\"");
        add("no quotes", "299 - a");
        add("no end", "299 - \"a");
        add("ends in an escape", "299 - \"a\\");
        add("an escaped end", "299 - \"a\\\"");
        add("the rest is wrong", "299 - \"Your token expires.\", 110 - \"stale\", 299 - \"a\"", {one});
        add("not UTF-8", "299 - \"a\xff\"", {QStringLiteral("a\uFFFD")});
        add("commas only", QByteArray(4000, ','));
        add("a quote without an end, long", "299 - \"" + QByteArray(4000, '\\'));
    }
    void readsTheGrammar()
    {
        QFETCH(QByteArray, header);
        QFETCH(QStringList, texts);
        QCOMPARE(warningTexts(warning(header)), texts);
    }

    void ignoresOtherHeaders()
    {
        QCOMPARE(warningTexts({HttpHeader{"X-Warning", "299 - \"a\""}, HttpHeader{"wArNiNg", "299 - \"b\""}}),
                 QStringList{QStringLiteral("b")});
    }

    /// More than the specification allows is not read to its end.
    void ignoresWhatIsTooMuch()
    {
        const QByteArray large = "299 - \"" + QByteArray(2500, 'x') + '"';
        const HttpHeaders both = warning(large) + warning(large);
        QCOMPARE(warningTexts(both).size(), 1);
        QCOMPARE(warningTexts(warning("299 - \"" + QByteArray(5000, 'x') + '"')), QStringList());
    }

    void cutsLongTexts()
    {
        const auto texts = warningTexts(warning("299 - \"" + QByteArray(300, 'x') + '"'));
        QCOMPARE(texts, QStringList{QString(255, u'x') + u'…'});
        // An emoji is two characters of a QString; half of one is none.
        QByteArray emojis(1, 'x');
        for (int i = 0; i < 200; ++i)
            emojis += "\xF0\x9F\x98\x80";
        const QString cut = warningTexts(warning("299 - \"" + emojis + '"')).value(0);
        QCOMPARE(cut.size(), 256);
        QCOMPARE(warningTexts(warning("299 - \"x" + emojis + '"')).value(0).size(), 255);
    }

    void eachIsKeptOnceAndTenAtMost()
    {
        RegistryWarnings warnings;
        QSignalSpy added(&warnings, &RegistryWarnings::added);
        warnings.take(warning("299 - \"a\", 299 - \"a\""));
        warnings.take(warning("299 - \"a\""));
        QCOMPARE(warnings.texts(), QStringList{QStringLiteral("a")});
        QCOMPARE(added.count(), 1);
        for (int i = 0; i < 100; ++i)
            warnings.take(warning("299 - \"text " + QByteArray::number(i) + '"'));
        QCOMPARE(warnings.texts().size(), RegistryWarnings::most);
        QCOMPARE(added.count(), RegistryWarnings::most);
    }
};

QTEST_GUILESS_MAIN(TestRegistryWarnings)
#include "tst_registrywarnings.moc"
