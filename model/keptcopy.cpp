// SPDX-License-Identifier: Apache-2.0
#include "model/keptcopy.h"

#include "model/neededblobs.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"

#include <QUuid>

#include <numeric>
#include <string_view>

namespace quayside {

namespace {

constexpr std::string_view copyRoot = "undo/";
constexpr std::size_t idLength = 36; // of a UUID as text

bool isOperationId(std::string_view text)
{
    return text.size() == idLength &&
           !QUuid::fromString(QString::fromLatin1(text.data(), qsizetype(text.size()))).isNull();
}

/// Adds a manifest after everything below it.
void addInOrder(const KeptManifests &kept, const Digest &digest, std::set<Digest> &seen,
                std::vector<Digest> &order)
{
    if (!seen.insert(digest).second)
        return;
    for (const Digest &child : kept.children(digest))
        addInOrder(kept, child, seen, order);
    order.push_back(digest);
}

using Digests = std::vector<Digest>;

QCoro::Task<Result<Digests>> liveManifests(std::shared_ptr<RegistryClient> local, RepositoryName copy,
                                           std::stop_token stop)
{
    Digests digests;
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await local->contentList(copy, cursor, stop);
        if (!page)
            co_return tl::unexpected(page.error());
        for (const auto &row : page->rows)
            digests.push_back(row.digest);
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    const Result<Digests> all = std::move(digests);
    co_return all;
}

QCoro::Task<Result<std::vector<TrashRow>>> deletedThings(std::shared_ptr<RegistryClient> local,
                                                         RepositoryName copy, std::stop_token stop)
{
    std::vector<TrashRow> things;
    const std::optional<RepositoryName> where = copy;
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await local->trashList(where, cursor, stop);
        if (!page)
            co_return tl::unexpected(page.error());
        things.insert(things.end(), page->rows.begin(), page->rows.end());
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    const Result<std::vector<TrashRow>> all = std::move(things);
    co_return all;
}

/// Purges what is in the trash there. What others need goes in a later round.
QCoro::Task<Result<void>> purgeDeleted(std::shared_ptr<RegistryClient> local, RepositoryName copy,
                                       std::stop_token stop)
{
    for (bool goesOn = true; goesOn;) {
        goesOn = false;
        auto listing = deletedThings(local, copy, stop);
        const auto things = co_await listing;
        if (!things && things.error().kind == ErrorKind::NotFound)
            break;
        if (!things)
            co_return tl::unexpected(things.error());
        for (const TrashRow &thing : *things) {
            const auto purged = co_await local->purgeEntry(copy, thing.reference, stop);
            const bool isHeld = !purged && purged.error().kind == ErrorKind::Conflict;
            const bool isGone = !purged && purged.error().kind == ErrorKind::NotFound;
            if (!purged && !isHeld && !isGone)
                co_return tl::unexpected(purged.error());
            goesOn = goesOn || purged.has_value();
        }
    }
    co_return Result<void>();
}

} // namespace

std::optional<RepositoryName> keptCopyName(const QString &operationId, const QString &registry,
                                           const QString &repository)
{
    const std::string id = toStdString(operationId);
    if (!isOperationId(id))
        return {};
    const std::string begin = std::string(copyRoot) + id + '/';
    const std::string host = toStdString(registry.toLower().replace(u':', u'_'));
    if (const auto name = RepositoryName::parse(begin + host + '/' + toStdString(repository)))
        return *name;
    const auto hashed =
        RepositoryName::parse(begin + Hasher::hash(toStdString(registry + u'/' + repository)).hex());
    return hashed ? std::optional(*hashed) : std::nullopt;
}

std::optional<RepositoryName> keptCopyOf(const JournalOperation &operation)
{
    const auto name = keptCopyName(operation.id, operation.registry, operation.repository);
    const bool isIt = name && toQString(name->toString()) == operation.copy;
    return isIt ? name : std::nullopt;
}

bool isKeptCopy(const RepositoryName &repository)
{
    const std::string_view name = repository.toString();
    const std::size_t end = copyRoot.size() + idLength;
    return name.starts_with(copyRoot) && name.size() > end + 1 && name[end] == '/' &&
           isOperationId(name.substr(copyRoot.size(), idLength));
}

qint64 CopyContent::bytes() const
{
    return std::accumulate(blobs.begin(), blobs.end(), qint64(0),
                           [](qint64 sum, const auto &blob) { return sum + blob.second; });
}

Result<CopyContent> copyContentOf(const KeptManifests &kept, const std::set<Digest> &digests)
{
    std::set<Digest> seen;
    std::vector<Digest> order;
    for (const Digest &digest : digests)
        addInOrder(kept, digest, seen, order);
    CopyContent content;
    for (const Digest &digest : order) {
        const auto found = kept.manifests.find(digest);
        const auto manifest = found == kept.manifests.end()
                                  ? fail(ErrorKind::NotFound, "it was not read")
                                  : Manifest::parse(found->second.bytes.toStdString(),
                                                    found->second.mediaType, JsonRules::Lenient);
        if (!manifest)
            return fail(ErrorKind::Unsupported, digest.toString() + ": " + manifest.error().message);
        content.blobs.merge(neededBlobs(*manifest));
        const auto tag = Tag::parse("kept-" + std::to_string(content.manifests.size()));
        content.manifests.push_back(
            ManifestCopy{digest, manifest->mediaType(), found->second.bytes, std::vector<Tag>(1, *tag)});
    }
    return content;
}

QCoro::Task<Result<void>> removeCopy(std::shared_ptr<RegistryClient> local, RepositoryName copy,
                                     std::stop_token stop)
{
    auto listing = liveManifests(local, copy, stop);
    const auto live = co_await listing;
    if (!live && live.error().kind != ErrorKind::NotFound)
        co_return tl::unexpected(live.error());
    for (const Digest &digest : live.value_or(Digests())) {
        const auto deleted = co_await local->deleteManifest(copy, digest, stop);
        if (!deleted && deleted.error().kind != ErrorKind::NotFound)
            co_return tl::unexpected(deleted.error());
    }
    auto purging = purgeDeleted(local, copy, stop);
    auto purged = co_await purging;
    co_return purged;
}

} // namespace quayside
