// SPDX-License-Identifier: Apache-2.0
#include "ui/untrustedtext.h"

#include <QLabel>

namespace quayside {

void setUntrustedText(QLabel *label, const QString &untrusted)
{
    label->setTextFormat(Qt::PlainText);
    label->setText(visibleText(untrusted));
}

QString untrustedToolTip(const QString &untrusted)
{
    if (untrusted.isEmpty())
        return {};
    return QStringLiteral("<qt>") + visibleText(untrusted).toHtmlEscaped() + QStringLiteral("</qt>");
}

void setUntrustedToolTip(QWidget *widget, const QString &untrusted)
{
    widget->setToolTip(untrustedToolTip(untrusted));
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

} // namespace quayside
