// SPDX-License-Identifier: Apache-2.0
// The settings of a registry in the window: what is chosen there holds at once, and after a restart.

#include "model/taglistmodel.h"
#include "oci/qtconversions.h"
#include "tests/gui/desk.h"
#include "tests/support/dockerregistry.h"
#include "ui/colourchoice.h"
#include "ui/contentarea.h"
#include "ui/deletesheet.h"
#include "ui/fieldnote.h"
#include "ui/inusefields.h"
#include "ui/linesfield.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/registrysettingsdialog.h"
#include "ui/resultbar.h"
#include "ui/tagspage.h"
#include "ui/trashview.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestRegistrySettings : public QObject
{
    Q_OBJECT

private slots:
    void productionWantsTheNameTyped();
    void aProtectedTagIsLeftAlone();
    void readOnlyRefuses();
    void localHasGuardsToo();
    void everythingSurvivesARestart();
    void aWrongPatternIsTold_data();
    void aWrongPatternIsTold();
    void theListOfWhatIsInUseIsRead();

private:
    static RegistrySettingsDialog *openSettings(Desk &desk);
    static DeleteSheet *askToDelete(Desk &desk, TagView *view);
};

/// With the menu's entry, as the keyboard does it.
RegistrySettingsDialog *TestRegistrySettings::openSettings(Desk &desk)
{
    QAction *entry = desk.menuEntry(QStringLiteral("Registry Settings…"));
    if (!entry || !entry->isEnabled())
        return nullptr;
    entry->trigger();
    return qobject_cast<RegistrySettingsDialog *>(desk.prompter().last());
}

/// The sheet for everything that the view shows.
DeleteSheet *TestRegistrySettings::askToDelete(Desk &desk, TagView *view)
{
    const int before = desk.prompter().count();
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    return waitUntil([&] { return desk.prompter().count() > before; })
               ? qobject_cast<DeleteSheet *>(desk.prompter().last())
               : nullptr;
}

void TestRegistrySettings::productionWantsTheNameTyped()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    DeleteSheet *sheet = askToDelete(desk, view);
    QVERIFY(sheet && !sheet->confirmField());
    sheet->reject();

    RegistrySettingsDialog *dialog = openSettings(desk);
    QVERIFY(dialog && !dialog->productionBox()->isChecked());
    dialog->productionBox()->setChecked(true);
    dialog->saveButton()->click();
    sheet = askToDelete(desk, view);
    QVERIFY(sheet && sheet->confirmField());
    QVERIFY(!sheet->deleteButton()->isEnabled());
    QTest::keyClicks(sheet->confirmField(), QStringLiteral("demo/hello"));
    QVERIFY(sheet->deleteButton()->isEnabled());
    sheet->reject();
}

void TestRegistrySettings::aProtectedTagIsLeftAlone()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    RegistrySettingsDialog *dialog = openSettings(desk);
    QVERIFY(dialog);
    QTest::keyClicks(dialog->protectedField()->editor(), QStringLiteral("late??"));
    dialog->saveButton()->click();
    const int row = view->tags()->rowOf(Tag::parse("latest").value());
    const auto isMarked = [&] {
        return view->tags()->index(row, 0).data(TagListModel::StateRole).toInt() == int(RowState::Protected);
    };
    QTRY_VERIFY(isMarked());
    DeleteSheet *sheet = askToDelete(desk, view);
    QVERIFY(sheet);
    QVERIFY2(sheet->rows().contains(QStringLiteral("Left alone: 1 tag: latest, is protected")),
             qPrintable(sheet->rows().join(u'\n')));
    sheet->reject();
}

