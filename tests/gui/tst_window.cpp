// SPDX-License-Identifier: Apache-2.0
// The real window over the embedded registry, driven as a person does it.

#include "model/imagedetails.h"
#include "model/taglistmodel.h"
#include "model/trashmodel.h"
#include "oci/qtconversions.h"
#include "tests/gui/desk.h"
#include "tests/support/await.h"
#include "ui/addregistrydialog.h"
#include "ui/closingdialog.h"
#include "ui/codewell.h"
#include "ui/contentarea.h"
#include "ui/deletesheet.h"
#include "ui/imageview.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/messagepage.h"
#include "ui/registrysidebar.h"
#include "ui/resultbar.h"
#include "ui/searchfield.h"
#include "ui/startpage.h"
#include "ui/tabrow.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"
#include "ui/trashview.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestWindow : public QObject
{
    Q_OBJECT

private slots:
    void appearsBeforeAnythingAnswers();
    void samplesAreLoadedAndBrowsed();
    void filterAndSort();
    void imagePaneShowsTheImage();
    void oneOfTwoTagsGoesWithoutASheet();
    void wholeImageComesBackFromDeleted();
    void referencesAreCopied();
    void oneBoxUnderstandsReferences();
    void aPushAppearsByItself();
    void skopeoBringsADeletedImageBack();
    void lostConnectionIsSaid();
    void wrongAddressIsSaid();
    void everyLabelIsPlain();
    void narrowWindowShowsTheImageOverTheList();
    void closingDuringAnOperationAsks();
    void knownRegistriesAreOfferedOnce();
    void closingWhileLoadingIsClean();

private:
    static TagView *openHello(Desk &desk);
    static int rowOf(const TagView *view, const char *tag);
    static bool deleteAllTags(Desk &desk, TagView *view);
    static bool skopeoCopy(const QStringList &arguments);
};

/// Loads the samples and waits until both tags of demo/hello are there with their digests.
TagView *TestWindow::openHello(Desk &desk)
{
    if (!desk.startLocal())
        return nullptr;
    desk.openWindow().loadSamples();
    TagView *view = desk.window().content()->tagsPage()->tagView();
    const bool loaded = waitUntil(
        [view] {
            return view->tags() && view->tags()->tagCount() == 2 &&
                   view->tags()->index(0, 0).data(TagListModel::SharedCountRole).toInt() == 2;
        },
        std::chrono::seconds(20));
    return loaded ? view : nullptr;
}

int TestWindow::rowOf(const TagView *view, const char *tag)
{
    return view->tags()->rowOf(Tag::parse(tag).value());
}

void TestWindow::appearsBeforeAnythingAnswers()
{
    Desk desk;
    desk.addRegistry(QStringLiteral("nowhere"), QStringLiteral("localhost:1"));
    MainWindow &window = desk.openWindow();
    QVERIFY(window.isVisible());
    QVERIFY(window.content()->shows(window.content()->startPage()));
    QVERIFY(!window.grab().isNull());
}

void TestWindow::samplesAreLoadedAndBrowsed()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    QVERIFY(rowOf(view, "1.0") >= 0);
    QVERIFY(rowOf(view, "latest") >= 0);
    // The tree has both repositories.
    const QAbstractItemModel *tree = desk.window().sidebar()->tree()->model();
    QTRY_VERIFY(tree->rowCount(tree->index(0, 0)) >= 2);
    // An image of two platforms.
    const QModelIndex row = view->tags()->index(rowOf(view, "1.0"), 0);
    QTRY_COMPARE(row.data(TagListModel::PlatformsRole).toStringList().size(), qsizetype(2));
}

void TestWindow::filterAndSort()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    QTest::keyClicks(view->filterField(), QStringLiteral("lat*"));
    QTRY_COMPARE(view->tags()->rowCount(), 1);
    QTest::keyClick(view->filterField(), Qt::Key_Escape);
    QTRY_COMPARE(view->tags()->rowCount(), 2);
    view->tags()->sort(TagListModel::TagColumn, Qt::DescendingOrder);
    QTRY_COMPARE(view->tags()->sortOrder(), Qt::DescendingOrder);
    view->filterField()->setText(QStringLiteral("nothing-like-it"));
    auto *message = view->findChild<MessagePage *>();
    QTRY_VERIFY(message->isVisible());
    QVERIFY(message->headline().contains(QStringLiteral("nothing-like-it")));
}

