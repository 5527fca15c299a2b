// SPDX-License-Identifier: Apache-2.0
#include "ui/addregistrydialog.h"

#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "ui/errormessage.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QGridLayout>
#include <QLineEdit>

namespace quayside {

namespace {

constexpr int restMilliseconds = 400;

} // namespace

AddRegistryDialog::AddRegistryDialog(SessionManager *sessions, QWidget *parent)
    : QDialog(parent)
    , m_sessions(sessions)
    , m_probe(sessions->transport())
    , m_address(new QLineEdit(this))
    , m_status(new TextLine(TextStyle::Body, Tone::Muted, this))
    , m_reason(paragraph({}, TextStyle::Small, Tone::Muted, this))
    , m_plainHttp(new QCheckBox(tr("Allow for this registry"), this))
    , m_login(new QWidget(this))
    , m_user(new QLineEdit(m_login))
    , m_password(new QLineEdit(m_login))
    , m_add(button(tr("Add"), ButtonKind::Primary, this))
{
    setWindowTitle(tr("Add Registry"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true); // a window's own background is QPalette::Window
    setMinimumWidth(480);
    build();
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &AddRegistryDialog::probe);
    connect(m_address, &QLineEdit::textChanged, this, &AddRegistryDialog::typed);
    connect(m_user, &QLineEdit::textChanged, this, &AddRegistryDialog::loginTyped);
    connect(m_password, &QLineEdit::textChanged, this, &AddRegistryDialog::loginTyped);
    connect(m_plainHttp, &QCheckBox::toggled, this, &AddRegistryDialog::probe);
    connect(&m_probe, &ProbeRegistry::finished, this, &AddRegistryDialog::show);
    connect(m_add, &QPushButton::clicked, this, &AddRegistryDialog::add);
    m_plainHttp->hide();
    setLoginVisible(false);
    typed();
}

void AddRegistryDialog::build()
{
    m_address->setPlaceholderText(tr("harbor.example or localhost:5001"));
    m_address->setAccessibleName(tr("Address"));
    m_password->setEchoMode(QLineEdit::Password);
    auto *grid = new QGridLayout(m_login);
    grid->setContentsMargins(0, 0, 0, 0);
    const auto addField = [this, grid](int row, const QString &name, QLineEdit *field) {
        auto *label = new TextLine(TextStyle::Body, Tone::Muted, m_login);
        label->setText(name);
        label->setShrinks(false);
        field->setAccessibleName(name);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row, 1);
    };
    addField(0, tr("User"), m_user);
    addField(1, tr("Password"), m_password);
    grid->addWidget(
        paragraph(tr("The password is kept until you quit."), TextStyle::Small, Tone::Muted, m_login), 2, 1);

    auto *title = new TextLine(TextStyle::Title, Tone::Normal, this);
    title->setText(windowTitle());
    QPushButton *cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    m_add->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_add);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 18, 24, 20);
    layout->setSpacing(10);
    layout->addWidget(title);
    layout->addWidget(m_address);
    layout->addWidget(m_status);
    layout->addWidget(m_reason);
    layout->addWidget(m_plainHttp);
    layout->addWidget(m_login);
    layout->addStretch(1);
    layout->addSpacing(6);
    layout->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void AddRegistryDialog::setAddress(const QString &typed)
{
    m_address->setText(typed);
}

void AddRegistryDialog::askForLogin(const QString &registryId)
{
    const auto config = m_sessions->registries()->config(registryId);
    if (!config)
        return;
    m_existing = registryId;
    m_plainHttp->setChecked(config->insecure);
    m_address->setText(config->address);
    m_address->setEnabled(false);
    m_user->setText(config->user);
    m_add->setText(tr("Log In"));
    setWindowTitle(tr("Log In"));
    setLoginVisible(true);
    m_user->setFocus(Qt::OtherFocusReason);
}

QString AddRegistryDialog::status() const
{
    return m_status->text();
}

