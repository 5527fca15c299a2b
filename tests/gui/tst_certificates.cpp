// SPDX-License-Identifier: Apache-2.0
// A registry with a certificate that nobody on this computer knows, from the field of "Add registry" to its
// tags.
#include "registryclient/registryclient.h"
#include "tests/gui/desk.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testca.h"
#include "tests/support/testimage.h"
#include "ui/addregistrydialog.h"
#include "ui/certificatefields.h"
#include "ui/contentarea.h"
#include "ui/loginfields.h"
#include "ui/look/proxystyle.h"
#include "ui/messagepage.h"
#include "ui/registrysidebar.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"
#include "ui/trustdialog.h"

#include <QApplication>
#include <QCheckBox>
#include <QFileDialog>
#include <QLayout>
#include <QLineEdit>
#include <QMenu>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestCertificates : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aCertificateIsTrustedAndTheTagsShow();
    void anAuthorityIsChosen();
    void anotherCertificateLaterIsRefused();
    void onesOwnCertificateIsAskedFor();
    void aTrustedCertificateIsTakenBack();

private:
    DockerRegistry::Options encrypted(bool login = false)
    {
        DockerRegistry::Options options;
        options.tls = m_ca.issue({});
        options.login = login;
        return options;
    }

    TestCa m_ca;
};

void TestCertificates::initTestCase()
{
    if (!DockerRegistry::isInstalled())
        QSKIP("docker-registry is not installed");
    QVERIFY2(m_ca.start(), "openssl is needed");
}

/// The whole text of what is shown instead of a registry.
static QString messageText(const MessagePage *page)
{
    QStringList texts;
    for (const QLabel *label : page->findChildren<QLabel *>())
        texts << label->text();
    return texts.join(u'\n');
}

static QPushButton *messageButton(const MessagePage *page, const QString &text)
{
    for (QPushButton *each : page->findChildren<QPushButton *>()) {
        if (each->text() == text && each->isVisible())
            return each;
    }
    return nullptr;
}

/// "9A:41:…" as windows show it, in two parts.
static QString shown(const TestCa::Files &files)
{
    return QString::fromStdString(TestCa::fingerprint(files.certificate).toString()).insert(48, u' ');
}

static AddRegistryDialog *openDialog(Desk &desk, const DockerRegistry &registry)
{
    desk.openWindow().open(registry.url().toString(QUrl::StripTrailingSlash));
    if (!waitUntil([&desk] { return desk.prompter().last() != nullptr; }))
        return nullptr;
    return qobject_cast<AddRegistryDialog *>(desk.prompter().last());
}

void TestCertificates::aCertificateIsTrustedAndTheTagsShow()
{
    DockerRegistry registry;
    const auto options = encrypted(true);
    QVERIFY2(registry.start(options), registry.log().constData());
    Desk desk;
    AddRegistryDialog *dialog = openDialog(desk, registry);
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->actionButton(ErrorAction::TrustCertificate));
    QCOMPARE(dialog->status(),
             QStringLiteral("The certificate of 127.0.0.1 is not signed by anyone this computer trusts."));
    QVERIFY(dialog->reason().contains(shown(options.tls)));
    QTRY_VERIFY(dialog->height() >= dialog->layout()->totalHeightForWidth(dialog->width())); // all of it
    QVERIFY(!dialog->loginFields()->isVisible()); // nobody is asked for a password before that
    QVERIFY(!dialog->certificateFields()->isVisible());
    QVERIFY(!dialog->addButton()->isEnabled());

    dialog->actionButton(ErrorAction::TrustCertificate)->click();
    QTRY_VERIFY(dialog->loginFields()->isVisible());
    QCOMPARE(dialog->status(), registry.host() + QStringLiteral(" wants a login."));
    dialog->loginFields()->userField()->setText(QString::fromLatin1(DockerRegistry::user));
    dialog->loginFields()->passwordField()->setText(QString::fromLatin1(DockerRegistry::password));
    dialog->addButton()->click();
    QTRY_COMPARE(desk.sessions().sessions().size(), qsizetype(2));
    RegistrySession *session = desk.sessions().sessions().last();
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(session->config().name, registry.host());
    QVERIFY(session->config().tls.pinned == TestCa::fingerprint(options.tls.certificate));

    const auto image = TestImage::make("harbour");
    QVERIFY(await(
        push(session->client(), repositoryName("team/api"), image, {tagName("1.0"), tagName("latest")})));
    desk.window().goTo(Place::inRepository(session->id(), repositoryName("team/api")));
    const TagView *view = desk.window().content()->tagsPage()->tagView();
    QTRY_VERIFY(view->tags() && view->tags()->tagCount() == 2);
}

