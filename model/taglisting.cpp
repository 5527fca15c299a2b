// SPDX-License-Identifier: Apache-2.0
#include "model/taglisting.h"

#include "model/imagefacts.h"

#include <functional>
#include <set>
#include <utility>

namespace quayside {

namespace {

template <typename Row>
using FetchPage = std::function<QCoro::Task<Result<Page<Row>>>(PageCursor cursor)>;

/// All pages as one.
template <typename Row>
QCoro::Task<Result<Page<Row>>> readToTheEnd(FetchPage<Row> fetch)
{
    Page<Row> whole;
    PageCursor cursor;
    for (bool more = true; more;) {
        auto fetching = fetch(cursor);
        auto page = co_await fetching;
        if (!page)
            co_return tl::unexpected(page.error());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        whole.rows.insert(whole.rows.end(), page->rows.begin(), page->rows.end());
        whole.invalid += page->invalid;
        whole.unknownRepository = whole.unknownRepository || page->unknownRepository;
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    co_return std::move(whole);
}

TagListing listingOf(const std::vector<ContentRow> &rows)
{
    TagListing listing;
    listing.tellsAll = true;
    std::set<Digest> children;
    for (const ContentRow &row : rows)
        children.insert(row.children.begin(), row.children.end());
    const auto now = QDateTime::currentDateTimeUtc();
    for (const ContentRow &row : rows) {
        ListedImage image{{}, row.digest, row.mediaType, row.downloadSize, trustedDate(row.pushed, now)};
        if (row.tags.empty() && !row.subject && !children.contains(row.digest))
            listing.untagged.push_back(image);
        for (const Tag &tag : row.tags) {
            image.tag = tag;
            listing.tags.push_back(image);
        }
    }
    return listing;
}

TagListing listingOf(const RepositoryContent &content)
{
    TagListing listing;
    for (const auto &[tag, digest] : content.tags)
        listing.tags.push_back({tag, digest, content.images.at(digest).mediaType, {}, {}});
    for (const Tag &tag : content.unresolved)
        listing.tags.push_back({tag, {}, {}, {}, {}});
    return listing;
}

TagListing listingOf(const Page<Tag> &page)
{
    TagListing listing;
    for (const Tag &tag : page.rows)
        listing.tags.push_back({tag, {}, {}, {}, {}});
    listing.unknownRepository = page.unknownRepository;
    listing.invalid = page.invalid;
    return listing;
}

template <typename Listed>
Result<TagListing> listingOf(const Result<Listed> &read)
{
    if (!read)
        return tl::unexpected(read.error());
    return listingOf(*read);
}

} // namespace

QCoro::Task<Result<TagListing>> readTagListing(std::shared_ptr<RegistryClient> client,
                                               RepositoryName repository, bool digests,
                                               ResolveProgress progress, std::stop_token stop)
{
    if (client->capabilities().quayside.isYes()) {
        const FetchPage<ContentRow> fetch = [=](PageCursor cursor) {
            return client->contentList(repository, std::move(cursor), stop);
        };
        auto reading = readToTheEnd(fetch);
        const auto page = co_await reading;
        if (!page)
            co_return tl::unexpected(page.error());
        co_return listingOf(page->rows);
    }
    if (digests) {
        auto resolving = resolveAllTags(client, repository, progress, stop);
        const auto content = co_await resolving;
        co_return listingOf(content);
    }
    const FetchPage<Tag> fetch = [=](PageCursor cursor) {
        return client->listTags(repository, std::move(cursor), stop);
    };
    auto reading = readToTheEnd(fetch);
    const auto page = co_await reading;
    co_return listingOf(page);
}

QCoro::Task<Result<std::vector<RepositoryName>>> readCatalog(std::shared_ptr<RegistryClient> client,
                                                             std::stop_token stop)
{
    const FetchPage<RepositoryName> fetch = [=](PageCursor cursor) {
        return client->listRepositories(std::move(cursor), stop);
    };
    auto reading = readToTheEnd(fetch);
    auto page = co_await reading;
    if (!page)
        co_return tl::unexpected(page.error());
    co_return std::move(page->rows);
}

} // namespace quayside
