// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/demodata.h"

#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/support/await.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace quayside::test {

namespace {

/// One step of the build that all demo images share; `share` is its part of the image's size.
struct Step
{
    QString command;
    double share;
};

std::vector<Step> steps()
{
    return {{QStringLiteral("FROM debian:12-slim"), 0.335},
            {QStringLiteral("ENV TZ=UTC API_LOG=json"), 0},
            {QStringLiteral("RUN apt-get update && apt-get install -y ca-certificates tzdata"), 0.231},
            {QStringLiteral("COPY --from=build /out/lib /usr/lib/api"), 0.170},
            {QStringLiteral("COPY --from=build /out/bin/api /usr/bin/api"), 0.258},
            {QStringLiteral("COPY config/api.yaml /etc/api/api.yaml"), 0.006},
            {QStringLiteral("USER 10001"), 0}};
}

QString text(const Digest &digest)
{
    return toQString(digest.toString());
}

Digest hashOf(const QByteArray &bytes)
{
    return Hasher::hash(toStringView(bytes));
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonObject descriptor(const QString &mediaType, const Digest &digest, qint64 size)
{
    return {{QStringLiteral("mediaType"), mediaType},
            {QStringLiteral("digest"), text(digest)},
            {QStringLiteral("size"), size}};
}

/// The base layers are the same in every image of a repository, what is built is not.
QJsonArray layersOf(const DemoImage &image, const QString &architecture)
{
    QJsonArray layers;
    const std::vector<Step> all = steps();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].share <= 0)
            continue;
        const bool shared = i < 3;
        const QString name =
            image.repository + architecture + all[i].command + (shared ? QString() : image.tags.first());
        // A base of 47.6 MB, or 56.6 % of what is smaller; the rest shares what is left.
        const double base = std::min(double(image.bytes) * 0.566, 47.6e6);
        const auto size = qint64(shared ? base * all[i].share / 0.566
                                        : (double(image.bytes) - base) * all[i].share / 0.434);
        QJsonObject layer =
            descriptor(QStringLiteral("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
                       hashOf(name.toUtf8()), size);
        layer.insert(QStringLiteral("urls"), QJsonArray{QStringLiteral("https://mirror.example/layer")});
        layers.append(layer);
    }
    return layers;
}

QByteArray configOf(const DemoImage &image, const QString &architecture)
{
    QJsonArray history;
    QJsonArray diffIds;
    for (const Step &step : steps()) {
        QJsonObject entry{{QStringLiteral("created_by"), step.command}};
        if (step.share <= 0)
            entry.insert(QStringLiteral("empty_layer"), true);
        else
            diffIds.append(text(hashOf((step.command + image.tags.first()).toUtf8())));
        history.append(entry);
    }
    const QJsonObject runtime{
        {QStringLiteral("User"), QStringLiteral("10001")},
        {QStringLiteral("Entrypoint"), QJsonArray{QStringLiteral("/usr/bin/api")}},
        {QStringLiteral("Cmd"), QJsonArray{QStringLiteral("serve"), QStringLiteral("--config"),
                                           QStringLiteral("/etc/api/api.yaml")}},
        {QStringLiteral("ExposedPorts"), QJsonObject{{QStringLiteral("8080/tcp"), QJsonObject()},
                                                     {QStringLiteral("9090/tcp"), QJsonObject()}}},
        {QStringLiteral("Env"),
         QJsonArray{QStringLiteral("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"),
                    QStringLiteral("TZ=UTC"), QStringLiteral("API_LOG=json")}},
        {QStringLiteral("Labels"), QJsonObject{{QStringLiteral("image.revision"), QStringLiteral("8c41d2e")},
                                               {QStringLiteral("image.licenses"), QStringLiteral("MIT")}}}};
    const QDateTime built =
        QDateTime::currentDateTimeUtc().addSecs(-std::chrono::seconds(image.age).count() - 3600);
    return compact({{QStringLiteral("architecture"), architecture},
                    {QStringLiteral("os"), QStringLiteral("linux")},
                    {QStringLiteral("created"), built.toString(Qt::ISODate)},
                    {QStringLiteral("config"), runtime},
                    {QStringLiteral("rootfs"), QJsonObject{{QStringLiteral("type"), QStringLiteral("layers")},
                                                           {QStringLiteral("diff_ids"), diffIds}}},
                    {QStringLiteral("history"), history}});
}

MediaType mediaType(const char *name)
{
    return MediaType::parse(name).value();
}

constexpr const char *imageType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char *indexType = "application/vnd.oci.image.index.v1+json";