void TestRegistrySettings::readOnlyRefuses()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    RegistrySettingsDialog *dialog = openSettings(desk);
    QVERIFY(dialog);
    dialog->modeButton(RegistryMode::ReadOnly)->click();
    dialog->saveButton()->click();
    view->selectAll();
    const QAction *deleteRepository = desk.menuEntry(QStringLiteral("Delete Repository…"));
    QVERIFY(!deleteRepository->isEnabled());
    // The key in the list has no entry to be disabled: it says why not.
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(view->resultBar()->isVisible());
    QCOMPARE(view->resultBar()->text(), QStringLiteral("docker is set to read-only."));
    QCOMPARE(view->resultBar()->note(),
             QStringLiteral("Nothing was changed. Its settings in Quayside say so."));
    QCOMPARE(view->tags()->tagCount(), 2);

    dialog = openSettings(desk);
    QVERIFY(dialog && dialog->modeButton(RegistryMode::ReadOnly)->isChecked());
    dialog->modeButton(RegistryMode::Normal)->click();
    dialog->saveButton()->click();
    QVERIFY(deleteRepository->isEnabled());
    DeleteSheet *sheet = askToDelete(desk, view);
    QVERIFY(sheet);
    sheet->reject();
}

void TestRegistrySettings::localHasGuardsToo()
{
    Desk desk;
    QVERIFY(desk.startLocal());
    MainWindow &window = desk.openWindow();
    RegistrySession *local = desk.sessions().local();
    QTRY_COMPARE(local->state(), RegistrySession::State::Ready);
    window.loadSamples();
    TagView *view = window.content()->tagsPage()->tagView();
    QTRY_VERIFY(view->tags() && view->tags()->tagCount() == 2);
    RegistrySettingsDialog *dialog = openSettings(desk);
    QVERIFY(dialog && !dialog->nameField()->isVisible() && !dialog->rateField()->isVisible());
    dialog->modeButton(RegistryMode::Ask)->click();
    dialog->saveButton()->click();
    DeleteSheet *sheet = askToDelete(desk, view); // two tags of Local go without a sheet else
    QVERIFY(sheet);
    QTest::mouseClick(sheet->deleteButton(), Qt::LeftButton);
    QTRY_COMPARE(view->tags()->tagCount(), 0);

    dialog = openSettings(desk);
    QVERIFY(dialog);
    dialog->modeButton(RegistryMode::ReadOnly)->click();
    dialog->saveButton()->click();
    window.goTo(Place::deleted(local->id()));
    TrashView *trash = window.content()->trashView();
    QTRY_VERIFY(trash->list()->model()->rowCount() > 0);
    trash->list()->selectAll();
    QVERIFY(!trash->restoreButton()->isEnabled());
    QSignalSpy said(window.statusBar(), &QStatusBar::messageChanged);
    window.loadSamples();
    const QVariantList refusal{QStringLiteral("Local is set to read-only.")};
    QTRY_VERIFY(said.contains(refusal));
}

void TestRegistrySettings::everythingSurvivesARestart()
{
    const auto first = std::make_unique<Desk>();
    const QString id = first->addRegistry(QStringLiteral("team"), QStringLiteral("localhost:1"));
    first->openWindow().goTo(Place::registry(id));
    const QString list = first->path(QStringLiteral("in-use.txt"));
    RegistrySettingsDialog *dialog = openSettings(*first);
    QVERIFY(dialog);
    dialog->nameField()->setText(QStringLiteral("  Team & friends "));
    dialog->colourChoice()->swatch(5)->click();
    dialog->modeButton(RegistryMode::Ask)->click();
    dialog->productionBox()->setChecked(true);
    dialog->protectedField()->setLines(
        {QStringLiteral("latest"), QString(), QStringLiteral(" prod-* "), QStringLiteral("latest")});
    dialog->inUseFields()->setFile(list);
    dialog->rateField()->setText(QStringLiteral("25"));
    QTRY_VERIFY(!dialog->inUseFields()->status().isEmpty());
    dialog->saveButton()->click();
    const RegistryConfig saved = first->sessions().session(id)->config();
    QCOMPARE(saved.name, QStringLiteral("Team & friends"));
    QCOMPARE(saved.colour, 5);
    QCOMPARE(saved.mode, RegistryMode::Ask);
    QVERIFY(saved.production);
    QCOMPARE(saved.protectedTags, (QStringList{QStringLiteral("latest"), QStringLiteral("prod-*")}));
    QCOMPARE(saved.inUseFile, list);
    QCOMPARE(saved.requestsPerSecond, 25);
    QVERIFY(first->takeApart());

    Desk second(first->home());
    QVERIFY(second.sessions().session(id));
    QCOMPARE(second.sessions().session(id)->config(), saved);
    QVERIFY(second.takeApart());
}

