// SPDX-License-Identifier: Apache-2.0
// What docker-registry says in Warning headers, as the window shows it.
#include "tests/gui/desk.h"
#include "tests/support/dockerregistry.h"
#include "ui/contentarea.h"
#include "ui/look/proxystyle.h"
#include "ui/resultbar.h"

#include <QApplication>
#include <QTest>
#include <QToolButton>

using namespace quayside;
using namespace quayside::test;

class TestWarnings : public QObject
{
    Q_OBJECT

private slots:
    void areShownUntilTheyAreClosed();
};

void TestWarnings::areShownUntilTheyAreClosed()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.warnings = {"299 - \"Moves to <b>new.example</b>\"", "299 - \"second\", 299 - \"second\"",
                        "199 - \"no\""};
    QVERIFY(registry.start(options));
    Desk desk;
    QVERIFY(desk.openSamples(registry.host())); // dozens of answers with the same warnings
    const ResultBar *bar = desk.window().content()->warningBar();
    auto *close = bar->findChild<QToolButton *>();
    QVERIFY(close);
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->text(), QStringLiteral("docker says:"));
    QCOMPARE(bar->note(), QStringLiteral("Moves to <b>new.example</b>"));
    close->click();
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->note(), QStringLiteral("second"));
    desk.window().goTo(Place());
    QVERIFY(!bar->isVisible());
    desk.window().goTo(Place::registry(desk.sessions().sessions().last()->id()));
    QCOMPARE(bar->note(), QStringLiteral("second"));
    close->click();
    QVERIFY(!bar->isVisible());
    desk.window().content()->refresh();
    QVERIFY(!bar->isVisible());
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestWarnings test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_warnings.moc"
