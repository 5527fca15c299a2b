// SPDX-License-Identifier: Apache-2.0
#include "tests/support/testimage.h"

#include "oci/hasher.h"
#include "oci/qtconversions.h"

namespace quayside::test {

namespace {

QByteArray descriptor(std::string_view mediaType, const Digest &digest, qsizetype size)
{
    return R"({"mediaType":")" + toQByteArray(mediaType) + R"(","digest":")" +
           toQByteArray(digest.toString()) + R"(","size":)" + QByteArray::number(size) + '}';
}

} // namespace

RepositoryName repositoryName(const char *text)
{
    return RepositoryName::parse(text).value();
}

Tag tagName(const char *text)
{
    return Tag::parse(text).value();
}

TestImage TestImage::make(const QByteArray &seed)
{
    const QByteArray layer = "layer of " + seed;
    const QByteArray config = R"({"architecture":"amd64","os":"linux","created":"2026-11-24T07:00:00Z",)"
                              R"("config":{"Labels":{"seed":")" +
                              seed + R"("}},"rootfs":{"type":"layers","diff_ids":["sha256:)" +
                              toQByteArray(Hasher::hash(toStringView(layer)).hex()) + R"("]}})";
    const Digest layerDigest = Hasher::hash(toStringView(layer));
    const Digest configDigest = Hasher::hash(toStringView(config));
    const QByteArray manifest =
        R"({"schemaVersion":2,"mediaType":")" + toQByteArray(mediatype::ociManifest) + R"(","config":)" +
        descriptor(mediatype::ociConfig, configDigest, config.size()) + R"(,"layers":[)" +
        descriptor(mediatype::ociLayerTar, layerDigest, layer.size()) + "]}";
    return TestImage{config,
                     layer,
                     manifest,
                     configDigest,
                     layerDigest,
                     Hasher::hash(toStringView(manifest)),
                     MediaType::parse(mediatype::ociManifest).value()};
}

TestImage TestImage::attachedTo(const Digest &subject, const QByteArray &seed)
{
    TestImage image = make(seed);
    image.manifest.chop(1);
    image.manifest += ",\"subject\":" + descriptor(mediatype::ociManifest, subject, 2) + '}';
    image.digest = Hasher::hash(toStringView(image.manifest));
    return image;
}

QCoro::Task<Result<void>> push(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                               TestImage image, std::vector<Tag> tags)
{
    auto done = co_await client->uploadBlob(repository, image.layerDigest, image.layer);
    if (done)
        done = co_await client->uploadBlob(repository, image.configDigest, image.config);
    if (!done)
        co_return done;
    std::vector<TagOrDigest> names = {image.digest};
    names.insert(names.end(), tags.begin(), tags.end());
    for (const TagOrDigest &name : names) {
        const auto put = co_await client->putManifest(repository, name, image.manifest, image.mediaType);
        if (!put)
            co_return tl::unexpected(put.error());
    }
    co_return Result<void>();
}

} // namespace quayside::test
