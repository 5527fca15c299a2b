// SPDX-License-Identifier: Apache-2.0
#include "ui/contentarea.h"

#include "model/localregistrycontrol.h"
#include "model/logins.h"
#include "model/logintext.h"
#include "model/operationhistory.h"
#include "model/registrylist.h"
#include "model/repositorylistmodel.h"
#include "model/sessionmanager.h"
#include "model/taglistmodel.h"
#include "oci/qtconversions.h"
#include "ui/errormessage.h"
#include "ui/format.h"
#include "ui/headerbar.h"
#include "ui/imageview.h"
#include "ui/resultbar.h"
#include "ui/searchfield.h"
#include "ui/startpage.h"
#include "ui/tagspage.h"
#include "ui/trashview.h"

#include <QBoxLayout>
#include <QStackedLayout>

namespace quayside {

namespace {

bool isUnreachable(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Refused:
    case ErrorKind::UnknownHost:
    case ErrorKind::Timeout:
    case ErrorKind::Disconnected:
        return true;
    default:
        return false;
    }
}

QString modeText(RegistryMode mode)
{
    switch (mode) {
    case RegistryMode::ReadOnly:
        return ContentArea::tr("Read-only");
    case RegistryMode::Ask:
        return ContentArea::tr("Asks every time");
    case RegistryMode::Normal:
        break;
    }
    return {};
}

} // namespace

ContentArea::ContentArea(SessionManager *sessions, OperationHistory *history, LocalRegistryControl *local,
                         Prompter *prompter, QWidget *parent)
    : QWidget(parent)
    , m_sessions(sessions)
    , m_local(local)
    , m_prompter(prompter)
    , m_header(new HeaderBar(this))
    , m_headerLine(new Hairline(this))
    , m_keyring(new ResultBar(this))
    , m_strip(new ResultBar(this))
    , m_warning(new ResultBar(this))
    , m_stack(new QStackedLayout)
    , m_start(new StartPage(this))
    , m_emptyLocal(new EmptyLocalPage(this))
    , m_message(new MessagePage(this))
    , m_tags(new TagsPage(history, prompter, this))
    , m_trash(new TrashView(history, prompter, this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    for (QWidget *page : std::initializer_list<QWidget *>{m_start, m_emptyLocal, m_message, m_tags, m_trash})
        m_stack->addWidget(page);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_keyring);
    layout->addWidget(m_header);
    layout->addWidget(m_headerLine);
    layout->addWidget(m_warning);
    layout->addWidget(m_strip);
    layout->addLayout(m_stack, 1);
    connectPages();
    updateKeyring();
    updateLocal();
    update();
}

void ContentArea::connectPages()
{
    connect(m_header, &HeaderBar::refreshPressed, this, &ContentArea::refresh);
    connect(m_header->box(), &QLineEdit::returnPressed, this,
            [this] { Q_EMIT entered(m_header->box()->text()); });
    connect(m_strip, &ResultBar::actionPressed, this, &ContentArea::refresh);
    connect(m_warning, &ResultBar::closed, this, [this] {
        ++m_warningsSeen[m_place.registryId];
        updateWarning();
    });
    connect(m_start, &StartPage::entered, this, &ContentArea::entered);
    connect(m_start, &StartPage::registryWanted, this, &ContentArea::addRegistryWanted);
    connect(m_start, &StartPage::samplesWanted, this, &ContentArea::samplesWanted);
    connect(m_start, &StartPage::pushHelpWanted, this, [this] {
        if (const RegistrySession *local = m_sessions->local())
            Q_EMIT placeWanted(Place::registry(local->id()));
    });
    connect(m_start, &StartPage::localStartWanted, this, [this] { m_local->start(); });
    connect(m_emptyLocal, &EmptyLocalPage::samplesWanted, this, &ContentArea::samplesWanted);
    connect(m_message, &MessagePage::actionPressed, this, &ContentArea::act);
    connect(m_tags, &TagsPage::selectionChanged, this, &ContentArea::selectionChanged);
    connect(m_tags, &TagsPage::activityWanted, this, &ContentArea::activityWanted);
    connect(m_trash, &TrashView::activityWanted, this, &ContentArea::activityWanted);
    if (Logins *logins = m_sessions->logins()) {
        connect(logins, &Logins::keyringErrorChanged, this, &ContentArea::updateKeyring);
        connect(m_keyring, &ResultBar::actionPressed, logins, [logins] {
            if (logins->keyringError())
                logins->retryKeeping();
            else
                logins->retryReading();
        });
    }
    if (m_local)
        connect(m_local, &LocalRegistryControl::stateChanged, this, &ContentArea::updateLocal);
    connect(m_sessions, &SessionManager::sessionAboutToBeRemoved, this, [this](RegistrySession *session) {
        m_tags->forget(session);
        m_trash->forget(session);
        if (m_session == session)
            Q_EMIT placeWanted(Place());
    });
}

SearchField *ContentArea::box() const
{
    return m_place.kind == Place::Kind::Start ? m_start->box() : m_header->box();
}

