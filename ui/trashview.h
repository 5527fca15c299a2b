// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/restorestep.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <vector>

class QPushButton;
class QStackedLayout;

namespace quayside {

class CheckDeleted;
class MessagePage;
class OperationHistory;
class Prompter;
class RegistrySession;
class RestoreImages;
class ResultBar;
class RowView;
class SearchField;
class TextLine;
class TrashFilter;

/// What is deleted on one registry, and Restore.
class TrashView : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive this.
    TrashView(OperationHistory *history, Prompter *prompter, QWidget *parent);

    void showTrash(RegistrySession *session);
    void forget(RegistrySession *session);

    RowView *list() const { return m_list; }
    QPushButton *restoreButton() const { return m_restore; }
    QPushButton *forgetButton() const { return m_forget; }
    /// "Check now"; "Stop" while it looks.
    QPushButton *checkButton() const { return m_check; }
    ResultBar *resultBar() const { return m_resultBar; }

Q_SIGNALS:
    void activityWanted();

private:
    QWidget *buildTop();
    QWidget *buildFooter();
    void applyColumns();
    void updateStatus();
    void updateSelection();
    void updateCheck();
    std::vector<RestoreItem> selectedItems() const;
    void checkSelected();
    void checkOrStop();
    void check(std::vector<RestoreItem> items);
    void checked(CheckDeleted *operation);
    void askToForget();
    void forgetItems(const std::vector<RestoreItem> &items);
    void restoreSelected();
    void restored(RestoreImages *operation, std::vector<RestoreItem> items);

    OperationHistory *m_history;
    Prompter *m_prompter;
    TextLine *m_scope;
    SearchField *m_filterField;
    QPushButton *m_forget;
    QPushButton *m_restore;
    ResultBar *m_resultBar;
    QStackedLayout *m_stack;
    RowView *m_list;
    MessagePage *m_message;
    TextLine *m_selectedText;
    TextLine *m_checkText;
    QPushButton *m_check;
    TrashFilter *m_filter;
    QPointer<RegistrySession> m_session;
    QPointer<CheckDeleted> m_checking;
    QTimer m_selectionRests; // moving through the list checks only where one stays
};

} // namespace quayside
