// SPDX-License-Identifier: Apache-2.0
#include "ui/filechoice.h"

#include "ui/prompter.h"

#include <QCoreApplication>
#include <QFileDialog>

#include <utility>

namespace quayside {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("quayside::files", source);
}

} // namespace

void choosePemFile(Prompter *prompter, QWidget *window, const QString &title, QObject *receiver,
                   std::function<void(const QString &path)> chosen)
{
    auto *dialog = new QFileDialog(window, title);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {text(QT_TRANSLATE_NOOP("quayside::files", "Certificates and keys (*.pem *.crt *.cer *.key)")),
         text(QT_TRANSLATE_NOOP("quayside::files", "All files (*)"))});
    QObject::connect(dialog, &QFileDialog::fileSelected, receiver, std::move(chosen));
    prompter->show(dialog);
}

void chooseInUseFile(Prompter *prompter, QWidget *window, QObject *receiver,
                     std::function<void(const QString &path)> chosen)
{
    auto *dialog = new QFileDialog(window, text(QT_TRANSLATE_NOOP("quayside::files", "What Is in Use")));
    dialog->setFileMode(QFileDialog::ExistingFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, receiver, std::move(chosen));
    prompter->show(dialog);
}

void chooseUndoFile(Prompter *prompter, QWidget *window, QObject *receiver,
                    std::function<void(const QString &path)> chosen)
{
    auto *dialog = new QFileDialog(window, text(QT_TRANSLATE_NOOP("quayside::files", "Open Undo File")));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({text(QT_TRANSLATE_NOOP("quayside::files", "Undo files (*.json)")),
                            text(QT_TRANSLATE_NOOP("quayside::files", "All files (*)"))});
    QObject::connect(dialog, &QFileDialog::fileSelected, receiver, std::move(chosen));
    prompter->show(dialog);
}

void chooseNewUndoFile(Prompter *prompter, QWidget *window, const QString &name, QObject *receiver,
                       std::function<void(const QString &path)> chosen)
{
    auto *dialog = new QFileDialog(window, text(QT_TRANSLATE_NOOP("quayside::files", "Save Undo File")));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // an undo file replaces nothing
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->setNameFilter(text(QT_TRANSLATE_NOOP("quayside::files", "Undo files (*.json)")));
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, receiver, std::move(chosen));
    prompter->show(dialog);
}

} // namespace quayside
