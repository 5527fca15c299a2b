// SPDX-License-Identifier: Apache-2.0
#include "ui/addregistrydialog.h"

#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "oci/peercertificate.h"
#include "ui/certificatefields.h"
#include "ui/filechoice.h"
#include "ui/loginfields.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QLineEdit>

#include <utility>

namespace quayside {

namespace {

constexpr int restMilliseconds = 400;

} // namespace

AddRegistryDialog::AddRegistryDialog(SessionManager *sessions, Prompter *prompter, QWidget *parent)
    : FormDialog(tr("Add Registry"), 480, parent)
    , m_sessions(sessions)
    , m_prompter(prompter)
    , m_probe(sessions->transport())
    , m_address(new QLineEdit(this))
    , m_status(new TextLine(TextStyle::Body, Tone::Muted, this))
    , m_reason(paragraph({}, TextStyle::Small, Tone::Muted, this))
    , m_actions(new QWidget(this))
    , m_certificate(new CertificateFields(prompter, this))
    , m_plainHttp(new QCheckBox(tr("Allow for this registry"), this))
    , m_login(new LoginFields(this))
    , m_add(button(tr("Add"), ButtonKind::Primary, this))
{
    build();
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &AddRegistryDialog::probe);
    connect(m_address, &QLineEdit::textChanged, this, &AddRegistryDialog::typed);
    connect(m_login, &LoginFields::changed, this, &AddRegistryDialog::loginTyped);
    connect(m_plainHttp, &QCheckBox::toggled, this, &AddRegistryDialog::probe);
    connect(m_certificate, &CertificateFields::changed, this, &AddRegistryDialog::ownCertificateTyped);
    connect(&m_probe, &ProbeRegistry::finished, this, &AddRegistryDialog::show);
    connect(m_add, &QPushButton::clicked, this, &AddRegistryDialog::add);
    m_plainHttp->hide();
    m_login->hide();
    typed();
}

void AddRegistryDialog::build()
{
    m_address->setPlaceholderText(tr("harbor.example or localhost:5001"));
    m_address->setAccessibleName(tr("Address"));
    auto *title = new TextLine(TextStyle::Title, Tone::Normal, this);
    title->setText(windowTitle());
    QPushButton *cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    m_add->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_add);
    auto *actions = new QHBoxLayout(m_actions);
    actions->setContentsMargins(0, 0, 0, 0);
    actions->setAlignment(Qt::AlignLeft);
    QVBoxLayout *layout = column();
    layout->addWidget(title);
    layout->addWidget(m_address);
    layout->addWidget(m_status);
    layout->addWidget(m_reason);
    layout->addWidget(m_actions);
    layout->addWidget(m_certificate);
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
    m_tls = config->tls;
    m_tokenServers = config->tokenServers;
    m_certificate->setFiles(m_tls.certificateFile, m_tls.keyFile);
    m_plainHttp->setChecked(config->insecure);
    m_address->setText(config->address);
    m_address->setEnabled(false);
    m_login->setUser(config->user);
    m_add->setText(tr("Log In"));
    setWindowTitle(tr("Log In"));
    showLogin();
    m_login->chooseTyped();
    m_login->focus();
}

QString AddRegistryDialog::status() const
{
    return m_status->text();
}

QString AddRegistryDialog::reason() const
{
    return m_reason->text();
}

QPushButton *AddRegistryDialog::actionButton(ErrorAction action) const
{
    return m_actions->findChild<QPushButton *>(QString::number(int(action)));
}

void AddRegistryDialog::typed()
{
    m_probe.cancel();
    m_result = {};
    m_sendsLogin = false;
    m_add->setEnabled(false);
    m_plainHttp->hide();
    m_certificate->hide();
    if (m_existing.isEmpty()) { // what was allowed was allowed for another address
        m_login->hide();
        m_tls = {};
        m_tokenServers.clear();
        const QSignalBlocker blocker(m_certificate);
        m_certificate->setFiles({}, {});
    }
    setStatus(tr("Tried when you stop typing."), {}, false);
    if (!m_address->text().trimmed().isEmpty())
        m_rest.start();
}