bool ContentArea::shows(const QWidget *page) const
{
    return m_stack->currentWidget() == page;
}

void ContentArea::showPlace(const Place &place)
{
    m_place = place;
    m_shownMessage.clear();
    RegistrySession *session = m_sessions->session(place.registryId);
    if (m_session != session)
        followSession(session);
    if (session)
        session->open();
    if (m_list)
        m_list->disconnect(this);
    m_list = nullptr;
    if (session && place.kind == Place::Kind::Repository) {
        m_tags->showRepository(session, *place.repository);
        m_list = session->tags(*place.repository);
        connect(m_list, &TagListModel::statusChanged, this, &ContentArea::updateStrip);
    }
    if (session && place.kind == Place::Kind::Deleted) {
        m_trash->showTrash(session);
        session->refreshTrash();
    }
    update();
}

void ContentArea::followSession(RegistrySession *session)
{
    if (m_session) {
        m_session->disconnect(this);
        m_session->repositories()->disconnect(this);
    }
    m_session = session;
    if (!session)
        return;
    connect(session, &RegistrySession::stateChanged, this, &ContentArea::update);
    connect(session, &RegistrySession::configChanged, this, &ContentArea::update);
    connect(session, &RegistrySession::capabilitiesChanged, this, &ContentArea::update);
    connect(session, &RegistrySession::warned, this, &ContentArea::updateWarning);
    connect(session->repositories(), &RepositoryListModel::statusChanged, this, &ContentArea::update);
    connect(session->repositories(), &QAbstractItemModel::rowsInserted, this, &ContentArea::update);
    connect(session->repositories(), &QAbstractItemModel::rowsRemoved, this, &ContentArea::update);
}

void ContentArea::refresh()
{
    if (!m_session)
        return;
    if (m_place.kind == Place::Kind::Repository && m_session->state() == RegistrySession::State::Ready)
        m_session->refreshTags(*m_place.repository);
    else if (m_place.kind == Place::Kind::Deleted && m_session->state() == RegistrySession::State::Ready)
        m_session->refreshTrash();
    else
        m_session->refresh();
}

void ContentArea::update()
{
    const bool starts = m_place.kind == Place::Kind::Start || !m_session;
    m_header->setVisible(!starts);
    m_headerLine->setVisible(!starts);
    updateStrip();
    updateWarning();
    if (starts) {
        m_stack->setCurrentWidget(m_start);
        return;
    }
    updateHeader();
    if (m_place.kind == Place::Kind::Deleted)
        m_stack->setCurrentWidget(m_trash);
    else if (m_place.kind == Place::Kind::Repository && m_session->tags(*m_place.repository))
        m_stack->setCurrentWidget(m_tags);
    else if (!showTrouble(m_session))
        showRegistry(m_session);
}

void ContentArea::updateHeader()
{
    Breadcrumb::Place crumb;
    crumb.isLocal = m_session->isLocal();
    crumb.colour = m_session->config().colour;
    crumb.production = m_session->config().production;
    crumb.mode = modeText(m_session->config().mode);
    crumb.login = loginLine(m_session->loginOrigin());
    if (m_place.kind == Place::Kind::Registry) {
        crumb.title = m_session->config().name;
    } else {
        crumb.way << m_session->config().name;
        crumb.title = tr("Deleted");
    }
    if (m_place.kind == Place::Kind::Repository) {
        QStringList parts = toQString(m_place.repository->toString()).split(u'/');
        crumb.title = parts.takeLast();
        crumb.way << parts;
    }
    m_header->breadcrumb()->setPlace(crumb);
}

/// Rows that were read before stay when the registry cannot be reached, under a word of how old they are.
void ContentArea::updateStrip()
{
    const bool hasRows = m_session && m_list && m_list->tagCount() > 0;
    const bool asks =
        hasRows && (m_session->state() == RegistrySession::State::Connecting || m_list->isLoading());
    if (asks && !m_strip->isHidden())
        return; // the answer decides; until then nothing moves
    const bool lost = hasRows && (m_session->state() == RegistrySession::State::Failed ||
                                  (m_session->isLocal() && !m_session->client()) ||
                                  (m_list->error() && isUnreachable(m_list->error()->kind)));
    if (!lost || !m_list->readAt().isValid()) {
        m_strip->hide();
        return;
    }
    ResultBar::Result result;
    result.symbol = Symbol::Warning;
    result.text = tr("%1 cannot be reached.").arg(m_session->config().name);
    QString seen = dayText(m_list->readAt(), QDateTime::currentDateTimeUtc());
    seen[0] = seen[0].toLower(); // "as seen today 09:12"
    result.note = tr("As seen %1.").arg(seen);
    if (m_session->client())
        result.actionText = tr("Try again");
    m_strip->showResult(result);
}

