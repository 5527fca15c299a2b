// SPDX-License-Identifier: Apache-2.0
#include "model/factsreader.h"

#include "oci/imageconfig.h"
#include "oci/qtconversions.h"

namespace quayside {

namespace {

constexpr qint64 configLimit = 8 * 1024 * 1024;

QString platformName(const Platform &platform)
{
    return toQString(platform.toString());
}

/// The date, and the platform of an image without an index, stand in the config alone.
void takeConfig(ImageFacts &facts, const QByteArray &bytes)
{
    const auto config = ImageConfig::parse(toStringView(bytes));
    if (!config)
        return;
    facts.built = trustedDate(config->created, QDateTime::currentDateTimeUtc());
    if (facts.platforms.isEmpty() && !config->platform.os.empty())
        facts.platforms.append(platformName(config->platform));
}

void takeIndex(ImageFacts &facts, const Manifest &index)
{
    for (const Descriptor &child : index.manifests()) {
        facts.children.push_back(child.digest);
        if (child.platform && !isAttestation(child))
            facts.platforms.append(platformName(*child.platform));
    }
}

bool isImageConfig(const Descriptor &config)
{
    const auto &type = config.mediaType.toString();
    return type == mediatype::ociConfig || type == mediatype::dockerConfig;
}

} // namespace

bool isAttestation(const Descriptor &child)
{
    return child.annotations.contains("vnd.docker.reference.type") ||
           (child.platform && child.platform->os == "unknown");
}

const Descriptor *preferredChild(const Manifest &index)
{
    const Descriptor *first = nullptr;
    for (const Descriptor &child : index.manifests()) {
        if (!child.platform || isAttestation(child))
            continue;
        if (child.platform->os == thisPlatform().os &&
            child.platform->architecture == thisPlatform().architecture)
            return &child;
        if (!first)
            first = &child;
    }
    return first;
}

ImageFacts factsOf(const ContentRow &row, const QDateTime &now)
{
    ImageFacts facts{row.digest};
    facts.mediaType = row.mediaType;
    facts.artifactType = row.artifactType;
    facts.platforms = row.platforms;
    facts.size = row.downloadSize;
    facts.totalSize = row.downloadSize;
    facts.built = trustedDate(row.built, now);
    facts.pushed = trustedDate(row.pushed, now);
    facts.children = row.children;
    facts.subject = row.subject;
    return facts;
}

QCoro::Task<Result<ImageFacts>> readImageFacts(std::shared_ptr<RegistryClient> client,
                                               RepositoryName repository, Digest digest, std::stop_token stop)
{
    auto fetched = co_await client->getManifest(repository, digest, stop, Priority::Background);
    if (!fetched)
        co_return tl::unexpected(fetched.error());
    ImageFacts facts{digest};
    facts.mediaType = fetched->manifest.mediaType();
    facts.artifactType = toQString(fetched->manifest.artifactType());
    if (fetched->manifest.subject())
        facts.subject = fetched->manifest.subject()->digest;
    if (fetched->manifest.isIndex()) {
        takeIndex(facts, fetched->manifest);
        const Descriptor *child = preferredChild(fetched->manifest);
        if (!child)
            co_return facts;
        const Digest childDigest = child->digest;
        fetched = co_await client->getManifest(repository, childDigest, stop, Priority::Background);
        if (!fetched)
            co_return facts; // a sparse index: what is known is worth showing
    } else {
        facts.totalSize = fetched->manifest.downloadSize();
    }
    facts.size = fetched->manifest.downloadSize();
    const auto config = fetched->manifest.config();
    if (config && isImageConfig(*config)) {
        const auto bytes =
            co_await client->getBlob(repository, config->digest, configLimit, stop, Priority::Background);
        if (bytes)
            takeConfig(facts, *bytes);
    }
    co_return facts;
}

} // namespace quayside
