// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of the user guide from the real window over real registries: screenshots
// OUTPUT-DIRECTORY.

#include "model/imagedetails.h"
#include "model/taglistmodel.h"
#include "tests/gui/demodata.h"
#include "tests/gui/desk.h"
#include "ui/contentarea.h"
#include "ui/deletesheet.h"
#include "ui/imageview.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/messagepage.h"
#include "ui/registrysettingsdialog.h"
#include "ui/registrysidebar.h"
#include "ui/resultbar.h"
#include "ui/startpage.h"
#include "ui/tabrow.h"
#include "ui/tagspage.h"
#include "ui/tagview.h"
#include "ui/trashview.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTextStream>

namespace quayside::test {
namespace {

constexpr QSize windowSize(1280, 800);
constexpr std::chrono::seconds patience(30);

Timestamp demoNow(const ClockLag &lag)
{
    return std::chrono::time_point_cast<Timestamp::duration>(std::chrono::system_clock::now()) -
           std::chrono::seconds(lag);
}

class Photographer
{
public:
    Photographer(QDir directory, ColourScheme scheme)
        : m_directory(std::move(directory))
        , m_suffix(scheme == ColourScheme::Light ? QStringLiteral("light") : QStringLiteral("dark"))
    {}

    /// False if any step does not get there in time; `failed` says which.
    bool run();
    QString failed() const { return m_failed; }

private:
    bool start();
    bool mainWindow();
    bool emptyLocal();
    bool error();
    bool layers();
    bool deleteSheet();
    bool deleted();
    bool settings();
    bool take(QWidget *widget, const char *name);
    bool reach(const char *what, bool reached);
    TagView *tags() { return m_desk.window().content()->tagsPage()->tagView(); }
    void go(const Place &place) { m_desk.window().goTo(place); }
    void goToApi();

