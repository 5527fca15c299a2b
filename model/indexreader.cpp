// SPDX-License-Identifier: Apache-2.0
#include "model/indexreader.h"

#include <set>
#include <vector>

namespace quayside {

namespace {

constexpr int readers = 4;

/// What the coroutines of one call share.
struct Reading
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;
    std::stop_token stop;
    std::vector<Digest> open;  // taken from the back
    std::set<Digest> seen;     // open, being read, or read
    std::set<Digest> isNamed;  // by a tag or the person, not only by an index
    RepositoryContent content;
};

void take(Reading &work, const Digest &digest, const Result<FetchedManifest> &read)
{
    // What only an index names need not be there: then nobody can pull it.
    if (!read && read.error().kind == ErrorKind::NotFound && !work.isNamed.contains(digest))
        return;
    if (!read) {
        work.content.indexesComplete = false;
        return;
    }
    auto &image = work.content.images[digest];
    image.mediaType = read->manifest.mediaType();
    image.children.clear();
    for (const Descriptor &child : read->manifest.manifests()) {
        image.children.push_back(child.digest);
        auto &known = work.content.images[child.digest];
        if (!known.mediaType)
            known.mediaType = child.mediaType;
        if (mayBeIndex(work.content, child.digest) && work.seen.insert(child.digest).second)
            work.open.push_back(child.digest);
    }
    if (read->manifest.subject())
        image.subject = read->manifest.subject()->digest;
}

QCoro::Task<> readSome(std::shared_ptr<Reading> work)
{
    while (!work->open.empty() && !work->stop.stop_requested()) {
        const Digest digest = work->open.back();
        work->open.pop_back();
        const auto read = co_await work->client->getManifest(work->repository, digest, work->stop);
        take(*work, digest, read);
    }
}

} // namespace

bool mayBeIndex(const RepositoryContent &content, const Digest &digest)
{
    const auto found = content.images.find(digest);
    if (found == content.images.end() || !found->second.mediaType)
        return true;
    const MediaType &type = *found->second.mediaType;
    return !type.isImageManifest() && !type.isSchema1();
}

QCoro::Task<Result<RepositoryContent>> readIndexes(std::shared_ptr<RegistryClient> client,
                                                   RepositoryName repository, RepositoryContent content,
                                                   std::stop_token stop)
{
    std::vector<Digest> open;
    for (const auto &[digest, image] : content.images) {
        if (mayBeIndex(content, digest))
            open.push_back(digest);
    }
    content.indexesComplete = true;
    const std::set<Digest> named(open.begin(), open.end());
    const auto work = std::make_shared<Reading>(Reading{std::move(client), std::move(repository), stop,
                                                        std::move(open), named, named, std::move(content)});
    while (!work->open.empty() && !stop.stop_requested()) {
        std::vector<QCoro::Task<>> tasks;
        for (int i = 0; i < readers; ++i)
            tasks.push_back(readSome(work));
        for (auto &task : tasks)
            co_await task;
    }
    if (stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    co_return std::move(work->content);
}

} // namespace quayside
