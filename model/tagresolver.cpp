// SPDX-License-Identifier: Apache-2.0
#include "model/tagresolver.h"

#include <vector>

namespace quayside {

namespace {

constexpr int resolvers = 6; // all that a host may have; what the person clicks goes first

/// What the coroutines of one call share.
struct Resolving
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;
    ResolveProgress progress;
    std::stop_token stop;
    std::vector<Tag> open; // taken from the back
    qint64 total = 0;
    RepositoryContent content;
};

QCoro::Task<Result<void>> readContent(std::shared_ptr<Resolving> work)
{
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await work->client->contentList(work->repository, cursor, work->stop);
        if (!page)
            co_return tl::unexpected(page.error());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        for (const ContentRow &row : page->rows) {
            const RepositoryContent::Image image{row.mediaType, row.children, row.subject};
            work->content.images.insert_or_assign(row.digest, image);
            for (const Tag &tag : row.tags)
                work->content.tags.insert_or_assign(tag, row.digest);
        }
        const auto count = qint64(work->content.tags.size());
        work->progress(count, count);
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    work->content.indexesComplete = true;
    co_return Result<void>();
}

QCoro::Task<Result<void>> readList(std::shared_ptr<Resolving> work)
{
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await work->client->listTags(work->repository, cursor, work->stop);
        if (!page)
            co_return tl::unexpected(page.error());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        if (!page->invalid.isEmpty())
            co_return fail(ErrorKind::BadAnswer, "the list of tags has names that are no tags");
        work->open.insert(work->open.end(), page->rows.begin(), page->rows.end());
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    co_return Result<void>();
}

/// One of several that work on the same list.
QCoro::Task<Result<void>> resolveSome(std::shared_ptr<Resolving> work)
{
    while (!work->open.empty()) {
        const Tag tag = work->open.back();
        work->open.pop_back();
        const auto resolved =
            co_await work->client->headManifest(work->repository, tag, work->stop, Priority::Background);
        if (resolved) {
            work->content.tags.insert_or_assign(tag, resolved->digest);
            work->content.images[resolved->digest].mediaType = resolved->mediaType;
        } else if (resolved.error().kind == ErrorKind::NotFound) {
            work->content.unresolved.insert(tag);
        } else {
            work->open.clear(); // the others have nothing left to do
            co_return tl::unexpected(resolved.error());
        }
        work->progress(qint64(work->content.tags.size() + work->content.unresolved.size()), work->total);
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> resolveEach(std::shared_ptr<Resolving> work)
{
    auto reading = readList(work);
    const auto read = co_await reading;
    if (!read)
        co_return read;
    work->total = qint64(work->open.size());
    std::vector<QCoro::Task<Result<void>>> tasks;
    for (int i = 0; i < resolvers; ++i)
        tasks.push_back(resolveSome(work));
    Result<void> all;
    for (auto &task : tasks) {
        const auto done = co_await task;
        if (!done)
            all = done;
    }
    co_return all;
}

} // namespace

QCoro::Task<Result<RepositoryContent>> resolveAllTags(std::shared_ptr<RegistryClient> client,
                                                      RepositoryName repository, ResolveProgress progress,
                                                      std::stop_token stop)
{
    const bool tellsAll = client->capabilities().quayside.isYes();
    const auto work = std::make_shared<Resolving>(
        Resolving{std::move(client), std::move(repository), std::move(progress), std::move(stop), {}, 0, {}});
    auto resolving = tellsAll ? readContent(work) : resolveEach(work);
    const auto resolved = co_await resolving;
    if (!resolved)
        co_return tl::unexpected(resolved.error());
    co_return std::move(work->content);
}

} // namespace quayside
