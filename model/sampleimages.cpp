// SPDX-License-Identifier: Apache-2.0
#include "model/sampleimages.h"

#include "model/samplearchive.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"

#include <nlohmann/json.hpp>

namespace quayside {

namespace {

using Json = nlohmann::ordered_json; // keeps the order of the specification's examples

struct Layer
{
    QByteArray path;
    QByteArray line; ///< Repeated `lines` times: the content of the one file.
    int lines;
    std::string command;
};

/// Literals that must parse.
RepositoryName repository(const char *text)
{
    return RepositoryName::parse(text).value();
}

std::vector<Tag> tags(const std::vector<const char *> &texts)
{
    std::vector<Tag> parsed;
    for (const char *text : texts)
        parsed.push_back(Tag::parse(text).value());
    return parsed;
}

MediaType type(std::string_view text)
{
    return MediaType::parse(text).value();
}

QByteArray bytesOf(const Json &json)
{
    return toQByteArray(json.dump());
}

Digest digestOf(const QByteArray &bytes)
{
    return Hasher::hash(toStringView(bytes));
}

SampleImage::Blob blobOf(const QByteArray &bytes)
{
    return {digestOf(bytes), bytes};
}

Json descriptor(std::string_view mediaType, const Digest &digest, qsizetype size)
{
    return Json{{"mediaType", mediaType}, {"digest", digest.toString()}, {"size", size}};
}

SampleImage pushable(const char *name, std::string_view mediaType, const Json &manifest,
                     std::vector<SampleImage::Blob> blobs, std::vector<Tag> names)
{
    const QByteArray bytes = bytesOf(manifest);
    return {repository(name), std::move(blobs), digestOf(bytes), type(mediaType), bytes, std::move(names)};
}

SampleImage image(const char *name, const std::string &architecture, const std::string &created,
                  const std::vector<Layer> &layers, std::vector<Tag> names)
{
    std::vector<SampleImage::Blob> blobs;
    Json history = Json::array();
    Json diffIds = Json::array();
    Json descriptors = Json::array();
    for (const Layer &layer : layers) {
        const QByteArray tar = tarOf(layer.path, layer.line.repeated(layer.lines));
        const QByteArray gzip = gzipOf(tar);
        blobs.push_back(blobOf(gzip));
        diffIds.push_back(digestOf(tar).toString());
        descriptors.push_back(descriptor(mediatype::ociLayerGzip, blobs.back().digest, gzip.size()));
        history.push_back({{"created", created}, {"created_by", layer.command}});
    }
    const Json config{{"created", created},
                      {"architecture", architecture},
                      {"os", "linux"},
                      {"config",
                       {{"User", "app"},
                        {"Env", {"PATH=/usr/local/bin:/usr/bin:/bin"}},
                        {"Cmd", {"/bin/hello"}},
                        {"Labels", {{"org.opencontainers.image.title", name}}}}},
                      {"rootfs", {{"type", "layers"}, {"diff_ids", diffIds}}},
                      {"history", history}};
    blobs.push_back(blobOf(bytesOf(config)));
    const Json manifest{
        {"schemaVersion", 2},
        {"mediaType", mediatype::ociManifest},
        {"config", descriptor(mediatype::ociConfig, blobs.back().digest, blobs.back().bytes.size())},
        {"layers", descriptors}};
    return pushable(name, mediatype::ociManifest, manifest, std::move(blobs), std::move(names));
}

SampleImage index(const char *name, const std::vector<std::pair<std::string, SampleImage>> &platforms,
                  std::vector<Tag> names)
{
    Json children = Json::array();
    for (const auto &[architecture, child] : platforms) {
        Json entry = descriptor(mediatype::ociManifest, child.digest, child.manifest.size());
        entry["platform"] = {{"architecture", architecture}, {"os", "linux"}};
        children.push_back(std::move(entry));
    }
    const Json manifest{{"schemaVersion", 2}, {"mediaType", mediatype::ociIndex}, {"manifests", children}};
    return pushable(name, mediatype::ociIndex, manifest, {}, std::move(names));
}

/// A list of what is inside, attached to an image (OCI Image Specification, "Guidance for artifacts").
SampleImage sbom(const char *name, const SampleImage &subject)
{
    constexpr auto spdx = "application/spdx+json";
    const QByteArray empty = QByteArrayLiteral("{}");
    const Json document{{"spdxVersion", "SPDX-2.3"},
                        {"name", name},
                        {"packages", {{{"name", "hello"}, {"versionInfo", "1.0"}}}}};
    const QByteArray content = bytesOf(document);
    std::vector<SampleImage::Blob> blobs;
    blobs.push_back(blobOf(empty));
    blobs.push_back(blobOf(content));
    const Json layers = Json::array({descriptor(spdx, digestOf(content), content.size())});
    const Json manifest{
        {"schemaVersion", 2},
        {"mediaType", mediatype::ociManifest},
        {"artifactType", spdx},
        {"config", descriptor(mediatype::ociEmpty, digestOf(empty), empty.size())},
        {"layers", layers},
        {"subject", descriptor(subject.mediaType.toString(), subject.digest, subject.manifest.size())}};
    return pushable(name, mediatype::ociManifest, manifest, std::move(blobs), {});
}

void addHello(std::vector<SampleImage> &images)
{
    constexpr auto name = "demo/hello";
    const std::string created = "2026-03-02T09:00:00Z";
    std::vector<std::pair<std::string, SampleImage>> platforms;
    for (const std::string architecture : {"amd64", "arm64"}) {
        const QByteArray line = "echo hello from " + toQByteArray(architecture) + '\n';
        const std::vector<Layer> layers{
            {"etc/os-release", "NAME=\"Sample base\"\n", 1500, "ADD rootfs.tar /"},
            {"bin/hello", line, 700, "COPY hello /bin/hello"}};
        platforms.emplace_back(architecture, image(name, architecture, created, layers, {}));
        images.push_back(platforms.back().second);
    }
    images.push_back(index(name, platforms, tags({"1.0", "latest"})));
    const SampleImage subject = images.back();
    images.push_back(sbom(name, subject));
}

void addShop(std::vector<SampleImage> &images)
{
    constexpr auto name = "demo/shop";
    struct Version
    {
        const char *number;
        std::string created;
        int lines;
        std::vector<const char *> tags;
    };
    const std::vector<Version> versions{{"1.0.0", "2026-01-12T10:00:00Z", 900, {"1.0.0"}},
                                        {"1.1.0", "2026-02-20T10:00:00Z", 1400, {"1.1.0"}},
                                        {"2.0.0", "2026-04-07T10:00:00Z", 2600, {"2.0.0", "stable"}}};
    for (const Version &version : versions) {
        const std::vector<Layer> layers{
            {"etc/os-release", "NAME=\"Sample base\"\n", 1500, "ADD rootfs.tar /"},
            {"usr/lib/shop/runtime", "the runtime that all versions share\n", 4000, "RUN install-runtime"},
            {"srv/shop/app", QByteArray("shop ") + version.number + '\n', version.lines,
             "COPY app /srv/shop"}};
        images.push_back(image(name, "amd64", version.created, layers, tags(version.tags)));
    }
}

} // namespace

std::vector<SampleImage> sampleImages()
{
    std::vector<SampleImage> images;
    addHello(images);
    addShop(images);
    return images;
}

} // namespace quayside
