// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/formdialog.h"

namespace quayside {

/// Asks what becomes of the work that runs when the window is to close. Cancel, Escape and closing the dialog
/// keep everything as it is.
class ClosingDialog : public FormDialog
{
    Q_OBJECT

public:
    /// `running` is the title of what runs.
    ClosingDialog(const QString &running, QWidget *parent);

Q_SIGNALS:
    void waitChosen();
    void stopChosen();
};

} // namespace quayside
