// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/formdialog.h"

namespace quayside {

/// The question before this computer forgets how to put something back. Accepted: forget.
class ForgetDialog : public FormDialog
{
    Q_OBJECT

public:
    /// `what` is untrusted: one thing's name, or how many they are.
    ForgetDialog(const QString &what, QWidget *parent);
};

} // namespace quayside
