// SPDX-License-Identifier: Apache-2.0
// The dialogs that the window opens: about registries, and undo files.
#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "model/undofiles.h"
#include "oci/qtconversions.h"
#include "ui/addregistrydialog.h"
#include "ui/contentarea.h"
#include "ui/filechoice.h"
#include "ui/mainwindow.h"
#include "ui/noticedialog.h"
#include "ui/prompter.h"
#include "ui/registrysettingsdialog.h"
#include "ui/statusline.h"
#include "ui/tagspage.h"
#include "ui/trustdialog.h"
#include "ui/undofiledialog.h"

namespace quayside {

void MainWindow::saveUndoFile()
{
    const auto operation = undoable();
    if (!operation)
        return;
    const QString name = operation->repository.section(u'/', -1) + QStringLiteral("-undo.json");
    chooseNewUndoFile(m_prompter, this, name, this,
                      [this, operation](const QString &path) { m_undoFiles->save(*operation, path); });
}

void MainWindow::addRegistry(const QString &address)
{
    auto *dialog = new AddRegistryDialog(m_sessions, m_prompter, this);
    if (!address.isEmpty())
        dialog->setAddress(address);
    connect(dialog, &AddRegistryDialog::registryAdded, this,
            [this](const QString &id) { goTo(Place::registry(id)); });
    m_prompter->show(dialog);
}

void MainWindow::logIn(const QString &registryId)
{
    auto *dialog = new AddRegistryDialog(m_sessions, m_prompter, this);
    dialog->askForLogin(registryId);
    m_prompter->show(dialog);
}

void MainWindow::showTrust(const QString &registryId)
{
    RegistryList *registries = m_sessions->registries();
    const auto config = registries->config(registryId);
    if (!config)
        return;
    auto *dialog = new TrustDialog(*config, this);
    connect(dialog, &QDialog::accepted, registries, [registries, registryId, dialog] {
        if (auto changed = registries->config(registryId)) {
            dialog->takeBackFrom(*changed);
            registries->update(*changed);
        }
    });
    m_prompter->show(dialog);
}

void MainWindow::showSettings(const QString &registryId)
{
    const RegistrySession *session = m_sessions->session(registryId);
    if (!session)
        return;
    auto *dialog = new RegistrySettingsDialog(session->config(), session->displayAddress(), m_prompter, this);
    connect(dialog, &QDialog::accepted, m_sessions, [sessions = m_sessions, registryId, dialog] {
        const RegistrySession *changed = sessions->session(registryId);
        if (!changed)
            return;
        RegistryConfig config = changed->config(); // something else may have changed meanwhile
        dialog->applyTo(config);
        sessions->registries()->update(config);
    });
    m_prompter->show(dialog);
}

void MainWindow::connectUndoFiles()
{
    connect(m_undoFiles, &UndoFiles::saved, this,
            [this](const QString &path) { m_status->showMessage(tr("Saved %1").arg(path), 5000); });
    connect(m_undoFiles, &UndoFiles::failed, this, [this](const QString &path, const Error &error) {
        m_prompter->show(new NoticeDialog(tr("Save Undo File"), tr("The undo file was not saved."),
                                          {path, toQString(error.message)}, this));
    });
    connect(m_undoFiles, &UndoFiles::opened, this, &MainWindow::showUndoFile);
    connect(m_undoFiles, &UndoFiles::unreadable, this, [this](const QString &path, const Error &error) {
        m_prompter->show(new NoticeDialog(tr("Open Undo File"), tr("The file cannot be used."),
                                          {path, toQString(error.message)}, this));
    });
}

void MainWindow::openUndoFile()
{
    chooseUndoFile(m_prompter, this, this, [this](const QString &path) { m_undoFiles->open(path); });
}

void MainWindow::showUndoFile(const std::shared_ptr<const UndoRecord> &record)
{
    auto *dialog = new UndoFileDialog(record, m_sessions, this);
    connect(dialog, &UndoFileDialog::addRegistryWanted, this, &MainWindow::addRegistry);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const auto repository = RepositoryName::parse(toStdString(dialog->record().operation.repository));
        if (!repository || !m_sessions->session(dialog->registryId()))
            return;
        goTo(Place::inRepository(dialog->registryId(), *repository));
        m_content->tagsPage()->restoreFile(dialog->record());
    });
    m_prompter->show(dialog);
}

} // namespace quayside
