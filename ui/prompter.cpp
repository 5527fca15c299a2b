// SPDX-License-Identifier: Apache-2.0
#include "ui/prompter.h"

#include <QDialog>

namespace quayside {

void Prompter::show(QDialog *dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace quayside
