// SPDX-License-Identifier: Apache-2.0
#include "model/imagedetails.h"

#include "model/factsreader.h"
#include "model/registrysession.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr qint64 configLimit = 8 * 1024 * 1024;

/// The commands that made the layers, in their order. The history also lists steps without a layer.
QStringList layerCommands(const ImageConfig &config)
{
    QStringList commands;
    for (const auto &step : config.history) {
        if (!step.emptyLayer)
            commands.append(toQString(step.createdBy));
    }
    return commands;
}

QString nameOf(const Descriptor &child)
{
    return child.platform ? toQString(child.platform->toString()) : toQString(child.digest.abbreviated());
}

} // namespace

ImageDetails::ImageDetails(QObject *parent)
    : QObject(parent)
{}

ImageDetails::~ImageDetails() = default;

void ImageDetails::load(RegistrySession *session, RepositoryName repository, Digest digest)
{
    if (m_digest == digest && m_repository == repository && m_client == session->client() &&
        m_state != State::Failed)
        return;
    clear();
    m_client = session->client();
    m_repository = repository;
    m_digest = digest;
    if (!m_client)
        return;
    m_state = State::Loading;
    emit changed();
    work(m_client, repository, digest, m_lifetime.token());
}

void ImageDetails::clear()
{
    m_lifetime.restart();
    m_state = State::Empty;
    m_error.reset();
    m_client.reset();
    m_repository.reset();
    m_digest.reset();
    m_manifest.reset();
    m_platforms.clear();
    m_platformsLeftOut = 0;
    m_current = -1;
    forgetPlatform();
    emit changed();
}

void ImageDetails::forgetPlatform()
{
    m_platformManifest.reset();
    m_config.reset();
    m_layers.clear();
}

QCoro::Task<> ImageDetails::work(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                 Digest digest, std::stop_token stop)
{
    auto fetched = co_await client->getManifest(repository, digest, stop);
    if (stop.stop_requested())
        co_return;
    if (!fetched) {
        fail(fetched.error());
        co_return;
    }
    m_manifest = fetched->manifest;
    listPlatforms();
    if (!m_manifest->isIndex()) {
        auto finishing = finishPlatform(client, repository, fetched->manifest, stop);
        co_await finishing;
    } else if (m_current >= 0) {
        auto loading = loadPlatform(client, repository, m_platforms.at(m_current).digest, stop);
        co_await loading;
    } else {
        m_state = State::Ready;
        emit changed();
    }
}

void ImageDetails::listPlatforms()
{
    m_platforms.clear();
    m_platformsLeftOut = 0;
    m_current = -1;
    const Descriptor *preferred = preferredChild(*m_manifest);
    for (const Descriptor &child : m_manifest->manifests()) {
        if (isAttestation(child))
            continue;
        if (m_platforms.size() == mostPlatforms) {
            ++m_platformsLeftOut;
            continue;
        }
        if (preferred && child.digest == preferred->digest)
            m_current = int(m_platforms.size());
        m_platforms.append(ImagePlatform{nameOf(child), child.digest, child.size});
    }
    if (m_current < 0 && !m_platforms.isEmpty())
        m_current = 0;
}

void ImageDetails::setCurrentPlatform(int index)
{
    if (index == m_current || index < 0 || index >= m_platforms.size() || !m_client || !m_manifest->isIndex())
        return;
    m_lifetime.restart();
    m_current = index;
    forgetPlatform();
    m_state = State::Loading;
    emit changed();
    loadPlatform(m_client, *m_repository, m_platforms.at(index).digest, m_lifetime.token());
}

QCoro::Task<> ImageDetails::loadPlatform(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                         Digest digest, std::stop_token stop)
{
    auto fetched = co_await client->getManifest(repository, digest, stop);
    if (stop.stop_requested())
        co_return;
    if (!fetched) {
        fail(fetched.error());
        co_return;
    }
    auto finishing = finishPlatform(client, repository, fetched->manifest, stop);
    co_await finishing;
}

QCoro::Task<> ImageDetails::finishPlatform(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                           Manifest manifest, std::stop_token stop)
{
    std::optional<ImageConfig> config;
    if (manifest.config()) {
        const Digest digest = manifest.config()->digest;
        const auto bytes = co_await client->getBlob(repository, digest, configLimit, stop);
        if (stop.stop_requested())
            co_return;
        if (bytes) {
            if (const auto parsed = ImageConfig::parse(toStringView(*bytes)))
                config = *parsed;
        }
    }
    showPlatform(std::move(manifest), std::move(config));
}

void ImageDetails::showPlatform(Manifest manifest, std::optional<ImageConfig> config)
{
    const QStringList commands = config ? layerCommands(*config) : QStringList();
    const auto &layers = manifest.layers();
    const bool told = std::size_t(commands.size()) == layers.size();
    m_layers.clear();
    for (std::size_t i = 0; i < layers.size(); ++i)
        m_layers.append(
            ImageLayer{told ? commands.at(qsizetype(i)) : QString(), layers[i].digest, layers[i].size, -1});
    if (!manifest.isIndex() && m_platforms.isEmpty() && config && !config->platform.os.empty()) {
        m_platforms.append(ImagePlatform{toQString(config->platform.toString()), *m_digest,
                                         qint64(manifest.bytes().size())});
        m_current = 0;
    }
    m_platformManifest = std::move(manifest);
    m_config = std::move(config);
    m_state = State::Ready;
    emit changed();
}

void ImageDetails::fail(const Error &error)
{
    m_state = State::Failed;
    m_error = error;
    emit changed();
    emit failed(error);
}

QByteArray ImageDetails::rawJson() const
{
    return m_manifest ? toQByteArray(m_manifest->bytes()) : QByteArray();
}

qint64 ImageDetails::downloadSize() const
{
    return m_platformManifest ? m_platformManifest->downloadSize() : -1;
}

} // namespace quayside