void TestWindow::imagePaneShowsTheImage()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    view->selectTag(QStringLiteral("1.0"));
    ImageView *pane = desk.window().content()->tagsPage()->imageView();
    QTRY_COMPARE(pane->platforms()->count(), 2);
    QTRY_VERIFY(pane->details()->config().has_value());
    pane->platforms()->setCurrentIndex(1);
    QTRY_COMPARE(pane->details()->currentPlatform(), 1);
    QTRY_VERIFY(!pane->details()->layers().isEmpty());
    for (int tab = 0; tab < pane->tabs()->count(); ++tab) {
        pane->tabs()->setCurrentIndex(tab);
        QVERIFY(!pane->grab().isNull());
    }
    const QString line = pane->findChild<CodeWell *>()->copiedText();
    QCOMPARE(line, QStringLiteral("docker pull localhost:%1/demo/hello:1.0").arg(desk.local().port()));
}

void TestWindow::oneOfTwoTagsGoesWithoutASheet()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    view->selectTag(QStringLiteral("1.0"));
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_COMPARE(view->tags()->tagCount(), 1);
    QCOMPARE(desk.prompter().count(), 0);
    QVERIFY(rowOf(view, "latest") >= 0);
    QTRY_VERIFY(view->resultBar()->isVisible());
    QCOMPARE(view->resultBar()->text(), QStringLiteral("Removed 1 tag"));
    QTest::mouseClick(view->resultBar()->actionButton(), Qt::LeftButton);
    QTRY_COMPARE(view->tags()->tagCount(), 2);
    QVERIFY(rowOf(view, "1.0") >= 0);
}

/// As a person does it. Platform images and the SBOM go along, so the sheet asks.
bool TestWindow::deleteAllTags(Desk &desk, TagView *view)
{
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    const auto sheet = [&desk] { return qobject_cast<DeleteSheet *>(desk.prompter().last()); };
    if (!waitUntil([&sheet] { return sheet() != nullptr; }))
        return false;
    sheet()->deleteButton()->click();
    return waitUntil([view] { return view->tags()->tagCount() == 0; });
}

void TestWindow::wholeImageComesBackFromDeleted()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    QVERIFY(deleteAllTags(desk, view));
    QTRY_VERIFY(view->resultBar()->isVisible());
    // The registry lists the repository no more; the page stays, with its Undo.
    const QAbstractItemModel *tree = desk.window().sidebar()->tree()->model();
    const auto repositories = [tree] { return tree->rowCount(tree->index(0, 0, tree->index(0, 0))); };
    QTRY_COMPARE(repositories(), 1);
    QVERIFY(view->isVisible() && view->resultBar()->isVisible());
    QCOMPARE(toQString(view->tags()->repository().toString()), QStringLiteral("demo/hello"));
    const QString local = desk.sessions().local()->id();
    desk.window().goTo(Place::deleted(local));
    TrashView *trash = desk.window().content()->trashView();
    QTRY_VERIFY(trash->list()->model()->rowCount() > 0);
    trash->list()->selectAll();
    QTest::mouseClick(trash->restoreButton(), Qt::LeftButton);
    QTRY_VERIFY(trash->resultBar()->isVisible());
    desk.window().goTo(Place::inRepository(local, RepositoryName::parse("demo/hello").value()));
    QTRY_COMPARE(view->tags()->tagCount(), 2);
}

void TestWindow::referencesAreCopied()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    view->selectTag(QStringLiteral("latest"));
    desk.window().content()->tagsPage()->copyReferences(false);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QStringLiteral("localhost:%1/demo/hello:latest").arg(desk.local().port()));
    desk.window().content()->tagsPage()->copyReferences(true);
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("/demo/hello@sha256:")));
}

