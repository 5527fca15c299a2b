// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/logins.h"

#include <QWidget>

class QAbstractButton;
class QButtonGroup;
class QCheckBox;
class QLabel;
class QLineEdit;

namespace quayside {

/// Which login a registry gets: one that docker's or podman's file has, a user and password typed here, or
/// none. Without logins of others there is nothing to choose, and only the fields show.
class LoginFields : public QWidget
{
    Q_OBJECT

public:
    explicit LoginFields(QWidget *parent);

    /// `warnings`: what could not be read of the files. The first offer is chosen, if there is one.
    void setOffers(const QList<LoginOrigin> &offers, const QStringList &warnings);
    /// The person wants to type one, whatever there is.
    void chooseTyped();
    void setUser(const QString &user);
    /// A muted line below the fields; empty for none.
    void setNote(const QString &note);

    LoginChoice choice() const;
    /// Whether there is something to log in with: an offer, or a user and a password.
    bool isComplete() const;
    /// Whether the fields are the choice and nothing was typed.
    bool isEmpty() const;
    /// What was typed, if that is the choice and complete.
    std::optional<Login> typedLogin() const;
    bool remembers() const;
    void focus();

    QLineEdit *userField() const { return m_user; }
    QLineEdit *passwordField() const { return m_password; }
    QCheckBox *rememberBox() const { return m_remember; }
    /// The radio button of a choice; null if it is not offered.
    QAbstractButton *choiceButton(LoginChoice choice) const;

Q_SIGNALS:
    void changed();

private:
    void build();
    void addChoice(LoginChoice choice, const QString &text);
    void showFields();

    QWidget *m_choices;
    QButtonGroup *m_group;
    QWidget *m_fields;
    QLineEdit *m_user;
    QLineEdit *m_password;
    QCheckBox *m_remember;
    QLabel *m_note;
    QLabel *m_warnings;
};

} // namespace quayside
