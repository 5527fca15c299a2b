// SPDX-License-Identifier: Apache-2.0
// What a stranger does on the first day, with mouse and keyboard alone: adds a registry that nobody on this
// computer vouches for and that wants a password, deletes one of three tags, takes it back, and reads why
// another registry refuses a delete. What is true of the registry is asked over HTTP by Qt's own client.
#include "model/taglistmodel.h"
#include "oci/qtconversions.h"
#include "tests/gui/desk.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testca.h"
#include "tests/support/testimage.h"
#include "ui/addregistrydialog.h"
#include "ui/contentarea.h"
#include "ui/deletesheet.h"
#include "ui/loginfields.h"
#include "ui/look/proxystyle.h"
#include "ui/registrysidebar.h"
#include "ui/resultbar.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"

#include <QAbstractItemModel>
#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTest>
#include <QToolButton>

using namespace quayside;
using namespace quayside::test;

namespace {

const QStringList tagNames{QStringLiteral("1.0"), QStringLiteral("1.1"), QStringLiteral("2.0")};

/// What a registry answers to GET of a manifest.
struct Answer
{
    int status = 0;
    QByteArray digest;
    QByteArray bytes;

    bool operator==(const Answer &) const = default;
};

/// Pushes team/api with a tag for each of three images, while the registry still lets everybody in.
bool fill(const QString &root)
{
    DockerRegistry registry;
    DockerRegistry::Options options;
    options.root = root;
    if (!registry.start(options))
        return false;
    Transport transport;
    const auto address = RegistryAddress::parse(registry.host(), RegistryAddress::PlainHttp::Refused);
    bool pushed = address.has_value();
    if (pushed) {
        const auto client = RegistryClient::create(&transport, *address, std::optional<Login>());
        for (const QString &tag : tagNames) {
            const QByteArray name = tag.toLatin1();
            pushed = pushed && await(push(client, repositoryName("team/api"), TestImage::make(name),
                                          {tagName(name.constData())}))
                                   .has_value();
        }
    }
    return pushed && waitUntil([&transport] { return transport.running() == 0; });
}

} // namespace

class TestJourney : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void aStrangersFirstDay_data();
    void aStrangersFirstDay();

private:
    Answer ask(const QString &tag);
    QMap<QString, Answer> askAll();

    void pressAddRegistry(Desk &desk, const QString &address);
    void trustByFingerprint(AddRegistryDialog *dialog);
    void chooseCaFile(Desk &desk, AddRegistryDialog *dialog);
    void logIn(AddRegistryDialog *dialog);
    void clickRepository(Desk &desk, const QString &registry);
    void deleteTag(Desk &desk, const QString &tag);
    void addEncrypted(Desk &desk);
    void deleteAndUndo(Desk &desk);
    void readWhyRefused(Desk &desk);

    TestCa m_ca;
    std::unique_ptr<QTemporaryDir> m_root;
    std::unique_ptr<DockerRegistry> m_encrypted;
    std::unique_ptr<DockerRegistry> m_deletesOff;
    DockerRegistry::Options m_options;
};

void TestJourney::initTestCase()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
    QVERIFY2(m_ca.start(), "openssl is needed");
}

void TestJourney::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    m_encrypted = std::make_unique<DockerRegistry>();
    m_deletesOff = std::make_unique<DockerRegistry>();
    m_options = {};
    m_options.root = m_root->filePath(QStringLiteral("encrypted"));
    m_options.tls = m_ca.issue({});
    m_options.login = true;
    QVERIFY(fill(m_options.root));
    QVERIFY2(m_encrypted->start(m_options), m_encrypted->log().constData());
    DockerRegistry::Options off;
    off.root = m_root->filePath(QStringLiteral("off"));
    off.deletes = false;
    QVERIFY(fill(off.root));
    QVERIFY2(m_deletesOff->start(off), m_deletesOff->log().constData());
}

/// GET of the tag's manifest in team/api, past the window and everything it uses.
Answer TestJourney::ask(const QString &tag)
{
    QNetworkRequest request(
        m_encrypted->url().resolved(QUrl(QStringLiteral("/v2/team/api/manifests/") + tag)));
    QSslConfiguration tls = request.sslConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(m_ca.file()));
    request.setSslConfiguration(tls);
    request.setRawHeader("Accept", toQByteArray(mediatype::ociManifest));
    request.setRawHeader("Authorization",
                         "Basic " +
                             (QByteArray(DockerRegistry::user) + ':' + DockerRegistry::password).toBase64());
    QNetworkAccessManager network;
    const std::unique_ptr<QNetworkReply> reply(network.get(request));
    waitUntil([&reply] { return reply->isFinished(); });
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
            reply->rawHeader("Docker-Content-Digest"), reply->readAll()};
}

QMap<QString, Answer> TestJourney::askAll()
{
    QMap<QString, Answer> answers;
    for (const QString &tag : tagNames)
        answers.insert(tag, ask(tag));
    return answers;
}

