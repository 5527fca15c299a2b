// SPDX-License-Identifier: Apache-2.0
#include "app/localregistryhost.h"

#include "model/settings.h"
#include "oci/qtconversions.h"

#include <QLoggingCategory>
#include <QStorageInfo>

namespace quayside {

namespace {

Q_LOGGING_CATEGORY(storeLog, "quayside.local.store")

constexpr quint16 firstPort = 5000;
constexpr quint16 lastPort = 5099; // searched at the first start only

} // namespace

LocalRegistryHost::LocalRegistryHost(Settings *settings, QString storeRoot, QObject *parent)
    : LocalRegistryControl(parent)
    , m_settings(settings)
    , m_storeRoot(std::move(storeRoot))
{}

LocalRegistryHost::~LocalRegistryHost() = default;

QUrl LocalRegistryHost::url() const
{
    return m_state == State::Running ? m_registry->url() : QUrl();
}

quint16 LocalRegistryHost::port() const
{
    if (m_state == State::Running)
        return quint16(m_registry->url().port());
    const int fixed = m_settings->values().localPort;
    return fixed > 0 ? quint16(fixed) : firstPort;
}

std::optional<qint64> LocalRegistryHost::freeBytes() const
{
    const QStorageInfo storage(m_storeRoot);
    return storage.isValid() && storage.isReady() ? std::optional(storage.bytesAvailable()) : std::nullopt;
}

void LocalRegistryHost::setPort(quint16 port)
{
    m_settings->set(&SettingsValues::localPort, int(port));
}

void LocalRegistryHost::start()
{
    if (m_state == State::Stopped || m_state == State::Failed)
        startAt(port());
}

void LocalRegistryHost::startAt(quint16 port)
{
    m_tried = port;
    LocalRegistryOptions options;
    options.store.root = m_storeRoot.toStdString();
    options.store.allowSparseIndex = true; // offline copies of one platform keep their index
    options.store.trashUntagged = std::chrono::hours(24 * 7);
    options.store.problemListener = [](const std::string &problem) {
        qCWarning(storeLog).noquote() << toQString(problem);
    };
    options.listen = {ListenAddress{std::nullopt, port}};
    m_registry = std::make_unique<LocalRegistry>(std::move(options));
    connect(m_registry.get(), &LocalRegistry::started, this, &LocalRegistryHost::onStarted);
    connect(m_registry.get(), &LocalRegistry::failed, this, &LocalRegistryHost::onFailed);
    connect(m_registry.get(), &LocalRegistry::stopped, this, &LocalRegistryHost::onStopped);
    setState(State::Starting);
    m_registry->startAsync();
}

void LocalRegistryHost::onStarted(const QUrl &url)
{
    m_settings->set(&SettingsValues::localPort, url.port());
    setState(State::Running);
}

void LocalRegistryHost::onFailed(const Error &error)
{
    // Only before a port was ever fixed does the search go on; the store itself being taken is the same
    // everywhere.
    const bool portIsFixed = m_settings->values().localPort > 0;
    const bool portIsTaken = error.kind == ErrorKind::Conflict && error.code != "STORE_IN_USE";
    if (!portIsFixed && portIsTaken && m_tried < lastPort) {
        QMetaObject::invokeMethod(
            this, [this] { startAt(quint16(m_tried + 1)); }, Qt::QueuedConnection);
        return;
    }
    setState(State::Failed, error);
}

void LocalRegistryHost::stop()
{
    if (m_state == State::Running)
        m_registry->stop();
}

void LocalRegistryHost::onStopped()
{
    setState(State::Stopped);
}

void LocalRegistryHost::setState(State state, std::optional<Error> reason)
{
    m_state = state;
    m_reason = std::move(reason);
    emit stateChanged();
}

} // namespace quayside
