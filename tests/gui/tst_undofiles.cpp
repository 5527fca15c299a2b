// SPDX-License-Identifier: Apache-2.0
// Undo files in the window: saved on one computer, opened on another one.

#include "model/taglistmodel.h"
#include "model/undofile.h"
#include "tests/gui/desk.h"
#include "tests/support/dockerregistry.h"
#include "ui/addregistrydialog.h"
#include "ui/contentarea.h"
#include "ui/deletesheet.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/noticedialog.h"
#include "ui/resultbar.h"
#include "ui/tagspage.h"
#include "ui/undofiledialog.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QMenu>
#include <QPushButton>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestUndoFiles : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void anUndoFileIsSaved();
    void anotherComputerOpensAnUndoFile();
    void aWrongUndoFileIsTold();

private:
    static bool saveAs(Desk &desk, const QString &path);
    static bool open(Desk &desk, const QString &path);
};

void TestUndoFiles::initTestCase()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
}

/// Chooses "Save Undo File…" and a name in its dialog.
bool TestUndoFiles::saveAs(Desk &desk, const QString &path)
{
    desk.menuEntry(QStringLiteral("Save Undo File…"))->trigger();
    auto *dialog = qobject_cast<QFileDialog *>(desk.prompter().last());
    if (!dialog)
        return false;
    dialog->selectFile(path);
    static_cast<QDialog *>(dialog)->accept();
    return true;
}

void TestUndoFiles::anUndoFileIsSaved()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    const QAction *entry = desk.menuEntry(QStringLiteral("Save Undo File…"));
    QVERIFY(entry && !entry->isEnabled()); // nothing was deleted yet
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(desk.prompter().last());
    qobject_cast<DeleteSheet *>(desk.prompter().last())->deleteButton()->click();
    QTRY_VERIFY(entry->isEnabled());

    const QString path = desk.path(QStringLiteral("hello-undo.json"));
    QVERIFY(saveAs(desk, path));
    QTRY_VERIFY(loadUndoFile(path).has_value());
    const UndoRecord record = loadUndoFile(path).value();
    QCOMPARE(record.operation.registry, registry.host());
    QCOMPARE(record.operation.repository, QStringLiteral("demo/hello"));
    QVERIFY(!record.items.empty() && record.items.front().outcome == Outcome::Done);

    // It replaces nothing, and says so.
    QVERIFY(saveAs(desk, path));
    QTRY_VERIFY(qobject_cast<NoticeDialog *>(desk.prompter().last()));
}

/// Chooses "Open Undo File…" and a file in its dialog.
bool TestUndoFiles::open(Desk &desk, const QString &path)
{
    desk.menuEntry(QStringLiteral("Open Undo File…"))->trigger();
    auto *dialog = qobject_cast<QFileDialog *>(desk.prompter().last());
    if (!dialog)
        return false;
    dialog->selectFile(path);
    static_cast<QDialog *>(dialog)->accept();
    return true;
}

void TestUndoFiles::anotherComputerOpensAnUndoFile()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    const QTemporaryDir shared;
    const QString path = shared.filePath(QStringLiteral("hello-undo.json"));
    {
        Desk first;
        TagView *view = first.openSamples(registry.host());
        QVERIFY(view);
        view->selectAll();
        QTest::keyClick(view->list(), Qt::Key_Delete);
        QTRY_VERIFY(first.prompter().last());
        qobject_cast<DeleteSheet *>(first.prompter().last())->deleteButton()->click();
        QTRY_VERIFY(first.menuEntry(QStringLiteral("Save Undo File…"))->isEnabled());
        QVERIFY(saveAs(first, path));
        QTRY_VERIFY(loadUndoFile(path).has_value());
        QVERIFY(first.takeApart());
    }

    Desk second; // another person's settings and journal
    second.openWindow();
    QVERIFY(open(second, path));
    QTRY_VERIFY(qobject_cast<UndoFileDialog *>(second.prompter().last()));
    auto *dialog = qobject_cast<UndoFileDialog *>(second.prompter().last());
    QVERIFY2(dialog->summary().startsWith(QStringLiteral("1 image · 2 tags: ")),
             qPrintable(dialog->summary()));
    QVERIFY(dialog->summary().contains(QStringLiteral("latest")));
    QVERIFY(dialog->registryId().isEmpty() && !dialog->restoreButton()->isEnabled());
    QCOMPARE(dialog->note(),
             registry.host() + QStringLiteral(" is not in the list of registries. Choose one, or add it."));

    dialog->registryMenu()->actions().last()->trigger();
    auto *add = qobject_cast<AddRegistryDialog *>(second.prompter().last());
    QVERIFY(add);
    QTRY_VERIFY(add->addButton()->isEnabled());
    add->addButton()->click();
    QTRY_VERIFY(dialog->restoreButton()->isEnabled());
    const QString id = dialog->registryId();
    RegistrySession *session = second.sessions().session(id);
    QVERIFY(session);
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    dialog->restoreButton()->click();
    const TagView *view = second.window().content()->tagsPage()->tagView();
    QTRY_VERIFY(view->tags() && view->tags()->tagCount() == 2);
    QTRY_VERIFY(view->resultBar()->isVisible());
    QVERIFY2(view->resultBar()->text().startsWith(QStringLiteral("Restored")),
             qPrintable(view->resultBar()->text()));
    QTRY_VERIFY(!second.history().operations().empty());
    QCOMPARE(second.history().operations().front().kind, Operation::Kind::Restore);
}

void TestUndoFiles::aWrongUndoFileIsTold()
{
    Desk desk;
    desk.openWindow();
    const QString path = desk.path(QStringLiteral("wrong.json"));
    for (const QByteArray &bytes :
         {QByteArray("{}"), QByteArray("\x00\xff", 2), QByteArray(2'000'000, '['),
          QByteArray("{\"quaysideUndo\": 2}"),
          QByteArray("{\"quaysideUndo\": 1, \"operation\": {\"id\": \"a\", \"repository\": \"../x\"}}")}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) == bytes.size());
        file.close();
        const int before = desk.prompter().count();
        QVERIFY(open(desk, path));
        QTRY_COMPARE(desk.prompter().count(), before + 2); // the choice of the file, and what came of it
        QVERIFY(qobject_cast<NoticeDialog *>(desk.prompter().last()));
        desk.prompter().last()->close();
    }
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestUndoFiles test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_undofiles.moc"
