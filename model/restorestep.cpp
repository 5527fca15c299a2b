// SPDX-License-Identifier: Apache-2.0
#include "model/restorestep.h"

#include "oci/qtconversions.h"

#include <QStringList>

#include <algorithm>
#include <set>

namespace quayside {

namespace {

ItemRestoreResult failed(const Error &error)
{
    ItemRestoreResult result;
    result.outcome = error.kind == ErrorKind::Cancelled ? Outcome::NotSent : Outcome::Failed;
    result.error = error;
    return result;
}

ItemRestoreResult incomplete(std::vector<Digest> missing, std::size_t total)
{
    ItemRestoreResult result;
    result.outcome = Outcome::Failed;
    result.error =
        Error{ErrorKind::NotFound,
              0,
              {},
              std::to_string(missing.size()) + " of " + std::to_string(total) + " layers are gone"};
    result.missing = std::move(missing);
    return result;
}

/// Blobs that the registry must have for a manifest: foreign layers live elsewhere.
std::set<Digest> neededBlobs(const Manifest &manifest)
{
    std::set<Digest> blobs;
    if (manifest.config())
        blobs.insert(manifest.config()->digest);
    for (const Descriptor &layer : manifest.layers()) {
        if (!layer.mediaType.isNondistributableLayer() || layer.urls.empty())
            blobs.insert(layer.digest);
    }
    return blobs;
}

/// Reads one byte of every blob: HEAD promises what a garbage collection has removed.
QCoro::Task<Result<std::vector<Digest>>> missingBlobs(std::shared_ptr<RegistryClient> client,
                                                      RepositoryName repository, std::set<Digest> blobs,
                                                      std::stop_token stop)
{
    std::vector<Digest> missing;
    for (const Digest &blob : blobs) {
        const auto readable = co_await client->blobReadable(repository, blob, stop);
        if (!readable)
            co_return tl::unexpected(readable.error());
        if (!*readable)
            missing.push_back(blob);
    }
    co_return missing;
}

/// Sets the tags that are free; one that names another image by now is left to its new owner.
QCoro::Task<ItemRestoreResult> setTags(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                       JournalItem kept, MediaType mediaType, std::stop_token stop)
{
    ItemRestoreResult result;
    result.outcome = Outcome::Done;
    for (const Tag &tag : kept.tags) {
        const auto now = co_await client->headManifest(repository, tag, stop);
        if (now) {
            (now->digest == kept.digest ? result.tags : result.tagsLeft).push_back(tag);
            continue;
        }
        if (now.error().kind != ErrorKind::NotFound)
            co_return failed(now.error());
        const auto set = co_await client->putManifest(repository, tag, kept.manifest, mediaType, stop);
        if (!set)
            co_return failed(set.error());
        result.tags.push_back(tag);
    }
    co_return result;
}

/// The media type to push with: what the registry called it, else what the body says.
std::optional<MediaType> mediaTypeOf(const JournalItem &kept, const Result<Manifest> &manifest)
{
    if (kept.mediaType)
        return kept.mediaType;
    return manifest ? std::optional(manifest->mediaType()) : std::nullopt;
}

/// Pushes the kept bytes again: first the proof that every blob is still there, then the manifest by its
/// digest, then the tags.
QCoro::Task<ItemRestoreResult> pushBack(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                        JournalItem kept, std::stop_token stop)
{
    const auto manifest = Manifest::parse(kept.manifest.toStdString(), kept.mediaType, JsonRules::Lenient);
    const auto mediaType = mediaTypeOf(kept, manifest);
    if (!mediaType)
        co_return failed(Error{ErrorKind::Unsupported, 0, {}, "the kept manifest cannot be read"});
    const auto there = co_await client->headManifest(repository, kept.digest, stop);
    if (!there && there.error().kind != ErrorKind::NotFound)
        co_return failed(there.error());
    if (!there) {
        const auto blobs = manifest ? neededBlobs(*manifest) : std::set<Digest>();
        auto checking = missingBlobs(client, repository, blobs, stop);
        auto missing = co_await checking;
        if (!missing)
            co_return failed(missing.error());
        if (!missing->empty())
            co_return incomplete(std::move(*missing), blobs.size());
        const auto put =
            co_await client->putManifest(repository, kept.digest, kept.manifest, *mediaType, stop);
        if (!put)
            co_return failed(put.error());
    }
    auto tagging = setTags(client, repository, kept, *mediaType, stop);
    co_return co_await tagging;
}

ItemRestoreResult resultOf(const RestoreOutcome &outcome)
{
    ItemRestoreResult result;
    result.outcome = Outcome::Done;
    result.tags = outcome.tags;
    for (const auto &left : outcome.tagsLeft)
        result.tagsLeft.push_back(left.tag);
    for (const auto &missing : outcome.missing)
        result.missing.push_back(missing.digest);
    if (!result.missing.empty()) {
        result.outcome = Outcome::Failed;
        result.error =
            Error{ErrorKind::NotFound, 0, {}, std::to_string(result.missing.size()) + " layers are gone"};
    }
    return result;
}

std::optional<Digest> subjectOf(const JournalItem &item)
{
    const auto manifest = Manifest::parse(item.manifest.toStdString(), item.mediaType, JsonRules::Lenient);
    if (!manifest || !manifest->subject())
        return {};
    return manifest->subject()->digest;
}

} // namespace

QString RestoreItem::what() const
{
    if (const auto *tag = std::get_if<Tag>(&reference))
        return toQString(tag->toString());
    QStringList names;
    for (const Tag &tag : tags)
        names.append(toQString(tag.toString()));
    return names.isEmpty() ? toQString(digest.abbreviated()) : names.join(QStringLiteral(" + "));
}

QString RestoreItem::target() const
{
    const char *separator = std::holds_alternative<Tag>(reference) ? ":" : "@";
    return toQString(repository.toString() + separator + toString(reference));
}

bool belongsTo(const JournalItem &also, const JournalItem &image)
{
    if (std::find(image.children.begin(), image.children.end(), also.digest) != image.children.end())
        return true;
    std::string prefix = image.digest.toString();
    std::replace(prefix.begin(), prefix.end(), ':', '-');
    const auto isOfImage = [&](const Tag &tag) { return tag.toString().starts_with(prefix); };
    return std::any_of(also.tags.begin(), also.tags.end(), isOfImage) || subjectOf(also) == image.digest;
}

QCoro::Task<ItemRestoreResult> restoreOne(std::shared_ptr<RegistryClient> client, RestoreItem item,
                                          std::optional<JournalItem> kept, std::stop_token stop)
{
    if (client->capabilities().quayside.isYes()) {
        const auto restored = co_await client->restore(item.repository, item.reference, true, stop);
        if (restored)
            co_return resultOf(*restored);
        if (restored.error().kind != ErrorKind::NotFound || !kept)
            co_return failed(restored.error());
        // Swept meanwhile; what this computer kept may still do.
    }
    if (!kept || kept->manifest.isEmpty())
        co_return failed(Error{ErrorKind::NotFound, 0, {}, "this computer has no copy of it"});
    auto pushing = pushBack(client, item.repository, *kept, stop);
    co_return co_await pushing;
}

} // namespace quayside
