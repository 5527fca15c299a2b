// SPDX-License-Identifier: Apache-2.0
// The window over the real docker-registry: what the sheet says before and after the registry has shown what
// it can.

#include "model/logintext.h"
#include "model/taglistmodel.h"
#include "model/trashmodel.h"
#include "tests/gui/desk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/tokenserver.h"
#include "ui/addregistrydialog.h"
#include "ui/contentarea.h"
#include "ui/deletesheet.h"
#include "ui/loginfields.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/messagepage.h"
#include "ui/resultbar.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"
#include "ui/trashview.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestDockerRegistry : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void sharedTagIsTriedThenLeftAlone();
    void imageIsDeletedAndUndone();
    void aFullCopyIsKeptFirst();
    void aFullCopyWantsRoom();
    void aRepositoryIsDeletedAndUndone();
    void deletedTellsWhatCanComeBack();
    void wrongPasswordIsSaid();
    void dockersLoginIsUsedAndNamed();
    void anotherLoginCanBeChosen();
    void aHelperThatFailsIsNamed();
    void aTokenServerIsAllowedBeforeItIsAsked();
};

void TestDockerRegistry::initTestCase()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
}

void TestDockerRegistry::sharedTagIsTriedThenLeftAlone()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    view->selectTag(QStringLiteral("1.0"));
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(desk.prompter().last());
    auto *sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet);
    QVERIFY2(
        sheet->rows().first() ==
            QStringLiteral("Tag removed: 1 tag: 1.0, if this registry can remove one tag; else left alone"),
        qPrintable(sheet->rows().join(u'\n')));
    QVERIFY(!sheet->deleteButton()->isDefault());
    sheet->deleteButton()->click();
    QTRY_VERIFY(view->resultBar()->isVisible());
    QTRY_COMPARE(view->resultBar()->text(), QStringLiteral("Nothing was deleted"));
    QCOMPARE(view->tags()->tagCount(), 2);

    // The registry has refused: the next sheet knows.
    view->selectTag(QStringLiteral("1.0"));
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_COMPARE(desk.prompter().count(), 2);
    sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet);
    QCOMPARE(sheet->rows().first(), QStringLiteral("Left alone: 1 tag: 1.0, shares its image with latest"));
    QVERIFY(!sheet->deleteButton()->isEnabled());
    sheet->reject();
}

