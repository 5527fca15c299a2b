// SPDX-License-Identifier: Apache-2.0
#include "ui/chiprow.h"
#include "ui/codewell.h"
#include "ui/jsonpane.h"
#include "ui/layersview.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/messagepage.h"
#include "ui/prompter.h"
#include "ui/resultbar.h"
#include "ui/tabrow.h"
#include "ui/toollines.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QPointer>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>
#include <QToolButton>

using namespace quayside;

class TestWidgets : public QObject
{
    Q_OBJECT

private slots:
    void shellLines_data();
    void shellLines();
    void pushLinesNameTheAddress();
    void commandsOfLayers_data();
    void commandsOfLayers();
    void layersOfUnknownOrigin();
    void jsonIsOnlyIndented();
    void brokenJsonStaysWhole();
    void codeWellCopiesWhatWasGiven();
    void resultBarSaysWhatWasDone();
    void messagesReplaceEachOther();
    void chipsWrap();
    void rowsKeepTheirScrollChannel();
    void deleteKeyIsReported();
    void dialogsDeleteThemselves();
};

void TestWidgets::shellLines_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("line");
    const auto words = [](const char *text) { return QString::fromUtf8(text).split(u'|'); };
    QTest::newRow("plain") << words("docker|pull|localhost:5000/a/b:1.0")
                           << QStringLiteral("docker pull localhost:5000/a/b:1.0");
    QTest::newRow("space") << words("a b") << QStringLiteral("'a b'");
    QTest::newRow("quote") << words("a'b") << QStringLiteral("'a'\\''b'");
    QTest::newRow("substitution") << words("$(id)") << QStringLiteral("'$(id)'");
    QTest::newRow("line feed") << words("a\nrm") << QStringLiteral("arm");
    QTest::newRow("empty") << QStringList{QString()} << QStringLiteral("''");
}

void TestWidgets::shellLines()
{
    QFETCH(QStringList, words);
    QFETCH(QString, line);
    QCOMPARE(shellLine(words), line);
}

void TestWidgets::pushLinesNameTheAddress()
{
    QCOMPARE(pushLines(0, QStringLiteral("localhost:5001")),
             (QStringList{QStringLiteral("docker tag app localhost:5001/app"),
                          QStringLiteral("docker push localhost:5001/app")}));
    QCOMPARE(pushLines(1, QStringLiteral("localhost:5001")),
             QStringList{QStringLiteral("podman push --tls-verify=false app localhost:5001/app")});
}

void TestWidgets::commandsOfLayers_data()
{
    QTest::addColumn<QString>("createdBy");
    QTest::addColumn<QString>("keyword");
    QTest::addColumn<QString>("command");
    const auto row = [](const char *name, const char *createdBy, const char *keyword, const char *command) {
        QTest::newRow(name) << QString::fromUtf8(createdBy) << QString::fromUtf8(keyword)
                            << QString::fromUtf8(command);
    };
    row("classic instruction", "/bin/sh -c #(nop)  ENV A=b", "ENV", "A=b");
    row("classic run", "/bin/sh -c apt-get update", "RUN", "apt-get update");
    row("buildkit run", "RUN /bin/sh -c apt-get update # buildkit", "RUN", "apt-get update");
    row("buildkit copy", "COPY /a /b # buildkit", "COPY", "/a /b");
    row("something else", "bazel build", "", "bazel build");
    row("nothing", "", "", "");
}

void TestWidgets::commandsOfLayers()
{
    QFETCH(QString, createdBy);
    const LayerRow row = layerRow(createdBy);
    QTEST(row.keyword, "keyword");
    QTEST(row.command, "command");
}