    QDir m_directory;
    QString m_suffix;
    QString m_failed;
    ClockLag m_lag = 0;
    std::unique_ptr<EmbeddedRegistry> m_other; // outlives the requests to it
    Desk m_desk;
    QString m_otherId;
};

bool Photographer::reach(const char *what, bool reached)
{
    if (!reached && m_failed.isEmpty())
        m_failed = QString::fromLatin1(what);
    return reached;
}

bool Photographer::take(QWidget *widget, const char *name)
{
    // What was just made is shown and laid out in the next turns of the event loop.
    for (int turn = 0; turn < 3; ++turn)
        QCoreApplication::processEvents();
    const QString file = QStringLiteral("%1-%2.png").arg(QString::fromLatin1(name), m_suffix);
    return reach(name, widget->grab().save(m_directory.filePath(file)));
}

bool Photographer::run()
{
    return start() && emptyLocal() && error() && mainWindow() && layers() && deleteSheet() && deleted() &&
           settings() && reach("the end", m_desk.takeApart());
}

bool Photographer::start()
{
    if (!reach("Local", m_desk.startLocal()))
        return false;
    MainWindow &window = m_desk.openWindow();
    window.resize(windowSize);
    window.activateWindow(); // there is no window manager that would
    return reach("the focus", waitUntil([&window] { return window.isActiveWindow(); })) &&
           take(&window, "start");
}

void Photographer::goToApi()
{
    go(Place::inRepository(m_otherId, RepositoryName::parse("team/api").value()));
}

bool Photographer::mainWindow()
{
    m_other = std::make_unique<EmbeddedRegistry>(m_desk.path(QStringLiteral("other")),
                                                 [this] { return demoNow(m_lag); });
    m_other->start();
    if (!reach("the other registry",
               waitUntil([this] { return m_other->state() == LocalRegistryControl::State::Running; })))
        return false;
    m_otherId = m_desk.addRegistry(QStringLiteral("harbor.example"), m_other->url().toString(), true, 8);
    RegistrySession *session = m_desk.sessions().session(m_otherId);
    session->open();
    if (!reach("connecting",
               waitUntil([session] { return session->state() == RegistrySession::State::Ready; })))
        return false;
    if (!reach("pushing", pushDemo(m_desk.sessions().local()->client(), localImages(), m_lag) &&
                              pushDemo(session->client(), teamImages(), m_lag)))
        return false;
    session->refresh();
    goToApi();
    if (!reach("the tags",
               waitUntil([this] { return tags()->tags() && tags()->tags()->tagCount() >= 20; }, patience)))
        return false;
    tags()->selectTag(QStringLiteral("1.12.0"));
    tags()->list()->setFocus();
    const ImageView *image = m_desk.window().content()->tagsPage()->imageView();
    if (!reach(
            "the image",
            waitUntil([image] { return image->details()->state() == ImageDetails::State::Ready; }, patience)))
        return false;
    return take(&m_desk.window(), "main");
}

bool Photographer::emptyLocal()
{
    go(Place::registry(m_desk.sessions().local()->id()));
    const ContentArea *content = m_desk.window().content();
    return reach("Local without images", waitUntil([content] {
                     return !content->shows(content->startPage()) && !content->shows(content->messagePage());
                 })) &&
           take(&m_desk.window(), "empty");
}

bool Photographer::error()
{
    const QString id = m_desk.addRegistry(QStringLiteral("reg.lan"), QStringLiteral("localhost:1"), false, 3);
    go(Place::registry(id));
    const RegistrySession *session = m_desk.sessions().session(id);
    return reach("the error",
                 waitUntil([session] { return session->state() == RegistrySession::State::Failed; })) &&
           take(&m_desk.window(), "error");
}

bool Photographer::layers()
{
    ImageView *image = m_desk.window().content()->tagsPage()->imageView();
    image->tabs()->setCurrentIndex(1);
    const bool taken = take(&m_desk.window(), "layers");
    image->tabs()->setCurrentIndex(0);
    return taken;
}

bool Photographer::deleteSheet()
{
    QItemSelectionModel *selection = tags()->list()->selectionModel();
    selection->clearSelection();
    for (const char *tag : {"1.11.9", "1.11", "1.11.8", "1.11-old", "1.10.0", "1.12"}) {
        const int row = tags()->tags()->rowOf(Tag::parse(tag).value());
        selection->select(tags()->tags()->index(row, 0),
                          QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
    QTest::keyClick(tags()->list(), Qt::Key_Delete);
    if (!reach("the sheet", waitUntil([this] { return m_desk.prompter().last() != nullptr; }, patience)))
        return false;
    auto *sheet = qobject_cast<DeleteSheet *>(m_desk.prompter().last());
    if (!reach("the sheet's kind", sheet != nullptr))
        return false;
    if (sheet->confirmField())
        sheet->confirmField()->setText(QStringLiteral("team/api"));
    if (!take(sheet, "delete"))
        return false;
    sheet->deleteButton()->click();
    return reach("the delete", waitUntil([this] { return tags()->resultBar()->isVisible(); }, patience));
}

bool Photographer::deleted()
{
    go(Place::deleted(m_otherId));
    RowView *list = m_desk.window().content()->trashView()->list();
    if (!reach("the list of what is deleted",
               waitUntil([list] { return list->model()->rowCount() >= 3; }, patience)))
        return false;
    MainWindow &window = m_desk.window();
    window.activateWindow(); // the sheet had the focus
    list->setFocus();
    list->setCurrentIndex(list->model()->index(0, 0));
    return reach("the focus again", waitUntil([&window] { return window.isActiveWindow(); })) &&
           take(&m_desk.window(), "deleted");
}

bool Photographer::settings()
{
    RegistryList *registries = m_desk.sessions().registries();
    RegistryConfig config = registries->config(m_otherId).value();
    config.protectedTags =
        QStringList{QStringLiteral("latest"), QStringLiteral("prod-*"), QStringLiteral("team/api:stable*")};
    registries->update(config);
    Q_EMIT m_desk.window().sidebar()->settingsWanted(m_otherId);
    auto *dialog = qobject_cast<RegistrySettingsDialog *>(m_desk.prompter().last());
    if (!reach("the settings", dialog != nullptr))
        return false;
    dialog->nameField()->setFocus();
    const bool taken = take(dialog, "settings");
    dialog->reject();
    return taken;
}

} // namespace
} // namespace quayside::test

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    const QDir directory(app.arguments().value(1, QStringLiteral(".")));
    for (const quayside::ColourScheme scheme :
         {quayside::ColourScheme::Light, quayside::ColourScheme::Dark}) {
        quayside::applyLook(app, scheme);
        quayside::test::Photographer photographer(directory, scheme);
        if (!photographer.run()) {
            QTextStream(stderr) << "screenshots: did not get past " << photographer.failed() << Qt::endl;
            return 1;
        }
    }
    return 0;
}