void TestJourney::pressAddRegistry(Desk &desk, const QString &address)
{
    const int before = desk.prompter().count();
    QToolButton *add = nullptr;
    for (QToolButton *each : desk.window().sidebar()->findChildren<QToolButton *>()) {
        if (each->text() == QStringLiteral("Add registry"))
            add = each;
    }
    QVERIFY(add);
    QTest::mouseClick(add, Qt::LeftButton);
    QCOMPARE(desk.prompter().count(), before + 1);
    auto *dialog = qobject_cast<AddRegistryDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    QTest::keyClicks(dialog->addressField(), address);
}

void TestJourney::trustByFingerprint(AddRegistryDialog *dialog)
{
    const QString fingerprint =
        QString::fromStdString(TestCa::fingerprint(m_options.tls.certificate).toString());
    QVERIFY2(dialog->reason().remove(u' ').contains(fingerprint), qPrintable(dialog->reason()));
    QTest::mouseClick(dialog->actionButton(ErrorAction::TrustCertificate), Qt::LeftButton);
}

void TestJourney::chooseCaFile(Desk &desk, AddRegistryDialog *dialog)
{
    QTest::mouseClick(dialog->actionButton(ErrorAction::ChooseCaFile), Qt::LeftButton);
    const QPointer<QFileDialog> files = qobject_cast<QFileDialog *>(desk.prompter().last());
    QVERIFY(files);
    files->selectFile(m_ca.file());
    QPushButton *open = files->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Open);
    QTRY_VERIFY(open->isEnabled());
    QTest::mouseClick(open, Qt::LeftButton);
    QTRY_VERIFY(!files || !files->isVisible());
}

void TestJourney::logIn(AddRegistryDialog *dialog)
{
    const QPointer<AddRegistryDialog> open(dialog);
    QTRY_VERIFY(dialog->loginFields()->isVisible());
    QCOMPARE(dialog->status(), m_encrypted->host() + QStringLiteral(" wants a login."));
    QTest::keyClicks(dialog->loginFields()->userField(), QString::fromLatin1(DockerRegistry::user));
    QTest::keyClicks(dialog->loginFields()->passwordField(), QString::fromLatin1(DockerRegistry::password));
    QTRY_VERIFY(dialog->addButton()->isEnabled());
    QTest::mouseClick(dialog->addButton(), Qt::LeftButton);
    QTRY_VERIFY(!open || !open->isVisible());
}

void TestJourney::addEncrypted(Desk &desk)
{
    QFETCH(const bool, byFingerprint);
    pressAddRegistry(desk, m_encrypted->url().toString(QUrl::StripTrailingSlash));
    auto *dialog = qobject_cast<AddRegistryDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->actionButton(ErrorAction::TrustCertificate));
    QCOMPARE(dialog->status(),
             QStringLiteral("The certificate of 127.0.0.1 is not signed by anyone this computer trusts."));
    QVERIFY(!dialog->loginFields()->isVisible()); // nobody types a password before that
    QVERIFY(!dialog->addButton()->isEnabled());
    if (byFingerprint)
        trustByFingerprint(dialog);
    else
        chooseCaFile(desk, dialog);
    logIn(dialog);
}

/// Opens "team" in the tree and presses "api", the way a mouse does it.
void TestJourney::clickRepository(Desk &desk, const QString &registry)
{
    RegistryTree *tree = desk.window().sidebar()->tree();
    const auto child = [tree](const QString &text, const QModelIndex &parent) {
        const auto found = tree->model()->match(tree->model()->index(0, 0, parent), Qt::DisplayRole, text, 1,
                                                Qt::MatchExactly);
        return found.isEmpty() ? QModelIndex() : found.first();
    };
    const auto row = [&] { return child(QStringLiteral("team"), child(registry, {})); };
    QTRY_VERIFY(row().isValid());
    QTRY_VERIFY(!tree->visualRect(row()).isEmpty());
    if (!tree->isExpanded(row())) {
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(row()).center());
    }
    QVERIFY(tree->isExpanded(row()));
    const QModelIndex api = child(QStringLiteral("api"), row());
    QTRY_VERIFY(!tree->visualRect(api).isEmpty());
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(api).center());
    const TagView *view = desk.window().content()->tagsPage()->tagView();
    QTRY_VERIFY(view->isVisible());
    QTRY_COMPARE(view->tags()->tagCount(), 3);
    // docker-registry does not tell when it got an image.
    QCOMPARE(view->tags()->headerData(TagListModel::PushedColumn, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("Built"));
}