/// Pushes config and manifest of one platform by digest; gives the manifest's bytes, or nothing if refused.
QByteArray pushPlatform(const std::shared_ptr<RegistryClient> &client, const RepositoryName &repository,
                        const DemoImage &image, const QString &architecture)
{
    const QByteArray config = configOf(image, architecture);
    if (!await(client->uploadBlob(repository, hashOf(config), config)))
        return {};
    const QByteArray manifest = compact(
        {{QStringLiteral("schemaVersion"), 2},
         {QStringLiteral("mediaType"), QString::fromLatin1(imageType)},
         {QStringLiteral("config"), descriptor(QStringLiteral("application/vnd.oci.image.config.v1+json"),
                                               hashOf(config), config.size())},
         {QStringLiteral("layers"), layersOf(image, architecture)}});
    const auto put = await(client->putManifest(repository, hashOf(manifest), manifest, mediaType(imageType)));
    return put ? manifest : QByteArray();
}

bool pushImage(const std::shared_ptr<RegistryClient> &client, const DemoImage &image)
{
    const auto repository = RepositoryName::parse(toStdString(image.repository)).value();
    QByteArray top;
    QJsonArray children;
    for (const QString &architecture : image.architectures) {
        top = pushPlatform(client, repository, image, architecture);
        if (top.isEmpty())
            return false;
        QJsonObject child = descriptor(QString::fromLatin1(imageType), hashOf(top), top.size());
        child.insert(QStringLiteral("platform"), QJsonObject{{QStringLiteral("os"), QStringLiteral("linux")},
                                                             {QStringLiteral("architecture"), architecture}});
        children.append(child);
    }
    const bool isIndex = image.architectures.size() > 1;
    if (isIndex) {
        top = compact({{QStringLiteral("schemaVersion"), 2},
                       {QStringLiteral("mediaType"), QString::fromLatin1(indexType)},
                       {QStringLiteral("manifests"), children}});
    }
    for (const QString &tag : image.tags) {
        const auto name = Tag::parse(toStdString(tag)).value();
        if (!await(client->putManifest(repository, name, top, mediaType(isIndex ? indexType : imageType))))
            return false;
    }
    return true;
}

QStringList words(const char *text)
{
    return QString::fromLatin1(text).split(u' ');
}

DemoImage demo(const char *repository, const char *tags, const char *architectures, double megabytes,
               int hours)
{
    return {QString::fromLatin1(repository), words(tags), words(architectures), qint64(megabytes * 1e6),
            std::chrono::hours(hours)};
}

} // namespace

std::vector<DemoImage> teamImages()
{
    const char *both = "amd64 arm64";
    return {demo("team/api", "1.8.4", "amd64", 76.2, 1464),
            demo("team/api", "1.9 stable", "amd64", 77, 1056),
            demo("team/api", "1.10.0", "amd64 arm64 arm", 78.4, 744),
            demo("team/api", "1.11.7", "amd64 arm64 arm", 80.9, 456),
            demo("team/api", "prod-2026-11-12", both, 81.2, 312),
            demo("team/api", "1.11.8 1.11-old", both, 81.1, 288),
            demo("team/api", "debug-symbols", "amd64", 1240, 192),
            demo("team/api", "1.12.0-rc.1", both, 83.9, 144),
            demo("team/api", "1.11.9 1.11", both, 81.3, 72),
            demo("team/api", "1.12.0-rc.2", both, 84, 48),
            demo("team/api", "pr-2288", "amd64", 90.8, 21),
            demo("team/api", "feature-bulk-delete-with-preview", "amd64", 90.7, 14),
            demo("team/api", "pr-2291", "amd64", 90.8, 9),
            demo("team/api", "nightly", both, 91, 5),
            demo("team/api", "1.12.0 1.12 latest", both, 84.1, 2),
            demo("team/web", "pr-1180", "amd64", 40, 96),
            demo("team/web", "pr-1176 2.0", both, 41, 120),
            demo("team/worker", "0.9.0", "amd64", 55, 216),
            demo("infra/proxy", "2.4.1 2.4 2", both, 31, 432),
            demo("mirror/redis", "7.0", "amd64", 45, 720)};
}

std::vector<DemoImage> localImages()
{
    return {demo("demo/hello", "1.0 latest", "amd64 arm64", 3.2, 0),
            demo("demo/shop", "1.4 1.5 2.0", "amd64", 24, 24)};
}

bool pushDemo(const std::shared_ptr<RegistryClient> &client, const std::vector<DemoImage> &images,
              ClockLag &lag)
{
    bool pushed = true;
    for (std::size_t i = 0; pushed && i < images.size(); ++i) {
        lag = std::chrono::seconds(images[i].age).count();
        pushed = pushImage(client, images[i]);
    }
    lag = 0;
    return pushed;
}

} // namespace quayside::test
