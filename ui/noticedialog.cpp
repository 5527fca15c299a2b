// SPDX-License-Identifier: Apache-2.0
#include "ui/noticedialog.h"

#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>

namespace quayside {

NoticeDialog::NoticeDialog(const QString &title, const QString &headline, const QStringList &lines,
                           QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(title);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true); // a window's own background is QPalette::Window
    setMinimumWidth(440);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 18, 24, 20);
    layout->setSpacing(8);
    layout->addWidget(paragraph(visibleText(headline), TextStyle::Title, Tone::Normal, this));
    for (const QString &line : lines)
        layout->addWidget(paragraph(visibleText(line), TextStyle::Body, Tone::Muted, this));
    QPushButton *close = button(tr("Close"), ButtonKind::Plain, this);
    close->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 10, 0, 0);
    row->addStretch(1);
    row->addWidget(close);
    layout->addStretch(1);
    layout->addLayout(row);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace quayside
