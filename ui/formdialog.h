// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

class QVBoxLayout;

namespace quayside {

/// A dialog with fields and paragraphs below each other, which grows with what they say.
class FormDialog : public QDialog
{
    Q_OBJECT

public:
    FormDialog(const QString &title, int minimumWidth, QWidget *parent);

protected:
    /// Where everything goes.
    QVBoxLayout *column() const { return m_column; }
    bool event(QEvent *event) override;

private:
    QVBoxLayout *m_column;
};

} // namespace quayside
