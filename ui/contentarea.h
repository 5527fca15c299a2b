// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/errortext.h"
#include "model/registryconfig.h"
#include "ui/place.h"

#include <QHash>
#include <QList>
#include <QPointer>
#include <QWidget>

#include <functional>

class QStackedLayout;

namespace quayside {

class EmptyLocalPage;
class HeaderBar;
class LocalRegistryControl;
class MessagePage;
class OperationHistory;
class Prompter;
class RegistrySession;
class ResultBar;
class SearchField;
class SessionManager;
class StartPage;
class TagListModel;
class TagsPage;
class TrashView;

/// Everything right of the sidebar: the header, and the page that the place and its state ask for.
class ContentArea : public QWidget
{
    Q_OBJECT

public:
    /// All must outlive this.
    ContentArea(SessionManager *sessions, OperationHistory *history, LocalRegistryControl *local,
                Prompter *prompter, QWidget *parent);

    void showPlace(const Place &place);
    const Place &place() const { return m_place; }
    void refresh();
    /// The field that Ctrl+K goes to: the start page has its own.
    SearchField *box() const;

    TagsPage *tagsPage() const { return m_tags; }
    TrashView *trashView() const { return m_trash; }
    StartPage *startPage() const { return m_start; }
    EmptyLocalPage *emptyLocalPage() const { return m_emptyLocal; }
    ResultBar *keyringBar() const { return m_keyring; }
    ResultBar *strip() const { return m_strip; }
    ResultBar *warningBar() const { return m_warning; }
    MessagePage *messagePage() const { return m_message; }
    bool shows(const QWidget *page) const;

Q_SIGNALS:
    void placeWanted(const quayside::Place &place);
    void entered(const QString &text);
    void samplesWanted();
    void loginWanted(const QString &registryId);
    void activityWanted();
    void addRegistryWanted(const QString &address);
    void selectionChanged();

private:
    void connectPages();
    void followSession(RegistrySession *session);
    void update();
    void updateHeader();
    void updateStrip();
    void updateKeyring();
    void updateWarning();
    void updateLocal();
    bool showTrouble(RegistrySession *session);
    void showRegistry(RegistrySession *session);
    void showMessage(const QString &headline, const QString &reason);
    void act(int index);
    void trustCertificate();
    void chooseCaFile();
    void changeConfig(const std::function<void(RegistryConfig &config)> &change);

    SessionManager *m_sessions;
    LocalRegistryControl *m_local;
    Prompter *m_prompter;
    HeaderBar *m_header;
    QWidget *m_headerLine;
    ResultBar *m_keyring;               ///< Says that the keyring does not keep a login.
    ResultBar *m_strip;                 ///< Says that the rows shown are old.
    ResultBar *m_warning;               ///< What the registry shown says of itself.
    QHash<QString, int> m_warningsSeen; ///< How many of each registry's were closed.
    QStackedLayout *m_stack;
    StartPage *m_start;
    EmptyLocalPage *m_emptyLocal;
    MessagePage *m_message;
    TagsPage *m_tags;
    TrashView *m_trash;
    Place m_place;
    QPointer<RegistrySession> m_session;
    QPointer<TagListModel> m_list; ///< Of the repository shown.
    QList<ErrorAction> m_actions;  ///< What the buttons of m_message do.
    QString m_shownMessage;
};

} // namespace quayside
