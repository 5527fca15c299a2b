// SPDX-License-Identifier: Apache-2.0
#include "ui/closingdialog.h"

#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>

namespace quayside {

ClosingDialog::ClosingDialog(const QString &running, QWidget *parent)
    : FormDialog(tr("Quit"), 440, parent)
{
    QVBoxLayout *layout = column();
    layout->addWidget(paragraph(tr("Something is still running."), TextStyle::Title, Tone::Normal, this));
    layout->addWidget(paragraph(visibleText(running), TextStyle::Body, Tone::Normal, this));
    layout->addWidget(paragraph(tr("What is done stays done. What was stopped can be started again."),
                                TextStyle::Body, Tone::Muted, this));
    QPushButton *wait = button(tr("Wait"), ButtonKind::Primary, this);
    QPushButton *stop = button(tr("Stop them and quit"), ButtonKind::Plain, this);
    QPushButton *cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    wait->setToolTip(tr("Quit as soon as everything has ended"));
    wait->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 10, 0, 0);
    row->addStretch(1);
    for (QPushButton *each : {cancel, stop, wait})
        row->addWidget(each);
    layout->addLayout(row);
    connect(wait, &QPushButton::clicked, this, [this] {
        Q_EMIT waitChosen();
        accept();
    });
    connect(stop, &QPushButton::clicked, this, [this] {
        Q_EMIT stopChosen();
        accept();
    });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

} // namespace quayside
