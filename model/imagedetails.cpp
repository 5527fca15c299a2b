// SPDX-License-Identifier: Apache-2.0
#include "model/imagedetails.h"

#include "model/imagefacts.h"
#include "model/registrysession.h"
#include "oci/qtconversions.h"
#include "registryclient/http.h"

namespace quayside {

namespace {

// BuildKit lists its attestations as children of the index; they are no platforms.
bool isAttestation(const Descriptor &child)
{
    return child.annotations.contains("vnd.docker.reference.type") ||
           (child.platform && child.platform->os == "unknown" && child.platform->architecture == "unknown");
}

QString platformName(const Descriptor &child)
{
    return child.platform ? toQString(child.platform->toString()) : toQString(child.digest.abbreviated());
}

// The commands of the history steps that made a layer, in order; one more history step than layers is common.
QStringList layerCommands(const std::optional<ImageConfig> &config)
{
    QStringList commands;
    if (!config)
        return commands;
    for (const auto &step : config->history) {
        if (!step.emptyLayer)
            commands += toQString(step.createdBy);
    }
    return commands;
}

bool isImageConfig(const MediaType &type)
{
    return type.toString() == mediatype::ociConfig || type.toString() == mediatype::dockerConfig;
}

} // namespace

ImageDetails::ImageDetails(QObject *parent)
    : QObject(parent)
{}

ImageDetails::~ImageDetails() = default;

void ImageDetails::load(RegistrySession *session, RepositoryName repository, Digest digest)
{
    const auto client = session->client();
    const bool shown = m_client == client && m_repository == repository && m_digest == digest;
    if (shown && m_state != State::Failed)
        return;
    clear();
    m_client = client;
    m_repository = repository;
    m_digest = digest;
    if (!client) {
        fail(Error{ErrorKind::Refused, 0, {}, "the registry is not running"});
        return;
    }
    m_state = State::Loading;
    emit changed();
    work(client, std::move(repository), digest, m_lifetime.token());
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
    m_current = -1;
    m_platformManifest.reset();
    m_config.reset();
    m_layers.clear();
    emit changed();
}

QByteArray ImageDetails::rawJson() const
{
    return m_manifest ? toQByteArray(m_manifest->bytes()) : QByteArray();
}

qint64 ImageDetails::downloadSize() const
{
    return m_platformManifest ? m_platformManifest->downloadSize() : -1;
}

void ImageDetails::setCurrentPlatform(int index)
{
    if (index == m_current || index < 0 || index >= m_platforms.size())
        return;
    m_lifetime.restart();
    m_current = index;
    m_platformManifest.reset();
    m_config.reset();
    m_layers.clear();
    m_state = State::Loading;
    emit changed();
    loadPlatform(m_client, *m_repository, m_platforms[index].digest, m_lifetime.token());
}

QCoro::Task<> ImageDetails::work(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                 Digest digest, std::stop_token stop)
{
    const TagOrDigest reference(digest);
    const auto fetched = co_await client->getManifest(repository, reference, stop);
    if (stop.stop_requested())
        co_return;
    if (!fetched) {
        fail(fetched.error());
        co_return;
    }
    show(fetched->manifest);
    if (m_current < 0) { // an index without platforms
        m_state = State::Ready;
        emit changed();
        co_return;
    }
    const auto platform = m_platforms[m_current].digest;
    co_await loadPlatform(client, repository, platform, stop);
}

void ImageDetails::show(const Manifest &manifest)
{
    m_manifest = manifest;
    if (!manifest.isIndex()) {
        m_platforms = {ImagePlatform{QString(), *m_digest, qint64(manifest.bytes().size())}};
        m_current = 0;
        return;
    }
    for (const auto &child : manifest.manifests()) {
        if (isAttestation(child))
            continue;
        if (child.platform && child.platform->os == thisPlatform().os &&
            child.platform->architecture == thisPlatform().architecture && m_current < 0)
            m_current = int(m_platforms.size());
        m_platforms.append(ImagePlatform{platformName(child), child.digest, child.size});
    }
    if (m_current < 0 && !m_platforms.isEmpty())
        m_current = 0;
}

QCoro::Task<> ImageDetails::loadPlatform(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                         Digest digest, std::stop_token stop)
{
    std::optional<Manifest> manifest;
    if (m_digest == digest) {
        manifest = m_manifest;
    } else {
        const TagOrDigest reference(digest);
        const auto fetched = co_await client->getManifest(repository, reference, stop);
        if (stop.stop_requested())
            co_return;
        if (!fetched) {
            fail(fetched.error());
            co_return;
        }
        manifest = fetched->manifest;
    }

    std::optional<ImageConfig> config;
    if (manifest->config() && isImageConfig(manifest->config()->mediaType)) {
        const auto bytes =
            co_await client->getBlob(repository, manifest->config()->digest, limits::manifest, stop);
        if (stop.stop_requested())
            co_return;
        // An image without a readable config still has layers and a digest worth showing.
        if (auto parsed = bytes ? ImageConfig::parse(toStringView(*bytes)) : tl::unexpected(bytes.error()))
            config = std::move(*parsed);
    }
    showPlatform(*manifest, std::move(config));
}

void ImageDetails::showPlatform(Manifest manifest, std::optional<ImageConfig> config)
{
    const auto commands = layerCommands(config);
    const auto &layers = manifest.layers();
    for (std::size_t i = 0; i < layers.size(); ++i)
        m_layers.append(ImageLayer{commands.value(qsizetype(i)), layers[i].digest, layers[i].size, -1});
    if (m_platforms[m_current].name.isEmpty() && config)
        m_platforms[m_current].name = toQString(config->platform.toString());
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

} // namespace quayside
