// SPDX-License-Identifier: Apache-2.0
#include "model/restorestep.h"

#include "oci/qtconversions.h"

#include <QStringList>


namespace quayside {

namespace {

/// Pushes the kept bytes under one name and looks what that names then.
QCoro::Task<Result<Digest>> putAndLook(std::shared_ptr<RegistryClient> client, KeptManifest kept,
                                       TagOrDigest name, std::stop_token stop)
{
    const QByteArray bytes = kept.item.manifest;
    const auto put = co_await client->putManifest(kept.repository, name, bytes, *kept.mediaType, stop);
    if (!put)
        co_return tl::unexpected(put.error());
    const auto now = co_await client->headManifest(kept.repository, name, stop);
    if (!now)
        co_return tl::unexpected(now.error());
    co_return now->digest;
}

/// The cache of distribution takes a manifest that its garbage collection has removed for one that it has, and
/// keeps no byte of what is put. An upload as a blob writes the bytes whatever the cache says.
QCoro::Task<Result<Digest>> putByDigest(std::shared_ptr<RegistryClient> client, KeptManifest kept,
                                        std::stop_token stop)
{
    const Digest digest = kept.item.digest;
    auto putting = putAndLook(client, kept, digest, stop);
    auto put = co_await putting;
    if (put || put.error().kind != ErrorKind::NotFound)
        co_return put;
    const QByteArray bytes = kept.item.manifest;
    const auto uploaded = co_await client->uploadBlob(kept.repository, digest, bytes, stop);
    if (!uploaded)
        co_return tl::unexpected(uploaded.error());
    auto again = putAndLook(client, kept, digest, stop);
    co_return co_await again;
}

/// Sets the tags that are free; one that names another image by now is left to its new owner.
QCoro::Task<ItemRestoreResult> setTags(std::shared_ptr<RegistryClient> client, KeptManifest kept,
                                       std::stop_token stop)
{
    ItemRestoreResult result;
    result.outcome = Outcome::Done;
    for (const Tag &tag : kept.item.tags) {
        auto now = co_await client->headManifest(kept.repository, tag, stop);
        std::optional<Digest> names = now ? std::optional(now->digest) : std::nullopt;
        std::optional<Error> error = now ? std::nullopt : std::optional(now.error());
        if (error && error->kind == ErrorKind::NotFound) {
            auto putting = putAndLook(client, kept, tag, stop);
            const auto put = co_await putting;
            names = put ? std::optional(*put) : std::nullopt;
            error = put ? std::nullopt : std::optional(put.error());
        }
        if (error)
            result.error = error; // the other tags may still do
        else
            (names == kept.item.digest ? result.tags : result.tagsLeft).push_back(tag);
    }
    if (result.error)
        result.outcome = notRestored(*result.error).outcome;
    co_return result;
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

} // namespace

ItemRestoreResult notRestored(const Error &error)
{
    ItemRestoreResult result;
    result.outcome = error.kind == ErrorKind::Cancelled ? Outcome::NotSent : Outcome::Failed;
    result.error = error;
    return result;
}

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

QCoro::Task<ItemRestoreResult> restoreFromTrash(std::shared_ptr<RegistryClient> client, RestoreItem item,
                                                std::stop_token stop)
{
    const auto restored = co_await client->restore(item.repository, item.reference, true, stop);
    co_return restored ? resultOf(*restored) : notRestored(restored.error());
}

QCoro::Task<ItemRestoreResult> putBack(std::shared_ptr<RegistryClient> client, KeptManifest kept,
                                       std::stop_token stop)
{
    if (!kept.mediaType)
        co_return notRestored(Error{ErrorKind::Unsupported, 0, {}, "the kept manifest cannot be read"});
    const auto there = co_await client->headManifest(kept.repository, kept.item.digest, stop);
    if (!there && there.error().kind != ErrorKind::NotFound)
        co_return notRestored(there.error());
    if (!there) {
        auto putting = putByDigest(client, kept, stop);
        const auto put = co_await putting;
        if (!put)
            co_return notRestored(put.error());
    }
    auto tagging = setTags(client, kept, stop);
    co_return co_await tagging;
}

} // namespace quayside