/// Presses the tag's row, then Del, then the sheet's button.
void TestJourney::deleteTag(Desk &desk, const QString &tag)
{
    const TagView *view = desk.window().content()->tagsPage()->tagView();
    const int before = desk.prompter().count();
    const QModelIndex row = view->tags()->index(view->tags()->rowOf(tagName(tag.toLatin1().constData())), 0);
    QVERIFY(row.isValid());
    QTest::mouseClick(view->list()->viewport(), Qt::LeftButton, {}, view->list()->visualRect(row).center());
    QCOMPARE(view->selectedTags(), QStringList{tag});
    QTest::keyClick(view->list(), Qt::Key_Delete);
    QTRY_COMPARE(desk.prompter().count(), before + 1);
    auto *sheet = qobject_cast<DeleteSheet *>(desk.prompter().last());
    QVERIFY(sheet);
    QCOMPARE(sheet->rows().first(), QStringLiteral("Deleted: 1 image: ") + tag);
    QVERIFY(sheet->rows().last().startsWith(QStringLiteral("Undo: From this computer")));
    QTest::mouseClick(sheet->deleteButton(), Qt::LeftButton);
}

void TestJourney::deleteAndUndo(Desk &desk)
{
    QFETCH(const bool, byFingerprint);
    const TagView *view = desk.window().content()->tagsPage()->tagView();
    const auto before = askAll();
    deleteTag(desk, QStringLiteral("1.1"));
    QTRY_VERIFY(view->resultBar()->isVisible());
    QCOMPARE(view->resultBar()->text(), QStringLiteral("Deleted 1 image"));
    QTRY_COMPARE(view->tags()->tagCount(), 2);
    QVERIFY(view->tags()->rowOf(tagName("1.0")) >= 0);
    QVERIFY(view->tags()->rowOf(tagName("2.0")) >= 0);
    const auto between = askAll();
    QCOMPARE(between[QStringLiteral("1.1")].status, 404);
    QVERIFY(between[QStringLiteral("1.0")] == before[QStringLiteral("1.0")]);
    QVERIFY(between[QStringLiteral("2.0")] == before[QStringLiteral("2.0")]);

    if (byFingerprint) {
        QTest::mouseClick(view->resultBar()->actionButton(), Qt::LeftButton);
    } else {
        desk.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&desk.window()));
        QTest::keyClick(view->list(), Qt::Key_Z, Qt::ControlModifier);
    }
    QTRY_COMPARE(view->resultBar()->text(), QStringLiteral("Restored 1.1"));
    QTRY_COMPARE(view->tags()->tagCount(), 3);
    QVERIFY(view->tags()->rowOf(tagName("1.1")) >= 0);
    const auto after = askAll();
    QVERIFY(after == before);
    QCOMPARE(after[QStringLiteral("1.1")].status, 200);
    QCOMPARE(after[QStringLiteral("1.1")].bytes, TestImage::make("1.1").manifest);
}

void TestJourney::readWhyRefused(Desk &desk)
{
    pressAddRegistry(desk, m_deletesOff->host());
    const QPointer<AddRegistryDialog> dialog = qobject_cast<AddRegistryDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->addButton()->isEnabled());
    QTest::mouseClick(dialog->addButton(), Qt::LeftButton);
    QTRY_VERIFY(!dialog || !dialog->isVisible());
    clickRepository(desk, m_deletesOff->host());
    deleteTag(desk, QStringLiteral("1.1"));
    const TagView *view = desk.window().content()->tagsPage()->tagView();
    const ResultBar *bar = view->resultBar();
    QTRY_VERIFY(bar->isVisible());
    QCOMPARE(bar->text(), QStringLiteral("Deletes are switched off on this registry."));
    const QString setting = QStringLiteral("REGISTRY_STORAGE_DELETE_ENABLED=true");
    QVERIFY2(bar->note().contains(setting), qPrintable(bar->note()));
    for (const QString &tag : tagNames)
        QVERIFY(view->tags()->rowOf(tagName(tag.toLatin1().constData())) >= 0);
    const QModelIndex row = view->tags()->index(view->tags()->rowOf(tagName("1.1")), 0);
    QCOMPARE(row.data(TagListModel::ReasonRole).toString(), bar->text());
    QCOMPARE(bar->actionButton()->text(), QStringLiteral("Copy"));
    QTest::mouseClick(bar->actionButton(), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), setting);
    QCOMPARE(view->tags()->tagCount(), 3);
}

void TestJourney::aStrangersFirstDay_data()
{
    QTest::addColumn<bool>("byFingerprint");
    QTest::newRow("trusts the fingerprint, presses Undo") << true;
    QTest::newRow("chooses the CA's file, presses Ctrl+Z") << false;
}

void TestJourney::aStrangersFirstDay()
{
    Desk desk;
    desk.openWindow();
    addEncrypted(desk);
    if (!QTest::currentTestFailed())
        clickRepository(desk, m_encrypted->host());
    if (!QTest::currentTestFailed())
        deleteAndUndo(desk);
    if (!QTest::currentTestFailed())
        readWhyRefused(desk);
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestJourney test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_journey.moc"
