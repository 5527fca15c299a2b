// SPDX-License-Identifier: Apache-2.0
#include "model/indexreader.h"

#include <set>
#include <utility>
#include <vector>

namespace quayside {

namespace {

constexpr int readers = 4;
constexpr int mostLevels = 32;                  // of indexes within indexes
constexpr std::size_t mostNested = 10'000;      // manifests that are read since an index names them
constexpr std::size_t mostChildren = 1'000'000; // of all indexes

/// What the coroutines of one call share.
struct Reading
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;
    std::stop_token stop;
    std::vector<Digest> open;  // of one level; taken from the back
    std::set<Digest> seen;     // open, being read, or read
    std::set<Digest> isNamed;  // by a tag or the person, not only by an index or a list of referrers
    std::set<Digest> isListed; // by a list of referrers
    RepositoryContent content;
    std::vector<Digest> below = {}; // the next level
    std::size_t nested = 0;
    std::size_t children = 0;
    bool isTooMuch = false;
};

/// What cannot be read.
void miss(Reading &work, const Digest &digest, const Error &why)
{
    // What only an index or a list names need not be there: then nobody can pull it.
    if (why.kind == ErrorKind::NotFound && !work.isNamed.contains(digest))
        return;
    if (why.kind == ErrorKind::Unsupported && work.isListed.contains(digest))
        work.content.attachedUnknown = true; // it says itself that it is no index
    else
        work.content.indexesComplete = false;
}

void take(Reading &work, const Digest &digest, const Manifest &manifest)
{
    auto &image = work.content.images[digest];
    image.mediaType = manifest.mediaType();
    image.children.clear();
    work.children += manifest.manifests().size();
    work.isTooMuch = work.isTooMuch || work.children > mostChildren;
    if (work.isTooMuch)
        return;
    for (const Descriptor &child : manifest.manifests()) {
        image.children.push_back(child.digest);
        auto &known = work.content.images[child.digest];
        if (!known.mediaType)
            known.mediaType = child.mediaType;
        if (mayBeIndex(work.content, child.digest) && work.seen.insert(child.digest).second)
            work.below.push_back(child.digest);
    }
    if (manifest.subject())
        image.subject = manifest.subject()->digest;
}

QCoro::Task<> readSome(std::shared_ptr<Reading> work)
{
    while (!work->open.empty() && !work->isTooMuch && !work->stop.stop_requested()) {
        const Digest digest = work->open.back();
        work->open.pop_back();
        const auto read = co_await work->client->getManifest(work->repository, digest, work->stop);
        if (read)
            take(*work, digest, read->manifest);
        else
            miss(*work, digest, read.error());
    }
}

/// Level by level, so that how deep something is does not depend on which way to it came first.
QCoro::Task<> readLevels(std::shared_ptr<Reading> work)
{
    for (int level = 0; !work->open.empty() && !work->stop.stop_requested(); ++level) {
        std::vector<QCoro::Task<>> tasks;
        for (int i = 0; i < readers; ++i)
            tasks.push_back(readSome(work));
        for (auto &task : tasks)
            co_await task;
        work->open = std::exchange(work->below, {});
        work->nested += work->open.size();
        work->isTooMuch =
            work->isTooMuch || work->nested > mostNested || (level + 1 == mostLevels && !work->open.empty());
        if (work->isTooMuch)
            break;
    }
    work->content.indexesComplete = work->content.indexesComplete && !work->isTooMuch;
}

QCoro::Task<Result<RepositoryContent>> readAll(std::shared_ptr<Reading> work)
{
    auto reading = readLevels(work);
    co_await reading;
    if (work->stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    co_return std::move(work->content);
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
    const auto work = std::make_shared<Reading>(Reading{std::move(client),
                                                        std::move(repository),
                                                        stop,
                                                        std::move(open),
                                                        named,
                                                        named,
                                                        {},
                                                        std::move(content)});
    auto reading = readAll(work);
    co_return co_await reading;
}

QCoro::Task<Result<RepositoryContent>> readListed(std::shared_ptr<RegistryClient> client,
                                                  RepositoryName repository, RepositoryContent content,
                                                  std::vector<Digest> listed, std::stop_token stop)
{
    const std::set<Digest> seen(listed.begin(), listed.end());
    const auto work = std::make_shared<Reading>(Reading{std::move(client),
                                                        std::move(repository),
                                                        stop,
                                                        std::move(listed),
                                                        seen,
                                                        {},
                                                        seen,
                                                        std::move(content)});
    auto reading = readAll(work);
    co_return co_await reading;
}

} // namespace quayside