void TestWindow::oneBoxUnderstandsReferences()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    desk.window().open(QStringLiteral("docker pull localhost:%1/demo/shop").arg(desk.local().port()));
    QTRY_VERIFY(view->tags()->tagCount() >= 3);
    QCOMPARE(QString::fromStdString(view->tags()->repository().toString()), QStringLiteral("demo/shop"));
    desk.window().open(QStringLiteral("demo/hello:1.0"));
    QTRY_COMPARE(view->selectedTags(), QStringList{QStringLiteral("1.0")});
    desk.window().open(QStringLiteral("registry.example"));
    QVERIFY(qobject_cast<AddRegistryDialog *>(desk.prompter().last()));
}

/// Runs `skopeo copy --all` while the window and the registry go on.
bool TestWindow::skopeoCopy(const QStringList &arguments)
{
    QProcess skopeo;
    skopeo.setProcessChannelMode(QProcess::ForwardedChannels);
    skopeo.start(QStringLiteral("skopeo"),
                 QStringList{QStringLiteral("copy"), QStringLiteral("--all")} + arguments);
    const bool ended =
        waitUntil([&skopeo] { return skopeo.state() == QProcess::NotRunning; }, std::chrono::seconds(30));
    return ended && skopeo.exitStatus() == QProcess::NormalExit && skopeo.exitCode() == 0;
}

/// Deleted in the window, pushed again by another program: the tag that it pushed is back, and only that one.
void TestWindow::skopeoBringsADeletedImageBack()
{
    if (QStandardPaths::findExecutable(QStringLiteral("skopeo")).isEmpty())
        QSKIP("skopeo is not installed");
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    const QString image = QStringLiteral("docker://127.0.0.1:%1/demo/hello:1.0").arg(desk.local().port());
    const QString copy = QStringLiteral("oci:") + desk.path(QStringLiteral("copy"));
    QVERIFY(skopeoCopy({QStringLiteral("--src-tls-verify=false"), image, copy}));
    QVERIFY(deleteAllTags(desk, view));
    QVERIFY(skopeoCopy({QStringLiteral("--dest-tls-verify=false"), copy, image}));
    QTRY_VERIFY(rowOf(view, "1.0") >= 0);
    QCOMPARE(view->tags()->tagCount(), 1);
}

void TestWindow::aPushAppearsByItself()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    auto client = desk.sessions().local()->client();
    const auto repository = RepositoryName::parse("demo/hello").value();
    const TagEntry entry = view->tags()->entryAt(0);
    const auto fetched = await(client->getManifest(repository, *entry.digest));
    QVERIFY(fetched);
    const QByteArray bytes = QByteArray::fromStdString(fetched->manifest.bytes());
    QVERIFY(await(
        client->putManifest(repository, Tag::parse("pushed").value(), bytes, fetched->manifest.mediaType())));
    QTRY_VERIFY(rowOf(view, "pushed") >= 0);
}

void TestWindow::lostConnectionIsSaid()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    desk.local().stop();
    QTRY_COMPARE(desk.local().state(), LocalRegistryControl::State::Stopped);
    // The rows that were read stay, under a word of how old they are.
    QCOMPARE(view->tags()->tagCount(), 2);
    const ResultBar *strip = desk.window().content()->strip();
    QTRY_VERIFY(strip->isVisible());
    QCOMPARE(strip->text(), QStringLiteral("Local cannot be reached."));
}

void TestWindow::wrongAddressIsSaid()
{
    Desk desk;
    MainWindow &window = desk.openWindow();
    const QString id = desk.addRegistry(QStringLiteral("nowhere"), QStringLiteral("localhost:1"));
    window.goTo(Place::registry(id));
    MessagePage *page = window.content()->messagePage();
    QTRY_VERIFY(page->headline().startsWith(QStringLiteral("Nothing answers at")));
}

namespace {

/// The classes and names from the window down to a widget, for a message that says which one it is.
QByteArray pathOf(const QObject *object)
{
    QByteArray path;
    for (; object; object = object->parent())
        path.prepend('/' + QByteArray(object->metaObject()->className()) + ' ' +
                     object->objectName().toUtf8());
    return path;
}

} // namespace

