// SPDX-License-Identifier: Apache-2.0
#include "ui/format.h"
#include "ui/look/icons.h"
#include "ui/look/palette.h"
#include "ui/look/proxystyle.h"
#include "ui/look/typography.h"

#include <QApplication>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace quayside;

namespace {

double linear(int channel)
{
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    return 0.2126 * linear(colour.red()) + 0.7152 * linear(colour.green()) + 0.0722 * linear(colour.blue());
}

/// WCAG 2.1, "contrast ratio".
double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

class TestLook : public QObject
{
    Q_OBJECT

private slots:
    void textIsReadable_data();
    void textIsReadable();
    void fillsAreReadable_data();
    void fillsAreReadable();
    void everySymbolDraws();
    void symbolsFollowTheColour();
    void heightsFollowTheFont();
    void sizes_data();
    void sizes();
    void ages();
};

void TestLook::textIsReadable_data()
{
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("surface");
    for (const ColourScheme scheme : {ColourScheme::Light, ColourScheme::Dark}) {
        const Colours c(lookPalette(scheme));
        const auto row = [scheme](const char *name, const QColor &text, const QColor &surface) {
            QTest::addRow("%s, %s", name, scheme == ColourScheme::Light ? "light" : "dark")
                << text << surface;
        };
        row("text on content", c.text, c.base);
        row("text on selection", c.text, c.selected);
        row("text on the sidebar's selection", c.text, c.sidebarFocused);
        row("muted on content", c.muted, c.base);
        row("muted on selection", c.muted, c.selected);
        row("muted on a quiet selection", c.muted, c.selectedQuiet);
        row("muted in a search field", c.muted, c.searchField);
        row("muted on the sidebar's selection", c.muted, c.sidebarFocused);
        row("link on content", c.accent, c.base);
        row("link on selection", c.accent, c.selected);
        row("link in the result bar", c.accent, c.well);
        row("danger on content", c.danger, c.base);
        row("danger on selection", c.danger, c.selected);
        row("danger in the result bar", c.danger, c.well);
        row("caution on content", c.caution, c.base);
        row("good on content", c.good, c.base);
    }
}

void TestLook::textIsReadable()
{
    QFETCH(QColor, text);
    QFETCH(QColor, surface);
    // Rounding of the mixes costs a few hundredths.
    QVERIFY2(contrast(text, surface) >= 4.4, qPrintable(QString::number(contrast(text, surface))));
}

void TestLook::fillsAreReadable_data()
{
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("fill");
    for (const ColourScheme scheme : {ColourScheme::Light, ColourScheme::Dark}) {
        const Colours c(lookPalette(scheme));
        const char *name = scheme == ColourScheme::Light ? "light" : "dark";
        QTest::addRow("primary, %s", name) << c.onFill << c.accentFill;
        QTest::addRow("danger, %s", name) << c.onFill << c.dangerFill;
    }
}

void TestLook::fillsAreReadable()
{
    QFETCH(QColor, text);
    QFETCH(QColor, fill);
    QVERIFY(contrast(text, fill) >= 4.5);
}

void TestLook::everySymbolDraws()
{
    for (int i = 0; i <= static_cast<int>(Symbol::XCircle); ++i) {
        const QImage image = symbolPixmap(static_cast<Symbol>(i), 16, Qt::red, 2).toImage();
        QCOMPARE(image.size(), QSize(32, 32));
        int painted = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                painted += image.pixelColor(x, y).alpha() > 128;
        }
        QVERIFY2(painted > 20, qPrintable(QString::number(i)));
    }
    QVERIFY(!applicationIcon().pixmap(64, 64).isNull());
}

void TestLook::symbolsFollowTheColour()
{
    const QImage image = symbolPixmap(Symbol::Plus, 16, QColor(0x12, 0x34, 0x56), 4).toImage();
    QCOMPARE(image.pixelColor(32, 32).rgb(), QColor(0x12, 0x34, 0x56).rgb());
}

void TestLook::heightsFollowTheFont()
{
    for (const int points : {9, 11, 14}) {
        QFont font = QApplication::font();
        font.setPointSize(points);
        const QFontMetrics metrics(font);
        QCOMPARE(rowHeight(metrics), metrics.height() + 12);
        const int baseline = rowBaseline(metrics, rowHeight(metrics));
        QVERIFY(baseline - metrics.ascent() >= 6);
        QVERIFY(baseline + metrics.descent() <= rowHeight(metrics) - 6);
    }
}

void TestLook::sizes_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64(0) << QStringLiteral("0 B");
    QTest::newRow("bytes") << qint64(999) << QStringLiteral("999 B");
    QTest::newRow("kilobytes") << qint64(494'400) << QStringLiteral("494 kB");
    QTest::newRow("three digits") << qint64(84'100'000) << QStringLiteral("84.1 MB");
    QTest::newRow("whole") << qint64(168'200'000) << QStringLiteral("168 MB");
    QTest::newRow("small") << qint64(1'240'000'000) << QStringLiteral("1.24 GB");
    QTest::newRow("rounds up into the next unit") << qint64(999'600) << QStringLiteral("1.00 MB");
}

void TestLook::sizes()
{
    QFETCH(qint64, bytes);
    QFETCH(QString, text);
    QLocale::setDefault(QLocale::c());
    QCOMPARE(sizeText(bytes).joined(), text);
}

void TestLook::ages()
{
    const QDateTime now(QDate(2026, 11, 25), QTime(12, 0), Qt::UTC);
    QCOMPARE(ageText(now.addSecs(-5), now), QStringLiteral("now"));
    QCOMPARE(ageText(now.addSecs(-7300), now), QStringLiteral("2 h"));
    QCOMPARE(ageText(now.addDays(-44), now), QStringLiteral("44 d"));
    QCOMPARE(shortAgoText(now.addSecs(-5), now), QStringLiteral("just now"));
    QCOMPARE(shortAgoText(now.addSecs(-320), now), QStringLiteral("5 min ago"));
    QCOMPARE(longAgeText(now.addSecs(-3700), now), QStringLiteral("an hour ago"));
    QCOMPARE(longAgeText(now.addDays(-2), now), QStringLiteral("2 days ago"));
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestLook test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_look.moc"
