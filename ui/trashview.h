// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QWidget>

class QPushButton;
class QStackedLayout;

namespace quayside {

class MessagePage;
class OperationHistory;
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
    /// `history` must outlive this.
    TrashView(OperationHistory *history, QWidget *parent);

    void showTrash(RegistrySession *session);
    void forget(RegistrySession *session);

    RowView *list() const { return m_list; }
    QPushButton *restoreButton() const { return m_restore; }
    ResultBar *resultBar() const { return m_resultBar; }

Q_SIGNALS:
    void activityWanted();

private:
    QWidget *buildTop();
    QWidget *buildFooter();
    void applyColumns();
    void updateStatus();
    void updateSelection();
    void restoreSelected();
    void restored(RestoreImages *operation);

    OperationHistory *m_history;
    TextLine *m_scope;
    SearchField *m_filterField;
    QPushButton *m_restore;
    ResultBar *m_resultBar;
    QStackedLayout *m_stack;
    RowView *m_list;
    MessagePage *m_message;
    TextLine *m_selectedText;
    TrashFilter *m_filter;
    QPointer<RegistrySession> m_session;
};

} // namespace quayside
