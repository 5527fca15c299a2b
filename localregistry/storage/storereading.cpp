// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"

#include <algorithm>
#include <tuple>

namespace quayside {

namespace {

tl::unexpected<Error> manifestUnknown(const RepositoryName &repository, const std::string &reference)
{
    return failWithCode(ErrorKind::NotFound, "MANIFEST_UNKNOWN",
                        "there is no manifest " + reference + " in " + repository.toString());
}

tl::unexpected<Error> blobUnknown(const RepositoryName &repository, const Digest &digest)
{
    return failWithCode(ErrorKind::NotFound, "BLOB_UNKNOWN",
                        "there is no blob " + digest.toString() + " in " + repository.toString());
}

tl::unexpected<Error> nameUnknown(const RepositoryName &repository)
{
    return failWithCode(ErrorKind::NotFound, "NAME_UNKNOWN",
                        "there is no repository " + repository.toString());
}

/// Data that was read, but not with the size that it should have, or that is not there or has grown too
/// large.
template <typename T>
bool isLost(const Result<T> &data)
{
    return data || data.error().kind == ErrorKind::NotFound || data.error().kind == ErrorKind::TooLarge;
}

} // namespace

Result<ManifestInfo> Store::manifest(const RepositoryName &repository, const TagOrDigest &reference) const
{
    const auto found = d->find(repository, "MANIFEST_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    const auto *tag = std::get_if<Tag>(&reference);
    const auto digest = tag ? (*found)->resolve(*tag) : std::get<Digest>(reference);
    auto info = digest ? (*found)->manifest(*digest) : std::nullopt;
    if (!info)
        return manifestUnknown(repository, toString(reference));
    return std::move(*info);
}

Result<ManifestHead> Store::manifestHead(const RepositoryName &repository, const TagOrDigest &reference) const
{
    if (const auto direct = d->manifestFromFiles(repository, reference))
        return *direct ? Result<ManifestHead>((*direct)->head)
                       : manifestUnknown(repository, toString(reference));
    const auto found = d->find(repository, "MANIFEST_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    auto head = (*found)->manifestHead(reference);
    if (!head)
        return manifestUnknown(repository, toString(reference));
    return *head;
}

Result<BlobInfo> Store::blob(const RepositoryName &repository, const Digest &digest) const
{
    if (const auto direct = d->blobFromFiles(repository, digest))
        return *direct ? Result<BlobInfo>((*direct)->info) : blobUnknown(repository, digest);
    const auto found = d->find(repository, "BLOB_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    const auto size = d->promisedSize(**found, digest);
    if (!size)
        return blobUnknown(repository, digest);
    return BlobInfo{digest, *size};
}

Result<NamePage> Store::tags(const RepositoryName &repository, const std::string &last,
                             std::size_t limit) const
{
    const auto found = d->repositories->find(repository);
    if (!found)
        return tl::unexpected(found.error());
    if ((*found)->isEmpty())
        return nameUnknown(repository);
    return (*found)->tags(last, limit);
}

NamePage Store::repositories(const std::string &last, std::size_t limit) const
{
    return d->repositories->listed(last, limit);
}

Result<ContentPage> Store::content(const RepositoryName &repository, const std::string &last,
                                   std::size_t limit) const
{
    const auto found = d->repositories->find(repository);
    if (!found)
        return tl::unexpected(found.error());
    if ((*found)->isEmpty())
        return nameUnknown(repository);
    return (*found)->content(last, limit);
}

TrashPage Store::trash(const std::optional<RepositoryName> &repository, const std::string &last,
                       std::size_t limit) const
{
    TrashPage page;
    if (!repository) {
        d->repositories->visitFrom(last.substr(0, last.find(' ')), [&](const Repository &next) {
            next.trash(last, limit, d->options.trashRetention, page);
            return !page.more;
        });
    } else if (const auto found = d->repositories->find(*repository)) {
        (*found)->trash(last, limit, d->options.trashRetention, page);
    }
    d->addHolders(page.entries);
    return page;
}

Result<std::vector<TagHistoryEntry>> Store::tagHistory(const RepositoryName &name, const Tag &tag) const
{
    const auto repository = d->find(name, "MANIFEST_UNKNOWN");
    if (!repository)
        return tl::unexpected(repository.error());
    const auto current = (*repository)->state(tag).current;
    std::vector<TagHistoryEntry> history;
    for (const auto &digest : d->digestsBelow(layout::tagIndex(name, tag))) {
        const auto link = d->driver->info(layout::tagIndexLink(name, tag, digest));
        if (!link)
            continue;
        const auto found = (*repository)->state(digest);
        const bool isLive = found.isLive(ContentRole::Manifest);
        const bool isInTrash = !isLive && found.manifest && !found.tombstone->sweeping;
        history.push_back({digest, link->modified, current == digest, isLive, isInTrash});
    }
    if (history.empty())
        return manifestUnknown(name, tag.toString());
    // The current one is the latest even if two came within a second.
    std::sort(history.begin(), history.end(), [](const auto &a, const auto &b) {
        return std::tie(a.isCurrent, a.time) > std::tie(b.isCurrent, b.time);
    });
    return history;
}

// A repository is loaded before anything in it is changed. So if it is not loaded even after its files were
// read, nothing has changed meanwhile.
template <typename Found>
std::optional<Result<Found>>
Store::Private::fromFiles(const RepositoryName &name,
                          const std::function<Result<Found>(const ObjectReader &)> &read) const
{
    const auto repository = repositories->locate(name);
    if (!repository || (*repository)->isLoaded())
        return std::nullopt;
    auto found = read(ObjectReader(*driver, strings, cache));
    const bool isTold = found || found.error().kind == ErrorKind::NotFound;
    return isTold && !(*repository)->isLoaded() ? std::optional(std::move(found)) : std::nullopt;
}

std::optional<Result<ObjectReader::FoundManifest>>
Store::Private::manifestFromFiles(const RepositoryName &name, const TagOrDigest &reference) const
{
    return fromFiles<ObjectReader::FoundManifest>(
        name, [&](const ObjectReader &reader) { return reader.manifest(name, reference); });
}

std::optional<Result<ObjectReader::FoundBlob>> Store::Private::blobFromFiles(const RepositoryName &name,
                                                                             const Digest &digest) const
{
    return fromFiles<ObjectReader::FoundBlob>(name, [&](const ObjectReader &reader) {
        auto found = reader.blob(name, digest);
        if (found)
            leases->renew(digest); // before it is looked again: only now is it safe from collection
        return found ? reader.blob(name, digest) : found;
    });
}

// Clients take it for granted from then on that the blob is there.
std::optional<std::int64_t> Store::Private::promisedSize(const Repository &repository, const Digest &digest)
{
    if (!repository.blobSize(digest))
        return std::nullopt;
    leases->renew(digest);
    return repository.blobSize(digest); // only now is it safe from collection
}

std::vector<Digest> Store::Private::digestsBelow(const std::string &directory) const
{
    std::vector<Digest> digests;
    for (const auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
        const std::string prefix(algorithmName(algorithm));
        const auto entries = driver->list(directory + '/' + prefix);
        if (!entries)
            continue;
        for (const auto &entry : *entries) {
            if (const auto digest = Digest::parse(prefix + ':' + entry.name))
                digests.push_back(*digest);
        }
    }
    return digests;
}

std::vector<ManifestInfo> Store::referrers(const RepositoryName &repository, const Digest &subject) const
{
    const auto found = d->repositories->find(repository);
    return found ? (*found)->referrers(subject) : std::vector<ManifestInfo>();
}

Result<std::shared_ptr<const std::string>> Store::manifestBytes(const RepositoryName &repository,
                                                                const Digest &digest) const
{
    if (const auto direct = d->manifestFromFiles(repository, digest)) {
        if (*direct)
            return (*direct)->bytes;
        return manifestUnknown(repository, digest.toString());
    }
    const auto found = d->find(repository, "MANIFEST_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    for (bool isFirst = true;; isFirst = false) {
        const auto state = (*found)->state(digest);
        if (!state.isLive(ContentRole::Manifest))
            return manifestUnknown(repository, digest.toString());
        if (auto cached = d->cache.find(digest))
            return cached;
        const auto data = (*found)->dataOf(digest);
        auto bytes = d->driver->read(layout::blobData(data), maxManifestSize);
        if (bytes && static_cast<std::int64_t>(bytes->size()) == state.manifest->size) {
            auto shared = std::make_shared<const std::string>(std::move(*bytes));
            d->cache.insert(digest, shared);
            return shared;
        }
        if (!isLost(bytes))
            return tl::unexpected(bytes.error());
        if (d->noteLost(data, state.manifest->size) || !isFirst)
            return manifestUnknown(repository, digest.toString()); // so that clients push it again
    }
}

Result<BlobFile> Store::openBlob(const RepositoryName &repository, const Digest &digest) const
{
    if (const auto direct = d->blobFromFiles(repository, digest)) {
        auto object =
            *direct ? d->driver->open(layout::blobData((*direct)->data)) : tl::unexpected((*direct).error());
        if (!object && object.error().kind == ErrorKind::NotFound)
            return blobUnknown(repository, digest);
        if (!object)
            return tl::unexpected(object.error());
        return BlobFile{{digest, object->size}, std::move(object->descriptor)};
    }
    const auto found = d->find(repository, "BLOB_UNKNOWN");
    if (!found)
        return tl::unexpected(found.error());
    for (bool isFirst = true;; isFirst = false) {
        const auto size = d->promisedSize(**found, digest);
        if (!size)
            return blobUnknown(repository, digest);
        const auto data = (*found)->dataOf(digest);
        auto object = d->driver->open(layout::blobData(data));
        if (object && object->size == *size)
            return BlobFile{{digest, object->size}, std::move(object->descriptor)};
        if (!isLost(object))
            return tl::unexpected(object.error());
        if (d->noteLost(data, *size) || !isFirst)
            return blobUnknown(repository, digest); // so that clients push it again
    }
}

} // namespace quayside
