// SPDX-License-Identifier: Apache-2.0
#include "oci/qtconversions.h"

#include <QTest>

using namespace quayside;

class TestQtConversions : public QObject
{
    Q_OBJECT

private slots:
    void textKeepsItsCharacters();
    void invalidUtf8BecomesVisible();
    void bytesKeepTheirZeros();
};

void TestQtConversions::textKeepsItsCharacters()
{
    const QString text = QStringLiteral("a\u00e4\u2026\U0001f6a2");
    QCOMPARE(toQString(toStdString(text)), text);
    QCOMPARE(toQString({}), QString());
}

void TestQtConversions::invalidUtf8BecomesVisible()
{
    QCOMPARE(toQString("a\xff"), QStringLiteral("a\uFFFD"));
}

void TestQtConversions::bytesKeepTheirZeros()
{
    const QByteArray bytes("a\0b", 3);
    QCOMPARE(toStringView(bytes).size(), std::size_t(3));
    QCOMPARE(toQByteArray(toStringView(bytes)), bytes);
}

QTEST_APPLESS_MAIN(TestQtConversions)
#include "tst_qtconversions.moc"