void TestDockerRegistry::imageIsDeletedAndUndone()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(desk.prompter().last());
    auto *sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet);
    QVERIFY(sheet->rows().first().startsWith(QStringLiteral("Deleted: 1 image: ")));
    sheet->deleteButton()->click();
    QTRY_COMPARE(view->tags()->tagCount(), 0);
    QTRY_VERIFY(view->resultBar()->isVisible());
    QCOMPARE(view->resultBar()->text(), QStringLiteral("Deleted 1 image"));
    QTest::mouseClick(view->resultBar()->actionButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(view->tags()->tagCount(), 2, 10'000);
}

/// With the box of the sheet: the image comes back although the registry has collected garbage.
void TestDockerRegistry::aFullCopyIsKeptFirst()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    QVERIFY(desk.startLocal());
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    QTRY_COMPARE(desk.sessions().local()->state(), RegistrySession::State::Ready);
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(desk.prompter().last());
    auto *sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet && sheet->copyBox()->isVisible());
    QVERIFY(!sheet->copyBox()->isChecked());
    const QString last = sheet->rows().last();
    QVERIFY2(last.startsWith(QStringLiteral("Undo: From this computer, until")), qPrintable(last));
    QTRY_VERIFY2(!sheet->copyBox()->text().contains(u'…'), qPrintable(sheet->copyBox()->text()));
    static const QRegularExpression wanted(
        QStringLiteral("^Keep a full copy in Local first \\(\\d+ \\w+; 41 GB free\\)$"));
    QVERIFY2(wanted.match(sheet->copyBox()->text()).hasMatch(), qPrintable(sheet->copyBox()->text()));
    QTest::mouseClick(sheet->copyBox(), Qt::LeftButton, {}, QPoint(8, sheet->copyBox()->height() / 2));
    QVERIFY(sheet->copyBox()->isChecked());
    const QString promise = sheet->rows().last();
    QVERIFY2(promise.startsWith(QStringLiteral("Undo: Yes. A full copy (")), qPrintable(promise));
    QVERIFY(sheet->deleteButton()->isDefault());
    sheet->deleteButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(view->tags()->tagCount(), 0, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(view->resultBar()->isVisible(), 60'000);
    QCOMPARE(view->resultBar()->text(), QStringLiteral("Deleted 1 image"));
    QVERIFY(registry.collectGarbage());
    const TrashModel *deleted = desk.sessions().sessions().last()->trash();
    QTRY_COMPARE(deleted->rowCount(), 1);
    const QString answer = deleted->index(0, TrashModel::RestorableColumn).data().toString();
    QVERIFY2(answer.startsWith(QStringLiteral("Yes, full copy here (")), qPrintable(answer));
    QTest::mouseClick(view->resultBar()->actionButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(view->tags()->tagCount(), 2, 60'000);
}

void TestDockerRegistry::aFullCopyWantsRoom()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    desk.local().setFreeBytes(100);
    QVERIFY(desk.startLocal());
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    QTRY_COMPARE(desk.sessions().local()->state(), RegistrySession::State::Ready);
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(desk.prompter().last());
    auto *sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet && sheet->copyBox()->isVisible());
    QTRY_VERIFY(!sheet->copyBox()->isEnabled());
    QVERIFY2(sheet->copyBox()->text().contains(QStringLiteral("; only ")),
             qPrintable(sheet->copyBox()->text()));
    sheet->reject();
}

void TestDockerRegistry::aRepositoryIsDeletedAndUndone()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    QAction *entry = desk.menuEntry(QStringLiteral("Delete Repository…"));
    QVERIFY(entry && entry->isEnabled());
    entry->trigger();
    QTRY_VERIFY(desk.prompter().last());
    auto *sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet && sheet->confirmField());
    QVERIFY(!sheet->deleteButton()->isEnabled());
    QTest::keyClicks(sheet->confirmField(), QStringLiteral("demo/hello"));
    QTest::mouseClick(sheet->deleteButton(), Qt::LeftButton);
    QTRY_COMPARE(view->tags()->tagCount(), 0);
    QTRY_VERIFY(view->resultBar()->isVisible());
    QTest::mouseClick(view->resultBar()->actionButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(view->tags()->tagCount(), 2, 10'000);
    const QString id = desk.sessions().sessions().last()->id();
    QTRY_VERIFY(!desk.history().undoable(id, QStringLiteral("demo/hello")));
}

/// Deletes both tags of demo/hello, looks what can come back, before and after a garbage collection, and
/// forgets it.
void TestDockerRegistry::deletedTellsWhatCanComeBack()
{
    DockerRegistry registry;
    QVERIFY(registry.start({}));
    Desk desk;
    TagView *view = desk.openSamples(registry.host());
    QVERIFY(view);
    view->selectAll();
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_VERIFY(desk.prompter().last());
    qobject_cast<DeleteSheet *>(desk.prompter().last())->deleteButton()->click();
    QTRY_VERIFY(view->resultBar()->isVisible());

    const QString id = desk.sessions().sessions().last()->id();
    desk.window().goTo(Place::deleted(id));
    TrashView *trash = desk.window().content()->trashView();
    const auto answer = [trash] {
        return trash->list()->model()->index(0, 0).data(TrashModel::RestorableTextRole).toString();
    };
    QTRY_COMPARE(trash->list()->model()->rowCount(), 1);
    QCOMPARE(answer(), QStringLiteral("Not checked"));
    QCOMPARE(trash->checkButton()->text(), QStringLiteral("Check now"));
    trash->list()->setCurrentIndex(trash->list()->model()->index(0, 0)); // looks by itself
    QTRY_COMPARE(answer(), QStringLiteral("Probably; all layers seen"));
    QTRY_COMPARE(trash->checkButton()->text(), QStringLiteral("Check again"));

    QVERIFY(registry.collectGarbage());
    QTest::mouseClick(trash->checkButton(), Qt::LeftButton);
    QTRY_VERIFY2(answer().startsWith(QStringLiteral("No: ")), qPrintable(answer()));

    QTest::mouseClick(trash->forgetButton(), Qt::LeftButton);
    QDialog *dialog = desk.prompter().last();
    QTest::mouseClick(dialog->findChild<QPushButton *>(QStringLiteral("forget")), Qt::LeftButton);
    QTRY_COMPARE(trash->list()->model()->rowCount(), 0);
}

void TestDockerRegistry::wrongPasswordIsSaid()
{
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.login = true;
    QVERIFY(registry.start(options));
    Desk desk;
    desk.openWindow().open(registry.host());
    QTRY_VERIFY(desk.prompter().last());
    auto *dialog = qobject_cast<AddRegistryDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    LoginFields *fields = dialog->loginFields();
    QTRY_VERIFY(fields->userField()->isVisible());
    QCOMPARE(dialog->addButton()->text(), QStringLiteral("Add without Login"));
    fields->userField()->setText(QString::fromLatin1(DockerRegistry::user));
    QCOMPARE(dialog->status(), registry.host() + QStringLiteral(" wants a login."));
    QVERIFY(!dialog->addButton()->isEnabled()); // half a login
    fields->passwordField()->setText(QStringLiteral("wrong"));
    QVERIFY(dialog->addButton()->isEnabled()); // nothing is sent before it is pressed
    QCOMPARE(dialog->status(), registry.host() + QStringLiteral(" wants a login."));
    dialog->addButton()->click();
    QTRY_VERIFY(dialog->status().contains(QStringLiteral("did not accept")));
    fields->passwordField()->setText(QString::fromLatin1(DockerRegistry::password));
    dialog->addButton()->click();
    QTRY_COMPARE(desk.sessions().sessions().size(), qsizetype(2));
    RegistrySession *session = desk.sessions().sessions().last();
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(session->loginOrigin(),
             (LoginOrigin{LoginChoice::Own, {}, {}, QString::fromLatin1(DockerRegistry::user)}));
    // There is no keyring: the window says what that means, and no file has the password.
    QTRY_VERIFY(desk.window().content()->keyringBar()->isVisible());
    QCOMPARE(desk.window().content()->keyringBar()->text(), QStringLiteral("There is no keyring."));
    QFile settings(desk.path(QStringLiteral("quayside.conf")));
    QVERIFY(settings.open(QIODevice::ReadOnly));
    QVERIFY(!settings.readAll().contains(DockerRegistry::password));
    desk.sessions().logOut(session->id());
    QTRY_COMPARE(session->state(), RegistrySession::State::NeedsLogin);
}

/// docker's file with one login for this registry.
static bool writeDockerLogin(const Desk &desk, const QString &host, const QByteArray &password)
{
    const QByteArray auth = (DockerRegistry::user + (':' + password)).toBase64();
    QFile file(desk.path(QStringLiteral("config.json")));
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
           file.write("{\"auths\": {\"" + host.toUtf8() + "\": {\"auth\": \"" + auth + "\"}}}") > 0;
}

void TestDockerRegistry::dockersLoginIsUsedAndNamed()
{
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.login = true;
    QVERIFY(registry.start(options));
    Desk desk;
    QVERIFY(writeDockerLogin(desk, registry.host(), DockerRegistry::password));
    const QString id = desk.addRegistry(QStringLiteral("team"), registry.host());
    desk.openWindow();
    RegistrySession *session = desk.sessions().session(id);
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(loginLine(session->loginOrigin()), QStringLiteral("ada, from docker's config.json"));

    // A password that docker has no longer right
    QVERIFY(writeDockerLogin(desk, registry.host(), "old"));
    desk.window().goTo(Place::registry(id));
    desk.sessions().chooseLogin(id, LoginChoice::Docker);
    QTRY_COMPARE(session->state(), RegistrySession::State::NeedsLogin);
    const ContentArea *area = desk.window().content();
    QTRY_COMPARE(area->messagePage()->headline(), QStringLiteral("team did not accept ada's login."));
}

void TestDockerRegistry::anotherLoginCanBeChosen()
{
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.login = true;
    QVERIFY(registry.start(options));
    Desk desk;
    QVERIFY(writeDockerLogin(desk, registry.host(), "old"));
    desk.openWindow().open(registry.host());
    QTRY_VERIFY(desk.prompter().last());
    auto *dialog = qobject_cast<AddRegistryDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    LoginFields *fields = dialog->loginFields();
    QTRY_VERIFY(fields->choiceButton(LoginChoice::Docker));
    QCOMPARE(fields->choiceButton(LoginChoice::Docker)->text(),
             QStringLiteral("ada, from docker's config.json"));
    QVERIFY(fields->choiceButton(LoginChoice::Docker)->isChecked());
    QVERIFY(!fields->userField()->isVisible());
    QVERIFY(dialog->addButton()->isEnabled());
    fields->chooseTyped();
    QVERIFY(fields->userField()->isVisible());
    fields->userField()->setText(QString::fromLatin1(DockerRegistry::user));
    fields->passwordField()->setText(QString::fromLatin1(DockerRegistry::password));
    dialog->addButton()->click();
    QTRY_COMPARE(desk.sessions().sessions().size(), qsizetype(2));
    RegistrySession *session = desk.sessions().sessions().last();
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(session->config().login, LoginChoice::Own);
    desk.sessions().chooseLogin(session->id(), LoginChoice::Anonymous);
    QTRY_COMPARE(session->state(), RegistrySession::State::NeedsLogin);
    QCOMPARE(session->loginOrigin(), LoginOrigin());
}

void TestDockerRegistry::aHelperThatFailsIsNamed()
{
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.login = true;
    QVERIFY(registry.start(options));
    Desk desk;
    QFile file(desk.path(QStringLiteral("config.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"credsStore\": \"absent\"}");
    file.close();
    const QString id = desk.addRegistry(QStringLiteral("team"), registry.host());
    desk.openWindow();
    desk.window().goTo(Place::registry(id));
    RegistrySession *session = desk.sessions().session(id);
    QTRY_COMPARE(session->state(), RegistrySession::State::NeedsLogin);
    QTRY_COMPARE(desk.window().content()->messagePage()->headline(),
                 QStringLiteral("The login for team cannot be read."));
}

void TestDockerRegistry::aTokenServerIsAllowedBeforeItIsAsked()
{
    TokenServer tokens;
    QVERIFY(tokens.start());
    tokens.addUser(DockerRegistry::user, DockerRegistry::password, {"pull", "*"});
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.tokens = &tokens;
    options.tokenHost = QStringLiteral("localhost"); // another host than the registry's 127.0.0.1
    QVERIFY(registry.start(options));
    Desk desk;
    desk.openWindow().open(registry.host());
    QTRY_VERIFY(desk.prompter().last());
    auto *dialog = qobject_cast<AddRegistryDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->actionButton(ErrorAction::AllowTokenServer));
    QVERIFY(tokens.requests().isEmpty());
    QVERIFY(!dialog->loginFields()->isVisible());
    dialog->actionButton(ErrorAction::AllowTokenServer)->click();
    QTRY_VERIFY(dialog->loginFields()->isVisible());
    dialog->loginFields()->userField()->setText(QString::fromLatin1(DockerRegistry::user));
    dialog->loginFields()->passwordField()->setText(QString::fromLatin1(DockerRegistry::password));
    dialog->addButton()->click();
    QTRY_COMPARE(desk.sessions().sessions().size(), qsizetype(2));
    const RegistrySession *session = desk.sessions().sessions().last();
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(session->config().tokenServers.size(), qsizetype(1));
    QVERIFY(session->config().tokenServers.first().startsWith(QStringLiteral("http://localhost:")));
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestDockerRegistry test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_dockerregistry.moc"