void ContentArea::updateKeyring()
{
    const Logins *logins = m_sessions->logins();
    const auto keeping = logins ? logins->keyringError() : std::nullopt;
    const auto error = logins && !keeping ? logins->readError() : keeping;
    if (!error) {
        m_keyring->hide();
        return;
    }
    ResultBar::Result result;
    result.symbol = Symbol::Lock;
    const bool isMissing = error->kind == ErrorKind::Unsupported;
    result.text = isMissing                             ? tr("There is no keyring.")
                  : error->kind == ErrorKind::Forbidden ? tr("The keyring is locked.")
                                                        : tr("The keyring does not answer.");
    result.note = !keeping              ? tr("Logins that are in it are not used.")
                  : logins->hasUnkept() ? tr("The login is kept until you quit.")
                                        : tr("The login could not be removed from it.");
    if (!isMissing && (!keeping || logins->hasUnkept()))
        result.actionText = error->kind == ErrorKind::Forbidden ? tr("Unlock…") : tr("Try again");
    m_keyring->showResult(result);
}

/// One after the other, each until it is closed.
void ContentArea::updateWarning()
{
    const QStringList warnings = m_session ? m_session->warnings() : QStringList();
    const int seen = m_warningsSeen.value(m_place.registryId);
    if (seen >= warnings.size()) {
        m_warning->hide();
        return;
    }
    ResultBar::Result result;
    result.symbol = Symbol::Warning;
    result.text = tr("%1 says:").arg(m_session->config().name);
    result.note = warnings[seen];
    m_warning->showResult(result);
}

void ContentArea::updateLocal()
{
    LocalSummary local;
    if (m_local) {
        local.running = m_local->state() == LocalRegistryControl::State::Running;
        local.address = QStringLiteral("localhost:%1").arg(m_local->port());
    }
    if (local.running) {
        local.sentence = tr("Local runs at %1, for this computer only.").arg(local.address);
    } else if (m_local && m_local->state() == LocalRegistryControl::State::Starting) {
        local.sentence = tr("Local is starting.");
    } else if (m_local && m_local->reason() && m_local->reason()->kind == ErrorKind::Conflict) {
        local.sentence = tr("Port %1 is used by another program.").arg(m_local->port());
    } else if (m_local && m_local->reason()) {
        local.sentence = tr("Local does not run: %1").arg(toQString(m_local->reason()->message));
    } else {
        local.sentence = tr("Local does not run.");
    }
    m_start->setLocal(local);
    m_emptyLocal->setLocal(local);
    update();
}

bool ContentArea::showTrouble(RegistrySession *session)
{
    const bool wantsLogin = session->state() == RegistrySession::State::NeedsLogin;
    std::optional<Error> error = session->error();
    if (session->state() == RegistrySession::State::Ready)
        error = session->repositories()->rowCount() == 0 && session->catalogAvailable()
                    ? session->repositories()->error()
                    : std::nullopt;
    if (!error && !wantsLogin)
        return false;
    ErrorContext context;
    // Where nobody answers, the address is what may be wrong.
    context.registry =
        error && isUnreachable(error->kind) ? session->displayAddress() : session->config().name;
    context.user = session->user();
    context.login = session->loginOrigin();
    context.tokenServer = session->unknownTokenServer();
    context.showedCertificate = !session->config().tls.certificateFile.isEmpty();
    m_actions.clear();
    MessagePage::Message message;
    const bool saysWhy = error && (!wantsLogin || !context.user.isEmpty() || error->httpStatus == 0);
    if (saysWhy) {
        message = errorMessage(*error, context, &m_actions);
    } else {
        message.headline = tr("%1 wants a login.").arg(context.registry);
        message.actions = {tr("Log in…")};
        m_actions = {ErrorAction::LogIn};
    }
    const QString shown = message.headline + message.reason; // there may be another certificate by now
    if (shown != m_shownMessage)
        m_message->showMessage(message);
    m_shownMessage = shown;
    m_stack->setCurrentWidget(m_message);
    return true;
}

void ContentArea::showRegistry(RegistrySession *session)
{
    const RepositoryListModel *repositories = session->repositories();
    const int count = repositories->rowCount();
    m_actions.clear();
    if (session->state() == RegistrySession::State::Connecting || (count == 0 && repositories->isLoading())) {
        showMessage(tr("Asking %1…").arg(session->config().name), {});
    } else if (session->isLocal() && count == 0) {
        m_stack->setCurrentWidget(m_emptyLocal);
    } else if (!session->catalogAvailable() && count == 0) {
        showMessage(tr("%1 does not list its repositories.").arg(session->config().name),
                    tr("Type the name of one in the field above: owner/image"));
    } else if (count == 0) {
        showMessage(tr("No images yet."), tr("%1 has no repositories.").arg(session->config().name));
    } else {
        const QString number = count == 1 ? tr("1 repository") : tr("%n repositories", nullptr, count);
        showMessage(number, tr("Choose one in the sidebar, or type its name in the field above."));
    }
}

void ContentArea::showMessage(const QString &headline, const QString &reason)
{
    if (headline != m_shownMessage) {
        MessagePage::Message message;
        message.headline = headline;
        message.reason = reason;
        m_message->showMessage(message);
        m_shownMessage = headline;
    }
    m_stack->setCurrentWidget(m_message);
}

} // namespace quayside