void TestRegistrySettings::aWrongPatternIsTold_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("problem"); // its beginning; empty: it is a pattern
    const auto add = [](const char *pattern, const char *problem) {
        QTest::newRow(pattern) << QString::fromLatin1(pattern) << QString::fromLatin1(problem);
    };
    for (const char *pattern :
         {"latest", "prod-*", "*", "v?.*", "_x", "team/api:stable*", "*/api:*", "team/*:1.0"})
        add(pattern, "");
    add("latest, prod-*", "\"latest, prod-*\" is not a tag");
    add("-rc", "\"-rc\" is not a tag");
    add("team/api", "The tag is missing: team/api:*");
    add("team/api:", "\"\" is not a tag");
    add(":latest", "\"\" is not the name of a repository.");
    add("Team:latest", "\"Team\" is not the name of a repository.");
    add("team/api@sha256:12", "\"team/api@sha256\" is not the name of a repository.");
    add("reg.lan:5000/team/api:latest", "Leave the registry's address out");
    add("other.lan:5000/api:1", "\"5000/api:1\" is not a tag");
}

void TestRegistrySettings::aWrongPatternIsTold()
{
    QFETCH(QString, pattern);
    QFETCH(QString, problem);
    TestPrompter prompter;
    RegistryConfig config;
    config.name = QStringLiteral("reg");
    RegistrySettingsDialog dialog(config, QStringLiteral("reg.lan:5000"), &prompter, nullptr);
    QVERIFY(dialog.saveButton()->isEnabled());
    dialog.protectedField()->setLines({QStringLiteral("fine"), QString(), pattern});
    QCOMPARE(dialog.saveButton()->isEnabled(), problem.isEmpty());
    QCOMPARE(dialog.protectedNote()->isProblem(), !problem.isEmpty());
    if (!problem.isEmpty())
        QVERIFY2(dialog.protectedNote()->text().startsWith(QStringLiteral("Line 3: ") + problem),
                 qPrintable(dialog.protectedNote()->text()));
}

void TestRegistrySettings::theListOfWhatIsInUseIsRead()
{
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("in-use.txt"));
    const auto write = [&](const QByteArray &words) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(words) == words.size();
    };
    QVERIFY(write("harbor.example/team/api:1.0 nginx\nnginx:latest\n"));
    TestPrompter prompter;
    InUseFields fields(&prompter, nullptr);
    fields.setFile(path);
    QTRY_VERIFY(fields.status().startsWith(QStringLiteral("2 references and digests, written ")));
    QVERIFY(write("{\"items\": []}"));
    fields.setFile(path);
    QTRY_VERIFY(fields.status().startsWith(QStringLiteral("in-use.txt: \"{\"items\":\" is neither")));
    QVERIFY(fields.isAcceptable());
    fields.setFile(directory.filePath(QStringLiteral("missing.txt")));
    QTRY_VERIFY(fields.status().startsWith(QStringLiteral("missing.txt: ")));
    QVERIFY(fields.status().endsWith(QStringLiteral("nothing is deleted.")));
    fields.setFile(QStringLiteral("in-use.txt"));
    QVERIFY(!fields.isAcceptable());
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestRegistrySettings test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_registrysettings.moc"
