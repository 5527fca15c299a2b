// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "oci/error.h"
#include "oci/imageconfig.h"
#include "oci/manifest.h"
#include "registryclient/registryclient.h"

#include <QByteArray>
#include <QCoroTask>
#include <QList>
#include <QObject>

#include <memory>
#include <optional>

namespace quayside {

class RegistrySession;

/// One platform of an image.
struct ImagePlatform
{
    QString name; ///< "linux/amd64"; untrusted text.
    Digest digest;
    qint64 size = 0; ///< Bytes of its manifest.
};

/// One layer of the platform shown.
struct ImageLayer
{
    QString command; ///< What made it, as the config tells; untrusted text. Empty if not told.
    Digest digest;
    qint64 size = 0;
    int sharedTags = -1; ///< Tags of this repository whose image has it too; -1: not known.
};

/// One image in depth, for the pane beside the list: its platforms, and of the platform shown the config and
/// the layers.
class ImageDetails : public QObject
{
    Q_OBJECT
public:
    enum class State { Empty, Loading, Ready, Failed };
    Q_ENUM(State)
    /// More than these are not listed: an index may name as many as its bytes have room for.
    static constexpr int mostPlatforms = 100;

    explicit ImageDetails(QObject *parent = nullptr);
    ~ImageDetails() override;

    /// Shows another image. Does nothing if it is shown already, unless that failed.
    void load(RegistrySession *session, RepositoryName repository, Digest digest);
    void clear();

    State state() const { return m_state; }
    std::optional<Error> error() const { return m_error; }
    const std::optional<Digest> &digest() const { return m_digest; }
    /// The image's manifest; an index if there are several platforms. Nothing while loading.
    const std::optional<Manifest> &manifest() const { return m_manifest; }
    /// The exact bytes, for the JSON pane.
    QByteArray rawJson() const;
    /// Attestations are not among them.
    const QList<ImagePlatform> &platforms() const { return m_platforms; }
    /// How many platforms there are besides those.
    int platformsLeftOut() const { return m_platformsLeftOut; }
    int currentPlatform() const { return m_current; }
    /// Switches the platform; loads it if needed.
    void setCurrentPlatform(int index);
    /// The manifest of the platform shown.
    const std::optional<Manifest> &platformManifest() const { return m_platformManifest; }
    const std::optional<ImageConfig> &config() const { return m_config; }
    /// In the order in which they are stacked, the base first.
    const QList<ImageLayer> &layers() const { return m_layers; }
    /// Bytes that a pull of the platform shown downloads; -1 while not known.
    qint64 downloadSize() const;

signals:
    void changed();
    void failed(const quayside::Error &error);

private:
    QCoro::Task<> work(std::shared_ptr<RegistryClient> client, RepositoryName repository, Digest digest,
                       std::stop_token stop);
    QCoro::Task<> loadPlatform(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                               Digest digest, std::stop_token stop);
    QCoro::Task<> finishPlatform(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                 Manifest manifest, std::stop_token stop);
    void listPlatforms();
    void forgetPlatform();
    void showPlatform(Manifest manifest, std::optional<ImageConfig> config);
    void fail(const Error &error);

    State m_state = State::Empty;
    std::optional<Error> m_error;
    std::shared_ptr<RegistryClient> m_client;
    std::optional<RepositoryName> m_repository;
    std::optional<Digest> m_digest;
    std::optional<Manifest> m_manifest;
    QList<ImagePlatform> m_platforms;
    int m_platformsLeftOut = 0;
    int m_current = -1;
    std::optional<Manifest> m_platformManifest;
    std::optional<ImageConfig> m_config;
    QList<ImageLayer> m_layers;
    Lifetime m_lifetime;
};

} // namespace quayside
