// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QStringList>

namespace quayside {

/// Says something that nobody may miss, since they have just asked for it; there is nothing to decide.
class NoticeDialog : public QDialog
{
    Q_OBJECT

public:
    /// `lines` are shown below the headline, a paragraph each. All may be untrusted.
    NoticeDialog(const QString &title, const QString &headline, const QStringList &lines, QWidget *parent);
};

} // namespace quayside
