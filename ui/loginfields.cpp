// SPDX-License-Identifier: Apache-2.0
#include "ui/loginfields.h"

#include "model/logintext.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QCheckBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QRadioButton>

namespace quayside {

namespace {

/// An ampersand in a button marks a key.
QString offerText(const LoginOrigin &offer)
{
    return visibleText(loginLine(offer)).replace(u'&', QStringLiteral("&&"));
}

} // namespace

LoginFields::LoginFields(QWidget *parent)
    : QWidget(parent)
    , m_choices(new QWidget(this))
    , m_group(new QButtonGroup(this))
    , m_fields(new QWidget(this))
    , m_user(new QLineEdit(m_fields))
    , m_password(new QLineEdit(m_fields))
    , m_remember(new QCheckBox(tr("Remember in the keyring"), m_fields))
    , m_note(paragraph({}, TextStyle::Small, Tone::Muted, this))
    , m_warnings(paragraph({}, TextStyle::Small, Tone::Muted, this))
{
    build();
    connect(m_user, &QLineEdit::textChanged, this, &LoginFields::changed);
    connect(m_password, &QLineEdit::textChanged, this, &LoginFields::changed);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int, bool checked) {
        if (!checked)
            return;
        showFields();
        Q_EMIT changed();
    });
    setNote({});
    setOffers({}, {});
}

void LoginFields::build()
{
    m_password->setEchoMode(QLineEdit::Password);
    m_remember->setChecked(true);
    auto *grid = new QGridLayout(m_fields);
    grid->setContentsMargins(0, 0, 0, 0);
    const auto addField = [this, grid](int row, const QString &name, QLineEdit *field) {
        auto *label = new TextLine(TextStyle::Body, Tone::Muted, m_fields);
        label->setText(name);
        label->setShrinks(false);
        field->setAccessibleName(name);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row, 1);
    };
    addField(0, tr("User"), m_user);
    addField(1, tr("Password"), m_password);
    grid->addWidget(m_remember, 2, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget *part : std::initializer_list<QWidget *>{m_choices, m_fields, m_note, m_warnings})
        layout->addWidget(part);
}

void LoginFields::setOffers(const QList<LoginOrigin> &offers, const QStringList &warnings)
{
    qDeleteAll(m_group->buttons());
    delete m_choices->layout();
    auto *column = new QVBoxLayout(m_choices);
    column->setContentsMargins(0, 0, 0, 0);
    for (const LoginOrigin &offer : offers) {
        if (!choiceButton(offer.choice)) // podman's second file is behind its first
            addChoice(offer.choice, offerText(offer));
    }
    if (!offers.isEmpty()) {
        addChoice(LoginChoice::Anonymous, tr("No login"));
        addChoice(LoginChoice::Own, tr("This user and password:"));
        m_group->buttons().first()->setChecked(true);
    }
    m_choices->setVisible(!offers.isEmpty());
    setUntrustedText(m_warnings, warnings.join(u'\n'));
    m_warnings->setVisible(!warnings.isEmpty());
    showFields();
}

void LoginFields::addChoice(LoginChoice choice, const QString &text)
{
    auto *button = new QRadioButton(text, m_choices);
    m_group->addButton(button, int(choice));
    m_choices->layout()->addWidget(button);
}

QAbstractButton *LoginFields::choiceButton(LoginChoice choice) const
{
    return m_group->button(int(choice));
}

void LoginFields::chooseTyped()
{
    if (QAbstractButton *own = choiceButton(LoginChoice::Own))
        own->setChecked(true);
}

void LoginFields::setUser(const QString &user)
{
    m_user->setText(user);
}

void LoginFields::setNote(const QString &note)
{
    setUntrustedText(m_note, note);
    m_note->setVisible(!note.isEmpty());
}

LoginChoice LoginFields::choice() const
{
    return m_group->checkedId() < 0 ? LoginChoice::Own : static_cast<LoginChoice>(m_group->checkedId());
}

bool LoginFields::isComplete() const
{
    return choice() != LoginChoice::Own || typedLogin().has_value();
}

bool LoginFields::isEmpty() const
{
    return choice() == LoginChoice::Own && m_user->text().isEmpty() && m_password->text().isEmpty();
}

std::optional<Login> LoginFields::typedLogin() const
{
    if (choice() != LoginChoice::Own || m_user->text().isEmpty() || m_password->text().isEmpty())
        return std::nullopt;
    return Login{m_user->text(), m_password->text()};
}

bool LoginFields::remembers() const
{
    return m_remember->isChecked();
}

void LoginFields::focus()
{
    if (choice() == LoginChoice::Own)
        (m_user->text().isEmpty() ? m_user : m_password)->setFocus(Qt::OtherFocusReason);
    else
        m_group->checkedButton()->setFocus(Qt::OtherFocusReason);
}

void LoginFields::showFields()
{
    m_fields->setVisible(choice() == LoginChoice::Own);
}

} // namespace quayside
