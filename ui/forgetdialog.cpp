// SPDX-License-Identifier: Apache-2.0
#include "ui/forgetdialog.h"

#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>

namespace quayside {

ForgetDialog::ForgetDialog(const QString &what, QWidget *parent)
    : FormDialog(tr("Forget"), 440, parent)
{
    QVBoxLayout *layout = column();
    layout->addWidget(
        paragraph(tr("Forget %1?").arg(visibleText(what)), TextStyle::Title, Tone::Normal, this));
    layout->addWidget(
        paragraph(tr("Quayside forgets how to put it back: it cannot be restored from here any more. Nothing "
                     "changes in the registry."),
                  TextStyle::Body, Tone::Muted, this));
    QPushButton *cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    QPushButton *forget = button(tr("Forget"), ButtonKind::Danger, this);
    forget->setObjectName(QStringLiteral("forget"));
    cancel->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 10, 0, 0);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(forget);
    layout->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(forget, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace quayside
