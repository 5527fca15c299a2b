// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/errortext.h"
#include "model/proberegistry.h"
#include "model/registryconfig.h"
#include "ui/formdialog.h"

#include <QTimer>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace quayside {

class CertificateFields;
class LoginFields;
class Prompter;
class SessionManager;
class TextLine;

/// One field. It is tried when typing stops; what the answer asks for appears then: the permission for plain
/// HTTP, trust in a certificate, a certificate of one's own, the permission for a token server. The login
/// comes once a registry answers: also one that lets everybody look may want one for a push.
class AddRegistryDialog : public FormDialog
{
    Q_OBJECT

public:
    /// Both must outlive this.
    AddRegistryDialog(SessionManager *sessions, Prompter *prompter, QWidget *parent);

    void setAddress(const QString &typed);
    /// For a registry that is there already and wants a login or a certificate: the address cannot be
    /// changed.
    void askForLogin(const QString &registryId);

    QLineEdit *addressField() const { return m_address; }
    LoginFields *loginFields() const { return m_login; }
    CertificateFields *certificateFields() const { return m_certificate; }
    QCheckBox *plainHttpBox() const { return m_plainHttp; }
    QPushButton *addButton() const { return m_add; }
    QString status() const;
    QString reason() const;
    /// The button of a next step that the last answer allows; null if it does not.
    QPushButton *actionButton(ErrorAction action) const;

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
    void showError(const ProbeResult &result, bool sentLogin);
    void offerActions(const QList<ErrorAction> &actions, const ErrorContext &context);
    void act(ErrorAction action);
    void ownCertificateTyped();
    RegistryConfig changedConfig() const;
    void setStatus(const QString &text, const QString &reason, bool isError);
    void add();
    void accepted();

    SessionManager *m_sessions;
    Prompter *m_prompter;
    ProbeRegistry m_probe;
    QTimer m_rest; ///< Runs while the person types.
    ProbeResult m_result;
    bool m_sendsLogin = false;  ///< The button was pressed: the login goes with the question.
    QString m_existing;         ///< The id of the registry that wants a login.
    TlsSettings m_tls;          ///< What the person has allowed for this address so far.
    QStringList m_tokenServers; ///< Likewise.
    QLineEdit *m_address;
    TextLine *m_status;
    QLabel *m_reason;
    QWidget *m_actions; ///< Holds a button for each next step.
    CertificateFields *m_certificate;
    QCheckBox *m_plainHttp;
    LoginFields *m_login;
    LoginChoice m_offered = LoginChoice::Own; ///< What was chosen before the person did.
    QPushButton *m_add;
};

} // namespace quayside
