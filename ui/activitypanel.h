// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QPushButton;

namespace quayside {

class ActivityModel;
class OperationHistory;
class RowView;

/// Everything that was done from this computer, newest first, and Undo.
class ActivityPanel : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive this.
    ActivityPanel(ActivityModel *model, OperationHistory *history, QWidget *parent);

    QSize sizeHint() const override { return {400, 200}; }

private:
    class Delegate;

    void updateButtons();
    void undoSelected();

    ActivityModel *m_model;
    OperationHistory *m_history;
    RowView *m_list;
    QPushButton *m_undo;
    QWidget *m_empty;
};

} // namespace quayside
