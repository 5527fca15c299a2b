// SPDX-License-Identifier: Apache-2.0
#include "ui/placeholderdialog.h"

#include "model/plantext.h"
#include "ui/smallwidgets.h"

#include <QBoxLayout>
#include <QPushButton>

namespace quayside {

PlaceholderDialog::PlaceholderDialog(const std::vector<Tag> &tags, const std::vector<Tag> &siblings,
                                     QWidget *parent)
    : QDialog(parent)
{
    const QString names = tagNames(tags, QStringLiteral(", "));
    const QString others = tagNames(siblings, QStringLiteral(", "));
    setWindowTitle(tr("Remove Tags"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setMinimumWidth(560);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 18, 24, 20);
    layout->setSpacing(8);
    layout->addWidget(paragraph(tr("Remove %1 only?").arg(names), TextStyle::Title, Tone::Normal, this));
    layout->addWidget(paragraph(
        tr("This registry can delete images, not single tags. Quayside can point %1 at an empty "
           "placeholder and delete that. For a few seconds anybody pulling %1 gets an empty image, and "
           "webhooks or replication may see it. %2 is not touched.")
            .arg(names, others),
        TextStyle::Body, Tone::Normal, this));
    const bool isOne = tags.size() == 1;
    QPushButton *leave =
        button(isOne ? tr("Leave %1").arg(names) : tr("Leave them"), ButtonKind::Plain, this);
    QPushButton *placeholder = button(tr("Use placeholder"), ButtonKind::Plain, this);
    QPushButton *whole = button(isOne ? tr("Delete the image with %1 too…").arg(others)
                                      : tr("Delete the images with all their tags…"),
                                ButtonKind::Plain, this);
    leave->setObjectName(QStringLiteral("leave"));
    placeholder->setObjectName(QStringLiteral("placeholder"));
    whole->setObjectName(QStringLiteral("whole"));
    leave->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 10, 0, 0);
    row->addStretch(1);
    for (QPushButton *each : {leave, placeholder, whole})
        row->addWidget(each);
    layout->addLayout(row);
    connect(leave, &QPushButton::clicked, this, &QDialog::reject);
    connect(placeholder, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT placeholderChosen();
    });
    connect(whole, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT wholeImagesChosen();
    });
}

} // namespace quayside