void TestWindow::everyLabelIsPlain()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    view->selectTag(QStringLiteral("1.0"));
    ImageView *pane = desk.window().content()->tagsPage()->imageView();
    QTRY_VERIFY(pane->details()->config().has_value());
    for (const QLabel *label : desk.window().findChildren<QLabel *>()) {
        QVERIFY2(label->textFormat() == Qt::PlainText || label->text().isEmpty(), qPrintable(label->text()));
    }
    for (const QAbstractButton *button : desk.window().findChildren<QAbstractButton *>()) {
        if (button->isHidden())
            continue; // gets its text when it is shown
        QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                 pathOf(button).constData());
    }
}

void TestWindow::closingWhileLoadingIsClean()
{
    // Right away, and after each of the first images that are pushed, with requests on their way.
    for (const int pushed : {0, 1, 2, 3}) {
        Desk desk;
        QVERIFY(desk.startLocal());
        desk.openWindow().loadSamples();
        QVERIFY(waitUntil([&desk, pushed] {
            const QList<Operation *> running = desk.history().running();
            return running.isEmpty() || running.last()->done() >= pushed;
        }));
        QVERIFY(desk.takeApart());
    }
}

void TestWindow::narrowWindowShowsTheImageOverTheList()
{
    Desk desk;
    TagView *view = openHello(desk);
    QVERIFY(view);
    ImageView *image = desk.window().content()->tagsPage()->imageView();
    QVERIFY(image->isVisible());
    desk.window().resize(900, 600);
    QTRY_VERIFY(!image->isVisible());
    view->selectTag(QStringLiteral("1.0"));
    QVERIFY(!image->isVisible());
    view->list()->setFocus();
    QTest::keyClick(view->list(), Qt::Key_Return);
    QTRY_VERIFY(image->isVisible());
    QTest::keyClick(image->tabs(), Qt::Key_Escape);
    QTRY_VERIFY(!image->isVisible());
    // Columns leave in their order.
    const auto shown = [view](TagListModel::Column column) { return !view->list()->isColumnHidden(column); };
    view->resize(470, 400);
    QVERIFY(!shown(TagListModel::PlatformsColumn));
    QVERIFY(shown(TagListModel::SizeColumn) && shown(TagListModel::ImageColumn));
    view->resize(200, 400);
    QVERIFY(!shown(TagListModel::PushedColumn) && !shown(TagListModel::SizeColumn));
    QVERIFY(shown(TagListModel::TagColumn) && shown(TagListModel::ImageColumn));
    desk.window().resize(1280, 800);
    QTRY_VERIFY(image->isVisible() && shown(TagListModel::PlatformsColumn));
}

void TestWindow::closingDuringAnOperationAsks()
{
    Desk desk;
    QVERIFY(desk.startLocal());
    MainWindow &window = desk.openWindow();
    window.loadSamples();
    QCOMPARE(desk.history().running().size(), qsizetype(1));
    QVERIFY(!window.close());
    QVERIFY(window.isVisible());
    QPointer<ClosingDialog> dialog = qobject_cast<ClosingDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    dialog->reject();
    QVERIFY(window.isVisible());

    QVERIFY(!window.close());
    dialog = qobject_cast<ClosingDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Wait"))
            button->click();
    }
    QVERIFY(window.isVisible());
    QVERIFY(waitUntil([&window] { return !window.isVisible(); }, std::chrono::seconds(30)));
    QVERIFY(desk.history().running().isEmpty());
}

void TestWindow::knownRegistriesAreOfferedOnce()
{
    Desk desk;
    desk.addRegistry(QStringLiteral("ghcr.io"), QStringLiteral("ghcr.io"));
    MainWindow &window = desk.openWindow();
    window.offerRegistries(
        {{QStringLiteral("reg.lan:5000"), QStringLiteral("docker"), QStringLiteral("config.json")},
         {QStringLiteral("ghcr.io"), QStringLiteral("podman"), QStringLiteral("auth.json")}});
    QStringList offered;
    for (const QPushButton *button : window.content()->startPage()->findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Open"))
            offered << button->accessibleName();
    }
    QCOMPARE(offered, QStringList{QStringLiteral("Open reg.lan:5000")});
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestWindow test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_window.moc"