/// A login is sent by the button alone: half a password counts as a failed attempt, and an address that is
/// being typed may name another host.
void AddRegistryDialog::loginTyped()
{
    m_probe.cancel();
    m_sendsLogin = false;
    updateButton();
}

/// Half a login is none. A new registry can be added without one: it may be in the keyring already, or not be
/// needed to look.
bool AddRegistryDialog::isAcceptable() const
{
    if (m_login->isHidden())
        return false;
    const auto before = m_sessions->registries()->config(m_existing);
    const bool needsNoLogin =
        !before || (m_result.kind == ProbeResult::Kind::Ok && changedConfig() != *before);
    return m_login->isComplete() || (needsNoLogin && m_login->isEmpty());
}

void AddRegistryDialog::updateButton()
{
    m_add->setEnabled(isAcceptable());
    if (!m_existing.isEmpty())
        return;
    const bool lacksLogin = m_result.kind == ProbeResult::Kind::NeedsLogin && m_login->isEmpty();
    m_add->setText(lacksLogin ? tr("Add without Login") : tr("Add"));
}

/// The logins that there are for the address.
void AddRegistryDialog::showLogin()
{
    const auto address = RegistryAddress::parse(m_address->text(), m_plainHttp->isChecked()
                                                                       ? RegistryAddress::PlainHttp::Allowed
                                                                       : RegistryAddress::PlainHttp::Refused);
    if (const Logins *logins = m_sessions->logins(); logins && address)
        m_login->setOffers(logins->offers(*address), logins->warnings());
    m_offered = m_login->choice();
    m_login->show();
}

void AddRegistryDialog::probe()
{
    m_rest.stop();
    std::optional<Login> login;
    if (m_sendsLogin)
        login = m_login->typedLogin();
    m_add->setEnabled(false);
    setStatus(tr("Asking %1…").arg(m_address->text().trimmed()), {}, false);
    ProbeQuestion question{m_address->text().trimmed(), login, m_plainHttp->isChecked()};
    question.tokenServers = m_tokenServers;
    question.tls = m_tls;
    m_probe.probe(question);
}

void AddRegistryDialog::show(const ProbeResult &result)
{
    m_result = result;
    const bool sentLogin = std::exchange(m_sendsLogin, false);
    const bool isOk = result.kind == ProbeResult::Kind::Ok;
    const bool wantsLogin = result.kind == ProbeResult::Kind::NeedsLogin;
    if (isOk && sentLogin)
        return accepted();
    if (result.kind == ProbeResult::Kind::PlainHttpNeedsPermission)
        m_plainHttp->show();
    if ((isOk || wantsLogin) && m_login->isHidden())
        showLogin();
    updateButton();
    if (isOk) {
        setStatus(result.isQuayside ? tr("A Quayside registry: deletes can be undone by everybody.")
                                    : tr("A registry answers."),
                  {}, false);
        m_login->setNote(
            tr("It lets everybody look. A login is used when it asks for one, for a push or a delete."));
        return;
    }
    m_login->setNote({});
    if (wantsLogin && !sentLogin) {
        setStatus(tr("%1 wants a login.").arg(result.name), {}, false);
        m_login->focus();
        return;
    }
    if (result.error)
        showError(result, sentLogin);
}

void AddRegistryDialog::showError(const ProbeResult &result, bool sentLogin)
{
    ErrorContext context;
    context.registry = result.name.isEmpty() ? result.typed : result.name;
    context.tokenServer = result.tokenServer;
    context.showedCertificate = !m_tls.certificateFile.isEmpty();
    if (sentLogin)
        context.user = m_login->userField()->text();
    if (result.error->kind == ErrorKind::ClientCertificate)
        m_certificate->show();
    const ErrorText text = ErrorText::of(*result.error, context);
    const bool isAboutFile = result.error->kind == ErrorKind::Storage;
    setStatus(text.headline, isAboutFile ? text.details : text.reason, true);
    offerActions(text.actions, context);
}

