// SPDX-License-Identifier: Apache-2.0
#include "model/registrysession.h"

#include "model/keptcopy.h"
#include "model/repositorylistmodel.h"
#include "model/taglistmodel.h"
#include "model/tagloader.h"
#include "model/trashloader.h"
#include "model/trashmodel.h"
#include "oci/qtconversions.h"
#include "registryclient/eventstream.h"
#include "registryclient/logins/registrylogins.h"
#include "registryclient/registrywarnings.h"
#include "registryclient/transport.h"

#include <utility>

namespace quayside {

namespace {

constexpr int catchUpMilliseconds = 150;

} // namespace

RegistrySession::RegistrySession(RegistryConfig config, Transport *transport, UndoJournal *journal,
                                 QObject *parent)
    : QObject(parent)
    , m_config(std::move(config))
    , m_transport(transport)
    , m_repositories(std::make_unique<RepositoryListModel>())
    , m_trash(std::make_unique<TrashModel>())
    , m_trashLoader(std::make_unique<TrashLoader>(m_config.id, m_trash.get(), journal))
{
    m_catchUp.setSingleShot(true);
    m_catchUp.setInterval(catchUpMilliseconds);
    connect(&m_catchUp, &QTimer::timeout, this, &RegistrySession::catchUp);
    applyPinned();
}

RegistrySession::~RegistrySession()
{
    m_lifetime.restart(); // nothing may come back while members go one by one
}

bool RegistrySession::isLocal() const
{
    return m_config.id == QStringView(localRegistryId);
}

QString RegistrySession::displayAddress() const
{
    return m_address ? m_address->display() : m_config.address;
}

Capabilities RegistrySession::capabilities() const
{
    return m_client ? m_client->capabilities() : Capabilities();
}

bool RegistrySession::isQuayside() const
{
    return capabilities().quayside.isYes();
}

bool RegistrySession::catalogAvailable() const
{
    return !capabilities().catalog.isNo();
}

QString RegistrySession::unknownTokenServer() const
{
    return m_client ? m_client->unknownTokenServer() : QString();
}

LoginOrigin RegistrySession::loginOrigin() const
{
    return m_logins ? m_logins->origin() : LoginOrigin();
}

QStringList RegistrySession::warnings() const
{
    return m_client ? m_client->warnings().texts() : QStringList();
}

bool RegistrySession::lacksKeyring() const
{
    return m_logins && m_logins->keyringError().has_value();
}

TagLoader *RegistrySession::loader(const RepositoryName &repository) const
{
    const auto found = m_loaders.find(repository);
    return found == m_loaders.end() ? nullptr : found->second.get();
}

TagListModel *RegistrySession::tags(const RepositoryName &repository) const
{
    TagLoader *existing = loader(repository);
    return existing ? existing->model() : nullptr;
}

TagListModel *RegistrySession::openTags(const RepositoryName &repository)
{
    if (TagLoader *existing = loader(repository))
        return existing->model();
    auto made = std::make_unique<TagLoader>(repository);
    TagLoader *tagLoader = made.get();
    connect(tagLoader, &TagLoader::loaded, this, [this, tagLoader] {
        const TagListModel *model = tagLoader->model();
        if (model->isComplete())
            m_repositories->setTagCount(model->repository(), model->tagCount());
    });
    m_loaders.emplace(repository, std::move(made));
    if (m_state == State::Ready)
        refreshTags(repository);
    else
        open();
    return tagLoader->model();
}

void RegistrySession::refreshTags(const RepositoryName &repository)
{
    TagLoader *existing = loader(repository);
    if (existing && m_client)
        existing->load(m_client, m_config.protectedTags);
}

void RegistrySession::refreshTrash()
{
    m_trashLoader->load(isQuayside() ? m_client : nullptr);
}

void RegistrySession::open()
{
    if (m_client && (m_state == State::Idle || m_state == State::Failed))
        connectToRegistry();
}

void RegistrySession::connectOnly()
{
    m_keepsLists = false;
    open();
}

void RegistrySession::refresh()
{
    if (!m_client || m_state == State::Connecting)
        return;
    if (m_state != State::Ready) {
        m_client->logInAgain(); // a login that was refused may be another one by now
        connectToRegistry();
        return;
    }
    reloadRepositories();
    refreshTrash();
    for (const auto &[repository, tagLoader] : m_loaders)
        refreshTags(repository);
}

void RegistrySession::setLogins(std::shared_ptr<RegistryLogins> logins)
{
    m_logins = std::move(logins);
    setAccess();
}

Access RegistrySession::access() const
{
    return {m_logins, m_config.tokenServers, m_config.tls};
}

/// How the client may log in, or whom it believes, has changed.
void RegistrySession::setAccess()
{
    if (!m_client)
        return;
    m_client->setAccess(access());
    if (m_state == State::Idle)
        return;
    disconnectFromRegistry();
    connectToRegistry();
}

void RegistrySession::setConfig(const RegistryConfig &config)
{
    const bool sameAccess = config.tokenServers == m_config.tokenServers && config.tls == m_config.tls;
    const bool sameProtected = config.protectedTags == m_config.protectedTags;
    m_config = config;
    applyPinned();
    limitRate();
    if (!sameAccess)
        setAccess();
    for (const auto &[repository, tagLoader] : m_loaders) {
        if (!sameProtected && m_state == State::Ready)
            refreshTags(repository); // the rows say which tags are protected
    }
    emit configChanged();
}

void RegistrySession::setAddress(std::optional<RegistryAddress> address, std::optional<Error> why)
{
    if (address != m_address) {
        disconnectFromRegistry();
        m_address = std::move(address);
        m_client = m_address ? RegistryClient::create(m_transport, *m_address, access()) : nullptr;
        if (m_client)
            connect(&m_client->warnings(), &RegistryWarnings::added, this, &RegistrySession::warned);
        limitRate();
    }
    if (!m_address)
        setState(why ? State::Failed : State::Idle, std::move(why));
    else if (m_state != State::Ready && m_state != State::Connecting)
        setState(State::Idle);
}

void RegistrySession::limitRate()
{
    if (m_address)
        m_transport->limitRate(*m_address, m_config.requestsPerSecond);
}

void RegistrySession::connectToRegistry()
{
    setState(State::Connecting);
    connectNow(m_client, m_lifetime.token());
}

void RegistrySession::disconnectFromRegistry()
{
    m_lifetime.restart();
    m_events.reset();
    m_loadingRepositories = false;
    m_reloadRepositories = false;
    for (const auto &[repository, tagLoader] : m_loaders)
        tagLoader->stop();
}

QCoro::Task<> RegistrySession::connectNow(std::shared_ptr<RegistryClient> client, std::stop_token stop)
{
    const auto ping = co_await client->ping(stop);
    if (stop.stop_requested())
        co_return;
    if (!ping) {
        const bool wantsLogin = ping.error().kind == ErrorKind::Unauthorized;
        setState(wantsLogin ? State::NeedsLogin : State::Failed, ping.error());
        if (m_keepsLists)
            refreshTrash(); // what was deleted from here can be seen without the registry
        co_return;
    }
    co_await client->discoverExtensions(stop);
    if (stop.stop_requested())
        co_return;
    setState(State::Ready);
    emit capabilitiesChanged();
    if (!m_keepsLists)
        co_return;
    followEvents();
    reloadRepositories();
    refreshTrash();
    for (const auto &[repository, tagLoader] : m_loaders)
        refreshTags(repository);
}

void RegistrySession::setState(State state, std::optional<Error> error)
{
    m_state = state;
    m_error = std::move(error);
    emit stateChanged();
}

void RegistrySession::reloadRepositories()
{
    if (m_loadingRepositories) {
        m_reloadRepositories = true;
        return;
    }
    m_loadingRepositories = true;
    m_repositories->setStatus(true, m_repositories->isComplete(), {});
    loadRepositories(m_client, m_lifetime.token());
}

QCoro::Task<> RegistrySession::loadRepositories(std::shared_ptr<RegistryClient> client, std::stop_token stop)
{
    std::vector<RepositoryName> names;
    std::optional<Error> error;
    PageCursor cursor;
    const bool hasCopies = isLocal();
    for (bool more = true; more;) {
        auto page = co_await client->listRepositories(cursor, stop);
        if (stop.stop_requested())
            co_return;
        if (!page) {
            error = page.error();
            break;
        }
        if (hasCopies)
            std::erase_if(page->rows, isKeptCopy);
        names.insert(names.end(), page->rows.begin(), page->rows.end());
        m_repositories->add(std::move(page->rows));
        error = page->cut;
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    m_loadingRepositories = false;
    if (!error)
        m_repositories->retain(names);
    m_repositories->setStatus(false, !error, error);
    emit capabilitiesChanged();
    if (std::exchange(m_reloadRepositories, false))
        reloadRepositories();
}

void RegistrySession::followEvents()
{
    m_events = isQuayside() ? m_client->events() : nullptr;
    if (!m_events)
        return;
    connect(m_events.get(), &EventStream::received, this, &RegistrySession::take);
    connect(m_events.get(), &EventStream::reset, this, &RegistrySession::refresh);
    // What happened between the first lists and the stream's start must not be missed.
    connect(m_events.get(), &EventStream::connectedChanged, this, [this](bool connected) {
        if (connected)
            refresh();
    });
    m_events->start();
}

void RegistrySession::take(const RegistryEvent &event)
{
    if (event.type == RegistryEvent::Type::Pull || (isLocal() && isKeptCopy(event.repository)))
        return;
    m_changed.insert(event.repository);
    if (!m_catchUp.isActive())
        m_catchUp.start();
}

void RegistrySession::catchUp()
{
    const auto repositories = std::exchange(m_changed, {});
    if (m_state != State::Ready)
        return;
    reloadRepositories();
    refreshTrash();
    for (const RepositoryName &repository : repositories) {
        refreshTags(repository);
        emit repositoryChanged(toQString(repository.toString()));
    }
}

void RegistrySession::applyPinned()
{
    std::vector<RepositoryName> names;
    for (const QString &text : std::as_const(m_config.pinned)) {
        if (const auto name = RepositoryName::parse(toStdString(text)))
            names.push_back(*name);
    }
    m_repositories->setPinned(names);
}

} // namespace quayside