/// Their config tells nothing, or does not fit; the sizes are the largest that a descriptor may claim.
void TestWidgets::layersOfUnknownOrigin()
{
    LayersView view(nullptr);
    LayerRow unknown = layerRow(QString());
    unknown.size = qint64(1) << 53;
    QList<LayerRow> rows(2'000, unknown);
    rows.append(layerRow(QStringLiteral("ENV A=b")));
    view.setLayers(rows);
    const auto *model = view.findChild<RowView *>()->model();
    QCOMPARE(model->rowCount(), 2'001);
    QCOMPARE(model->index(0, 0).data().toString(), QStringLiteral("unknown"));
    QCOMPARE(model->index(2'000, 0).data().toString(), QStringLiteral("ENV A=b"));
}

void TestWidgets::jsonIsOnlyIndented()
{
    QCOMPARE(indentedJson("{\"a\":[1,2.50,{}],\"b\":\"x,{\\\"y\"}"),
             QByteArray("{\n  \"a\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"b\": \"x,{\\\"y\"\n}"));
}

void TestWidgets::brokenJsonStaysWhole()
{
    QCOMPARE(indentedJson("}}}\"open"), QByteArray("\n}\n}\n}\"open"));
    QVERIFY(indentedJson(QByteArray(100'000, '[')).size() < 10'000'000);
}

void TestWidgets::codeWellCopiesWhatWasGiven()
{
    CodeWell well(nullptr);
    well.setLines({QStringLiteral("docker pull"), QStringLiteral("  a")}, QStringLiteral("docker pull a"));
    well.findChild<QToolButton *>()->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("docker pull a"));
}

void TestWidgets::resultBarSaysWhatWasDone()
{
    QWidget window;
    ResultBar bar(&window);
    QVERIFY(bar.isHidden());
    QSignalSpy pressed(&bar, &ResultBar::actionPressed);
    bar.showResult({Symbol::Trash,
                    QStringLiteral("Deleted 493 of 500"),
                    QStringLiteral("7 failed"),
                    {},
                    QStringLiteral("Undo")});
    QVERIFY(!bar.isHidden());
    QCOMPARE(bar.text(), QStringLiteral("Deleted 493 of 500 · 7 failed"));
    bar.actionButton()->click();
    QCOMPARE(pressed.size(), qsizetype(1));
}

void TestWidgets::messagesReplaceEachOther()
{
    MessagePage page(nullptr);
    page.showMessage({true, QStringLiteral("<b>one</b>"), {}, {}, {QStringLiteral("Try again")}, {}});
    page.showMessage({false, QStringLiteral("two"), {}, {}, {}, {}});
    QCOMPARE(page.headline(), QStringLiteral("two"));
    const auto labels = page.findChildren<QLabel *>();
    for (const QLabel *label : labels)
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestWidgets::chipsWrap()
{
    ChipRow row(nullptr);
    QStringList tags;
    for (int i = 0; i < 30; ++i)
        tags << QStringLiteral("tag-%1").arg(i);
    row.setTags(tags, tags.first());
    QCOMPARE(row.findChildren<Chip *>().size(), qsizetype(ChipRow::maxChips + 1));
    QVERIFY(row.heightForWidth(120) > row.heightForWidth(2000));
}

void TestWidgets::rowsKeepTheirScrollChannel()
{
    RowView view(RowView::Surface::Content, nullptr);
    QStandardItemModel model(1, 1);
    view.setModel(&model);
    view.resize(400, 300);
    view.show();
    const int before = view.viewport()->width();
    model.setRowCount(1000);
    QCoreApplication::sendPostedEvents();
    QCOMPARE(view.viewport()->width(), before);
    QCOMPARE(before, 400 - ProxyStyle::scrollChannel);
}

void TestWidgets::deleteKeyIsReported()
{
    RowView view(RowView::Surface::Content, nullptr);
    QStandardItemModel model(3, 1);
    view.setModel(&model);
    QSignalSpy pressed(&view, &RowView::deletePressed);
    QTest::keyClick(&view, Qt::Key_Delete);
    QCOMPARE(pressed.size(), qsizetype(0));
    view.setCurrentIndex(model.index(1, 0));
    QTest::keyClick(&view, Qt::Key_Delete);
    QTest::keyClick(&view, Qt::Key_Delete, Qt::ShiftModifier);
    QCOMPARE(pressed.size(), qsizetype(2));
    QCOMPARE(pressed[0][0].toBool(), false);
    QCOMPARE(pressed[1][0].toBool(), true);
}

void TestWidgets::dialogsDeleteThemselves()
{
    QWidget window;
    QPointer<QDialog> dialog(new QDialog(&window));
    Prompter().show(dialog);
    QVERIFY(dialog->isVisible());
    dialog->reject();
    QTRY_VERIFY(dialog.isNull());
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestWidgets test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_widgets.moc"