/// Those that need no more than a click; the others have fields of their own here.
void AddRegistryDialog::offerActions(const QList<ErrorAction> &actions, const ErrorContext &context)
{
    for (const ErrorAction action : actions) {
        if (action != ErrorAction::TrustCertificate && action != ErrorAction::ChooseCaFile &&
            action != ErrorAction::AllowTokenServer)
            continue;
        QPushButton *made = button(actionLabel(action, context), ButtonKind::Plain, m_actions);
        made->setObjectName(QString::number(int(action)));
        made->setAutoDefault(false); // never by the Enter key
        connect(made, &QPushButton::clicked, this, [this, action] { act(action); });
        m_actions->layout()->addWidget(made);
        m_actions->show();
    }
}

void AddRegistryDialog::act(ErrorAction action)
{
    switch (action) {
    case ErrorAction::TrustCertificate:
        m_tls.pinned = m_result.error->certificate->fingerprint;
        break;
    case ErrorAction::AllowTokenServer:
        m_tokenServers.append(m_result.tokenServer);
        break;
    default:
        choosePemFile(m_prompter, this, tr("CA of %1").arg(m_result.name), this, [this](const QString &path) {
            m_tls.caFile = path;
            probe();
        });
        return;
    }
    probe();
}

void AddRegistryDialog::ownCertificateTyped()
{
    m_probe.cancel();
    m_add->setEnabled(false);
    m_tls.certificateFile = m_certificate->certificateFile();
    m_tls.keyFile = m_certificate->keyFile();
    if (m_certificate->isComplete())
        m_rest.start();
}

/// The registry as it is kept after what was allowed here.
RegistryConfig AddRegistryDialog::changedConfig() const
{
    RegistryConfig config = m_sessions->registries()->config(m_existing).value_or(RegistryConfig());
    if (m_existing.isEmpty()) {
        config.address = m_result.address;
        config.name = m_result.name;
        config.insecure = m_plainHttp->isChecked();
    }
    config.tls = m_tls;
    config.tokenServers = m_tokenServers;
    return config;
}

void AddRegistryDialog::setStatus(const QString &text, const QString &reason, bool isError)
{
    m_status->setText(text);
    m_status->setTone(isError ? Tone::Normal : Tone::Muted);
    m_status->setTextStyle(isError ? TextStyle::Strong : TextStyle::Body);
    setUntrustedText(m_reason, reason);
    m_reason->setVisible(!reason.isEmpty());
    for (QPushButton *old : m_actions->findChildren<QPushButton *>()) {
        old->setObjectName({});
        old->hide();
        old->deleteLater(); // it may be the one that is being clicked
    }
    m_actions->hide();
}

void AddRegistryDialog::add()
{
    if (m_login->typedLogin()) {
        m_sendsLogin = true;
        probe(); // accepted() follows if the registry takes it
    } else if (isAcceptable()) {
        accepted();
    }
}

void AddRegistryDialog::accepted()
{
    const auto login = m_login->typedLogin();
    QString id = m_existing;
    if (id.isEmpty())
        id = m_sessions->registries()->add(changedConfig());
    else
        m_sessions->registries()->update(changedConfig());
    // What is offered first is taken anyway, and what was given here before goes first.
    const bool chose =
        m_login->choice() != LoginChoice::Own && (m_login->choice() != m_offered || !m_existing.isEmpty());
    if (login)
        m_sessions->logIn(id, *login, m_login->remembers());
    else if (chose)
        m_sessions->chooseLogin(id, m_login->choice());
    accept();
    Q_EMIT registryAdded(id);
}

} // namespace quayside
