// SPDX-License-Identifier: Apache-2.0
#pragma once

class QDialog;
class QWidget;

namespace quayside {

/// The one way in which dialogs come up. Nothing waits for an answer: a dialog says what was chosen by its
/// signals. Tests replace this to drive a dialog, or to see that none came.
class Prompter
{
public:
    virtual ~Prompter() = default;

    /// Takes the dialog over: shows it in front of its window and deletes it when it closes.
    virtual void show(QDialog *dialog);
};

} // namespace quayside
