// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <functional>

class QObject;
class QWidget;

namespace quayside {

class Prompter;

/// Asks for a file in PEM form, on top of `window`, and calls `chosen` with its path; not if the person
/// cancels or `receiver` is gone by then.
void choosePemFile(Prompter *prompter, QWidget *window, const QString &title, QObject *receiver,
                   std::function<void(const QString &path)> chosen);

/// The same for a list of what is in use.
void chooseInUseFile(Prompter *prompter, QWidget *window, QObject *receiver,
                     std::function<void(const QString &path)> chosen);

/// The same for an undo file.
void chooseUndoFile(Prompter *prompter, QWidget *window, QObject *receiver,
                    std::function<void(const QString &path)> chosen);

/// Asks where to save an undo file; `name` is suggested.
void chooseNewUndoFile(Prompter *prompter, QWidget *window, const QString &name, QObject *receiver,
                       std::function<void(const QString &path)> chosen);

} // namespace quayside
