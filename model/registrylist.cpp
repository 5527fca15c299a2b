// SPDX-License-Identifier: Apache-2.0
#include "model/registrylist.h"

#include "oci/qtconversions.h"

#include <QSettings>
#include <QUuid>

#include <algorithm>
#include <array>
#include <set>

namespace quayside {

namespace {

constexpr int colours = 8;
constexpr QLatin1String localGroup("localRegistry");

QString modeName(RegistryMode mode)
{
    switch (mode) {
    case RegistryMode::Ask:
        return QStringLiteral("ask");
    case RegistryMode::ReadOnly:
        return QStringLiteral("read-only");
    case RegistryMode::Normal:
        break;
    }
    return QStringLiteral("normal");
}

RegistryMode modeOf(const QString &name)
{
    for (const auto mode : {RegistryMode::Ask, RegistryMode::ReadOnly}) {
        if (name == modeName(mode))
            return mode;
    }
    return RegistryMode::Normal;
}

constexpr std::array loginChoices{
    std::pair(LoginChoice::Automatic, "automatic"), std::pair(LoginChoice::Own, "own"),
    std::pair(LoginChoice::Docker, "docker"), std::pair(LoginChoice::Podman, "podman"),
    std::pair(LoginChoice::Anonymous, "anonymous")};

QString loginName(LoginChoice choice)
{
    for (const auto &[known, name] : loginChoices) {
        if (known == choice)
            return QString::fromLatin1(name);
    }
    return {};
}

LoginChoice loginOf(const QString &text)
{
    for (const auto &[choice, name] : loginChoices) {
        if (text == QLatin1String(name))
            return choice;
    }
    return LoginChoice::Automatic;
}

TlsSettings readTls(const QSettings &store)
{
    TlsSettings tls;
    tls.caFile = store.value(QStringLiteral("caFile")).toString();
    const auto pinned =
        Fingerprint::parse(toStdString(store.value(QStringLiteral("pinnedCertificate")).toString()));
    if (pinned)
        tls.pinned = *pinned;
    tls.certificateFile = store.value(QStringLiteral("certificateFile")).toString();
    tls.keyFile = store.value(QStringLiteral("keyFile")).toString();
    return tls;
}

void writeTls(QSettings &store, const TlsSettings &tls)
{
    const QString pinned = tls.pinned ? toQString(tls.pinned->toString()) : QString();
    store.setValue(QStringLiteral("caFile"), tls.caFile);
    store.setValue(QStringLiteral("pinnedCertificate"), pinned);
    store.setValue(QStringLiteral("certificateFile"), tls.certificateFile);
    store.setValue(QStringLiteral("keyFile"), tls.keyFile);
}

/// What must not happen to a registry by accident.
void readGuards(const QSettings &store, RegistryConfig &config)
{
    config.mode = modeOf(store.value(QStringLiteral("mode")).toString());
    config.production = store.value(QStringLiteral("production")).toBool();
    config.protectedTags = store.value(QStringLiteral("protectedTags")).toStringList();
    config.inUseFile = store.value(QStringLiteral("inUseFile")).toString();
}

void writeGuards(QSettings &store, const RegistryConfig &config)
{
    store.setValue(QStringLiteral("mode"), modeName(config.mode));
    store.setValue(QStringLiteral("production"), config.production);
    store.setValue(QStringLiteral("protectedTags"), config.protectedTags);
    store.setValue(QStringLiteral("inUseFile"), config.inUseFile);
}

RegistryConfig read(const QSettings &store)
{
    RegistryConfig config;
    readGuards(store, config);
    config.id = store.value(QStringLiteral("id")).toString();
    config.name = store.value(QStringLiteral("name")).toString();
    config.address = store.value(QStringLiteral("address")).toString();
    config.colour = std::clamp(store.value(QStringLiteral("colour")).toInt(), 0, colours - 1);
    config.insecure = store.value(QStringLiteral("insecure")).toBool();
    config.tls = readTls(store);
    config.user = store.value(QStringLiteral("user")).toString();
    config.login = loginOf(store.value(QStringLiteral("login")).toString());
    config.tokenServers = store.value(QStringLiteral("tokenServers")).toStringList();
    config.pinned = store.value(QStringLiteral("pinned")).toStringList();
    config.requestsPerSecond = store.value(QStringLiteral("requestsPerSecond")).toInt();
    return config;
}

void write(QSettings &store, const RegistryConfig &config)
{
    store.setValue(QStringLiteral("id"), config.id);
    store.setValue(QStringLiteral("name"), config.name);
    store.setValue(QStringLiteral("address"), config.address);
    store.setValue(QStringLiteral("colour"), config.colour);
    writeGuards(store, config);
    store.setValue(QStringLiteral("insecure"), config.insecure);
    writeTls(store, config.tls);
    store.setValue(QStringLiteral("user"), config.user);
    store.setValue(QStringLiteral("login"), loginName(config.login));
    store.setValue(QStringLiteral("tokenServers"), config.tokenServers);
    store.setValue(QStringLiteral("pinned"), config.pinned);
    store.setValue(QStringLiteral("requestsPerSecond"), config.requestsPerSecond);
}

} // namespace

RegistryList::RegistryList(QSettings *store, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_local(localRegistryConfig())
{
    load();
}

std::optional<RegistryConfig> RegistryList::config(const QString &id) const
{
    const qsizetype index = indexOf(id);
    return index < 0 ? std::nullopt : std::optional(m_configs[index]);
}

RegistryConfig RegistryList::at(const RegistryAddress &address) const
{
    const QString display = address.display();
    for (const RegistryConfig &config : m_configs) {
        const auto its = addressOf(config);
        if (its && its->display() == display)
            return config;
    }
    RegistryConfig config;
    config.name = display;
    config.address = display;
    config.insecure = !address.isEncrypted();
    config.id = isFree(display) ? display : QStringLiteral("not added: ") + display;
    return config;
}

bool RegistryList::isFree(const QString &id) const
{
    return id != QStringView(localRegistryId) && indexOf(id) < 0;
}

/// The address, unless a registry that is elsewhere by now has that.
QString RegistryList::newId(const RegistryConfig &config) const
{
    const auto address = addressOf(config);
    if (address && isFree(address->display()))
        return address->display();
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QString RegistryList::add(RegistryConfig config)
{
    if (config.id.isEmpty() || !isFree(config.id))
        config.id = newId(config);
    if (config.name.isEmpty())
        config.name = config.address;
    if (config.colour == 0)
        config.colour = freeColour();
    m_configs.append(config);
    save();
    emit added(config.id);
    return config.id;
}

void RegistryList::update(const RegistryConfig &config)
{
    if (config.id == QStringView(localRegistryId))
        return updateLocal(config);
    const qsizetype index = indexOf(config.id);
    if (index < 0 || m_configs[index] == config)
        return;
    m_configs[index] = config;
    save();
    emit updated(config.id);
}

void RegistryList::updateLocal(const RegistryConfig &config)
{
    if (config == m_local)
        return;
    m_store->beginGroup(localGroup);
    writeGuards(*m_store, config);
    m_local = localRegistryConfig();
    readGuards(*m_store, m_local);
    m_store->endGroup();
    emit updated(m_local.id);
}

void RegistryList::remove(const QString &id)
{
    const qsizetype index = indexOf(id);
    if (index < 0)
        return;
    m_configs.removeAt(index);
    save();
    emit removed(id);
}

qsizetype RegistryList::indexOf(const QString &id) const
{
    const auto found =
        std::find_if(m_configs.begin(), m_configs.end(), [&](const auto &config) { return config.id == id; });
    return found == m_configs.end() ? -1 : found - m_configs.begin();
}

/// The first colour that no registry has; 0 is Local's.
int RegistryList::freeColour() const
{
    std::set<int> taken{0};
    for (const auto &config : m_configs)
        taken.insert(config.colour);
    for (int colour = 1; colour < colours; ++colour) {
        if (!taken.contains(colour))
            return colour;
    }
    return 1 + int(m_configs.size()) % (colours - 1);
}

void RegistryList::load()
{
    const int count = m_store->beginReadArray(QStringLiteral("registries"));
    for (int i = 0; i < count; ++i) {
        m_store->setArrayIndex(i);
        auto config = read(*m_store);
        if (!config.id.isEmpty())
            m_configs.append(std::move(config));
    }
    m_store->endArray();
    m_store->beginGroup(localGroup);
    readGuards(*m_store, m_local);
    m_store->endGroup();
}

void RegistryList::save()
{
    m_store->remove(QStringLiteral("registries"));
    m_store->beginWriteArray(QStringLiteral("registries"), int(m_configs.size()));
    for (int i = 0; i < m_configs.size(); ++i) {
        m_store->setArrayIndex(i);
        write(*m_store, m_configs[i]);
    }
    m_store->endArray();
}

} // namespace quayside