void TestCertificates::anAuthorityIsChosen()
{
    DockerRegistry registry;
    QVERIFY2(registry.start(encrypted()), registry.log().constData());
    Desk desk;
    desk.openWindow();
    const QString id =
        desk.addRegistry(QStringLiteral("reg.lan"), registry.url().toString(QUrl::StripTrailingSlash));
    desk.window().goTo(Place::registry(id));
    const MessagePage *page = desk.window().content()->messagePage();
    const QString choose = QStringLiteral("Choose CA file…");
    QTRY_VERIFY(messageButton(page, choose));
    messageButton(page, choose)->click();
    QPointer<QFileDialog> files = qobject_cast<QFileDialog *>(desk.prompter().last());
    QVERIFY(files);
    files->selectFile(m_ca.file());
    static_cast<QDialog *>(files.data())->accept();
    RegistrySession *session = desk.sessions().session(id);
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(session->config().tls.caFile, m_ca.file());

    // It is in the settings, and the next run has it.
    QSettings store(desk.path(QStringLiteral("quayside.conf")), QSettings::IniFormat);
    QTRY_COMPARE(RegistryList(&store).config(id)->tls.caFile, m_ca.file());
}

void TestCertificates::anotherCertificateLaterIsRefused()
{
    DockerRegistry registry;
    const auto options = encrypted();
    QVERIFY2(registry.start(options), registry.log().constData());
    Desk desk;
    desk.openWindow();
    RegistryConfig config;
    config.name = QStringLiteral("reg.lan");
    config.address = registry.url().toString(QUrl::StripTrailingSlash);
    config.tls.pinned = TestCa::fingerprint(m_ca.issue({}).certificate); // another one than it has
    const QString id = desk.sessions().registries()->add(config);
    desk.window().goTo(Place::registry(id));
    const MessagePage *page = desk.window().content()->messagePage();
    const QString trust = QStringLiteral("Trust this certificate");
    QTRY_VERIFY(messageButton(page, trust));
    QVERIFY(messageText(page).contains(shown(options.tls)));
    messageButton(page, trust)->click();
    QTRY_COMPARE(desk.sessions().session(id)->state(), RegistrySession::State::Ready);
}

void TestCertificates::onesOwnCertificateIsAskedFor()
{
    DockerRegistry registry;
    auto options = encrypted();
    options.clientCa = m_ca.file();
    QVERIFY2(registry.start(options), registry.log().constData());
    const auto own = m_ca.issue({});
    Desk desk;
    AddRegistryDialog *dialog = openDialog(desk, registry);
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->actionButton(ErrorAction::TrustCertificate));
    dialog->actionButton(ErrorAction::TrustCertificate)->click();
    QTRY_VERIFY(dialog->certificateFields()->isVisible());
    QCOMPARE(dialog->status(), QStringLiteral("127.0.0.1 wants a certificate from you."));
    dialog->certificateFields()->certificateField()->setText(own.certificate);
    QVERIFY(!dialog->addButton()->isEnabled());
    dialog->certificateFields()->keyField()->setText(own.key);
    QTRY_VERIFY(dialog->addButton()->isEnabled());
    dialog->addButton()->click();
    QTRY_COMPARE(desk.sessions().sessions().size(), qsizetype(2));
    const RegistrySession *session = desk.sessions().sessions().last();
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
    QCOMPARE(session->config().tls.keyFile, own.key);
}

/// An entry of the menu that a registry's row has in the sidebar.
static QAction *registryMenuEntry(Desk &desk, const QString &registry, const QString &text)
{
    RegistryTree *tree = desk.window().sidebar()->tree();
    const auto rows = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, registry);
    if (rows.isEmpty())
        return nullptr;
    Q_EMIT tree->customContextMenuRequested(tree->visualRect(rows.first()).center());
    const auto *menu = desk.window().sidebar()->findChild<QMenu *>();
    if (!menu)
        return nullptr;
    for (QAction *action : menu->actions()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

void TestCertificates::aTrustedCertificateIsTakenBack()
{
    DockerRegistry registry;
    const auto options = encrypted();
    QVERIFY2(registry.start(options), registry.log().constData());
    Desk desk;
    desk.openWindow();
    RegistryConfig config;
    config.name = QStringLiteral("reg.lan");
    config.address = registry.url().toString(QUrl::StripTrailingSlash);
    config.tls.pinned = TestCa::fingerprint(options.tls.certificate);
    config.tokenServers = QStringList{QStringLiteral("https://auth.lan")};
    const QString id = desk.sessions().registries()->add(config);
    desk.window().goTo(Place::registry(id));
    RegistrySession *session = desk.sessions().session(id);
    QTRY_COMPARE(session->state(), RegistrySession::State::Ready);

    QAction *entry = registryMenuEntry(desk, config.name, QStringLiteral("Trust…"));
    QVERIFY(entry);
    entry->trigger();
    auto *dialog = qobject_cast<TrustDialog *>(desk.prompter().last());
    QVERIFY(dialog);
    QCOMPARE(dialog->boxes().size(), qsizetype(2));
    QCheckBox *certificate = dialog->boxes().first();
    QCOMPARE(certificate->text(), QStringLiteral("Trust exactly this certificate"));
    QCOMPARE(certificate->accessibleDescription(), shown(options.tls));
    certificate->click();
    dialog->saveButton()->click();
    QTRY_COMPARE(session->state(), RegistrySession::State::Failed);
    QVERIFY(!session->config().tls.pinned);
    QCOMPARE(session->config().tokenServers, config.tokenServers); // that stayed checked
    QTRY_VERIFY(
        messageButton(desk.window().content()->messagePage(), QStringLiteral("Trust this certificate")));
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestCertificates test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_certificates.moc"
