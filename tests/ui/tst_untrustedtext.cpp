// SPDX-License-Identifier: Apache-2.0
#include "ui/untrustedtext.h"

#include <QLabel>
#include <QTest>

using namespace quayside;

class TestUntrustedText : public QObject
{
    Q_OBJECT

private slots:
    void visible_data();
    void visible();
    void isShort();
    void endlessClusterIsShort();
    void labelsStayPlain();
    void toolTipsAreEscaped();
    void documentsKeepTheirLines();
};

void TestUntrustedText::visible_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *name, const QString &text, const char16_t *shown) {
        QTest::newRow(name) << text << QString::fromUtf16(shown);
    };
    row("plain", QStringLiteral("1.12.0"), u"1.12.0");
    row("other scripts", QStringLiteral("данные 数据"), u"данные 数据");
    row("line feed", QStringLiteral("a\nb\r\tc"), u"a\\nb\\r\\tc");
    row("escape", QStringLiteral("\x1b[31m"), u"\\u{001B}[31m");
    row("C1", QString(QChar(0x9b)), u"\\u{009B}");
    row("bidi override", QStringLiteral("a\u202egnp.exe"), u"a\\u{202E}gnp.exe");
    row("bidi isolate", QStringLiteral("\u2066x\u2069"), u"\\u{2066}x\\u{2069}");
    row("zero width", QStringLiteral("la\u200btest\u200d\u200e"), u"la\\u{200B}test\\u{200D}\\u{200E}");
    row("byte order mark", QStringLiteral("\ufefflatest"), u"\\u{FEFF}latest");
    row("line separator", QStringLiteral("a\u2028b"), u"a\\u{2028}b");
    row("tag character", QString::fromUcs4(U"a\U000E0041"), u"a\\u{E0041}");
    row("half a surrogate pair", QStringLiteral("a") + QChar(0xd800), u"a\\u{D800}");
    row("filler letter", QStringLiteral("a\u3164"), u"a\\u{3164}");
    row("NUL", QStringLiteral("a") + QChar(0), u"a\\u{0000}");
    row("an emoji", QString::fromUcs4(U"\U0001F6A2"), u"\U0001F6A2");
}

void TestUntrustedText::visible()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(visibleText(text), shown);
}

void TestUntrustedText::isShort()
{
    const QString shown = visibleText(QString(10'000'000, u'x'));
    QCOMPARE(shown.size(), untrustedTextLimit + 1);
    QVERIFY(shown.endsWith(u'…'));
    QCOMPARE(visibleText(QString(untrustedTextLimit, u'x')).size(), untrustedTextLimit);
}

void TestUntrustedText::endlessClusterIsShort()
{
    const QString zalgo = QStringLiteral("a") + QString(1'000'000, QChar(0x0301));
    QVERIFY(visibleText(zalgo).size() <= 4097);
}

void TestUntrustedText::labelsStayPlain()
{
    QLabel label;
    setUntrustedText(&label, QStringLiteral("<img src='http://evil.example/x'><b>bold</b>"));
    QCOMPARE(label.textFormat(), Qt::PlainText);
    QCOMPARE(label.text(), QStringLiteral("<img src='http://evil.example/x'><b>bold</b>"));
}

void TestUntrustedText::toolTipsAreEscaped()
{
    const QString tip = untrustedToolTip(QStringLiteral("<b>x</b>\n"));
    QCOMPARE(tip, QStringLiteral("<qt>&lt;b&gt;x&lt;/b&gt;\\n</qt>"));
    QVERIFY(untrustedToolTip({}).isEmpty());
}

void TestUntrustedText::documentsKeepTheirLines()
{
    QCOMPARE(visibleDocument(QStringLiteral("{\n\t\"a\": \"\u202e\"\n}")),
             QStringLiteral("{\n\t\"a\": \"\\u{202E}\"\n}"));
}

QTEST_MAIN(TestUntrustedText)
#include "tst_untrustedtext.moc"
