// SPDX-License-Identifier: Apache-2.0
#include "model/missingcontent.h"

#include <functional>
#include <utility>
#include <vector>

namespace quayside {

namespace {

constexpr int readers = 4;

/// What the coroutines of one call share.
struct Looking
{
    std::shared_ptr<RegistryClient> client;
    std::set<ContentName> blobs;
    std::vector<ContentName> open; // taken from the back
    std::stop_token stop;
    std::function<void()> looked;
    std::set<ContentName> missing;
};

QCoro::Task<Result<bool>> isThere(std::shared_ptr<Looking> work, ContentName name)
{
    if (work->blobs.contains(name)) {
        const auto readable = co_await work->client->blobReadable(name.repository, name.digest, work->stop);
        co_return readable;
    }
    const auto head = co_await work->client->headManifest(name.repository, name.digest, work->stop);
    if (!head && head.error().kind != ErrorKind::NotFound)
        co_return tl::unexpected(head.error());
    co_return head.has_value();
}

QCoro::Task<Result<void>> lookForSome(std::shared_ptr<Looking> work)
{
    while (!work->open.empty()) {
        const ContentName name = work->open.back();
        work->open.pop_back();
        auto looking = isThere(work, name);
        const auto there = co_await looking;
        if (!there) {
            work->open.clear(); // the others have nothing left to do
            co_return tl::unexpected(there.error());
        }
        if (!*there)
            work->missing.insert(name);
        if (work->looked)
            work->looked();
    }
    co_return Result<void>();
}

} // namespace

QCoro::Task<Result<std::set<ContentName>>> missingContent(std::shared_ptr<RegistryClient> client,
                                                          std::set<ContentName> blobs,
                                                          std::set<ContentName> manifests,
                                                          std::stop_token stop, std::function<void()> looked)
{
    std::vector<ContentName> open(manifests.begin(), manifests.end());
    open.insert(open.end(), blobs.begin(), blobs.end());
    const auto work = std::make_shared<Looking>(
        Looking{std::move(client), std::move(blobs), std::move(open), std::move(stop), std::move(looked), {}});
    std::vector<QCoro::Task<Result<void>>> tasks;
    for (int i = 0; i < readers; ++i)
        tasks.push_back(lookForSome(work));
    Result<void> all;
    for (auto &task : tasks) {
        const auto done = co_await task;
        if (!done)
            all = done;
    }
    if (!all)
        co_return tl::unexpected(all.error());
    co_return std::move(work->missing);
}

} // namespace quayside
