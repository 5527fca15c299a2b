// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/proberegistry.h"
#include "model/registryconfig.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace quayside {

class LoginFields;
class SessionManager;
class TextLine;

/// One field. It is tried when typing stops; the permission for plain HTTP appears only when the answer asks
/// for it, the login once a registry answers: also one that lets everybody look may want one for a push.
class AddRegistryDialog : public QDialog
{
    Q_OBJECT

public:
    /// `sessions` must outlive this.
    AddRegistryDialog(SessionManager *sessions, QWidget *parent);

    void setAddress(const QString &typed);
    /// For a registry that is there already and wants a login: the address cannot be changed.
    void askForLogin(const QString &registryId);

    QLineEdit *addressField() const { return m_address; }
    LoginFields *loginFields() const { return m_login; }
    QCheckBox *plainHttpBox() const { return m_plainHttp; }
    QPushButton *addButton() const { return m_add; }
    QString status() const;

Q_SIGNALS:
    /// The registry is in the list, with its login.
    void registryAdded(const QString &registryId);

private:
    void build();
    void typed();
    void loginTyped();
    bool isAcceptable() const;
    void updateButton();
    void showLogin();
    void probe();
    void show(const ProbeResult &result);
    void setStatus(const QString &text, const QString &reason, bool isError);
    void add();
    void accepted();

    SessionManager *m_sessions;
    ProbeRegistry m_probe;
    QTimer m_rest; ///< Runs while the person types.
    ProbeResult m_result;
    bool m_sendsLogin = false; ///< The button was pressed: the login goes with the question.
    QString m_existing;        ///< The id of the registry that wants a login.
    QLineEdit *m_address;
    TextLine *m_status;
    QLabel *m_reason;
    QCheckBox *m_plainHttp;
    LoginFields *m_login;
    LoginChoice m_offered = LoginChoice::Own; ///< What was chosen before the person did.
    QPushButton *m_add;
};

} // namespace quayside