void AddRegistryDialog::typed()
{
    m_probe.cancel();
    m_result = {};
    m_sendsLogin = false;
    m_add->setEnabled(false);
    m_plainHttp->hide();
    if (m_existing.isEmpty())
        setLoginVisible(false);
    setStatus(tr("Tried when you stop typing."), {}, false);
    if (!m_address->text().trimmed().isEmpty())
        m_rest.start();
}

/// A login is sent by the button alone: half a password counts as a failed attempt, and an address that is
/// being typed may name another host.
void AddRegistryDialog::loginTyped()
{
    m_probe.cancel();
    m_result = {};
    m_sendsLogin = false;
    m_add->setEnabled(hasLogin());
}

bool AddRegistryDialog::hasLogin() const
{
    return m_login->isVisibleTo(this) && !m_user->text().isEmpty() && !m_password->text().isEmpty();
}

bool AddRegistryDialog::isAddable() const
{
    return m_existing.isEmpty() && m_result.kind == ProbeResult::Kind::Ok;
}

void AddRegistryDialog::setLoginVisible(bool visible)
{
    m_login->setVisible(visible);
}

void AddRegistryDialog::probe()
{
    m_rest.stop();
    std::optional<Login> login;
    if (m_sendsLogin)
        login = Login{m_user->text(), m_password->text()};
    m_add->setEnabled(false);
    setStatus(tr("Asking %1…").arg(m_address->text().trimmed()), {}, false);
    m_probe.probe(m_address->text().trimmed(), login, m_plainHttp->isChecked());
}

void AddRegistryDialog::show(const ProbeResult &result)
{
    m_result = result;
    const bool sentLogin = m_sendsLogin;
    m_add->setEnabled(hasLogin() || isAddable());
    if (result.kind == ProbeResult::Kind::Ok && sentLogin)
        return accepted();
    m_sendsLogin = false;
    if (result.kind == ProbeResult::Kind::Ok) {
        setStatus(result.isQuayside ? tr("A Quayside registry: deletes can be undone by everybody.")
                                    : tr("A registry answers."),
                  {}, false);
        return;
    }
    if (result.kind == ProbeResult::Kind::PlainHttpNeedsPermission)
        m_plainHttp->show();
    if (result.kind == ProbeResult::Kind::NeedsLogin) {
        setLoginVisible(true);
        if (!sentLogin) {
            setStatus(tr("%1 wants a login.").arg(result.address), {}, false);
            (m_user->text().isEmpty() ? m_user : m_password)->setFocus(Qt::OtherFocusReason);
            return;
        }
    }
    if (!result.error)
        return;
    ErrorContext context;
    context.registry = result.address.isEmpty() ? result.typed : result.address;
    if (sentLogin)
        context.user = m_user->text();
    const ErrorText text = ErrorText::of(*result.error, context);
    setStatus(text.headline, text.reason, true);
}

void AddRegistryDialog::setStatus(const QString &text, const QString &reason, bool isError)
{
    m_status->setText(text);
    m_status->setTone(isError ? Tone::Normal : Tone::Muted);
    m_status->setTextStyle(isError ? TextStyle::Strong : TextStyle::Body);
    setUntrustedText(m_reason, reason);
    m_reason->setVisible(!reason.isEmpty());
}

void AddRegistryDialog::add()
{
    if (hasLogin()) {
        m_sendsLogin = true;
        probe(); // accepted() follows if the registry takes it
    } else if (isAddable()) {
        accepted();
    }
}

void AddRegistryDialog::accepted()
{
    RegistryList *registries = m_sessions->registries();
    const QString user = m_sendsLogin ? m_user->text() : QString();
    QString id = m_existing;
    if (id.isEmpty()) {
        RegistryConfig config;
        config.address = m_result.address;
        config.insecure = m_plainHttp->isChecked();
        config.user = user;
        id = registries->add(config);
    } else if (auto config = registries->config(id)) {
        config->user = user;
        registries->update(*config);
    }
    if (RegistrySession *session = m_sessions->session(id); session && m_sendsLogin)
        session->setLogin(Login{m_user->text(), m_password->text()});
    accept();
    Q_EMIT registryAdded(id);
}

} // namespace quayside
