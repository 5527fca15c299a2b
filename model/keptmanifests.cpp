// SPDX-License-Identifier: Apache-2.0
#include "model/keptmanifests.h"

#include <utility>

namespace quayside {

namespace {

constexpr int readers = 4;

/// What the coroutines of one call share.
struct Reading
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;
    std::stop_token stop;
    std::vector<Digest> open; // taken from the back
    std::set<Digest> seen;    // open, being read, or read
    KeptManifests kept;
};

std::vector<Digest> childrenOf(const RawManifest &raw)
{
    std::vector<Digest> children;
    const auto manifest = Manifest::parse(raw.bytes.toStdString(), raw.mediaType, JsonRules::Lenient);
    if (!manifest)
        return children; // kept all the same: the bytes are what counts
    for (const Descriptor &child : manifest->manifests())
        children.push_back(child.digest);
    return children;
}

void take(Reading &work, const RawManifest &raw)
{
    const auto children = childrenOf(raw);
    for (const Digest &child : children) {
        if (work.seen.insert(child).second)
            work.open.push_back(child);
    }
    if (!children.empty())
        work.kept.named.insert_or_assign(raw.digest, children);
    work.kept.manifests.insert_or_assign(raw.digest, raw);
}

QCoro::Task<> readSome(std::shared_ptr<Reading> work)
{
    while (!work->open.empty() && !work->stop.stop_requested()) {
        const Digest digest = work->open.back();
        work->open.pop_back();
        const auto raw = co_await work->client->getManifestBytes(work->repository, digest, work->stop);
        if (raw)
            take(*work, *raw);
        else
            work->kept.errors.insert_or_assign(digest, raw.error());
    }
}

void addBelow(const KeptManifests &kept, const Digest &digest, std::set<Digest> &below)
{
    for (const Digest &child : kept.children(digest)) {
        if (below.insert(child).second)
            addBelow(kept, child, below);
    }
}

} // namespace

std::vector<Digest> KeptManifests::children(const Digest &index) const
{
    std::vector<Digest> there;
    const auto found = named.find(index);
    if (found == named.end())
        return there;
    for (const Digest &child : found->second) {
        const auto error = errors.find(child);
        if (error == errors.end() || error->second.kind != ErrorKind::NotFound)
            there.push_back(child);
    }
    return there;
}

std::set<Digest> KeptManifests::below(const Digest &digest) const
{
    std::set<Digest> below;
    addBelow(*this, digest, below);
    return below;
}

std::optional<Error> KeptManifests::problem(const Digest &digest) const
{
    if (const auto own = errors.find(digest); own != errors.end())
        return own->second;
    for (const Digest &child : below(digest)) {
        if (const auto error = errors.find(child); error != errors.end())
            return error->second;
    }
    return {};
}

QCoro::Task<KeptManifests> readManifests(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                         std::set<Digest> digests, std::stop_token stop)
{
    const std::vector<Digest> open(digests.rbegin(), digests.rend());
    const auto work = std::make_shared<Reading>(
        Reading{std::move(client), std::move(repository), std::move(stop), open, std::move(digests), {}});
    std::vector<QCoro::Task<>> tasks;
    for (bool more = true; more; more = !work->open.empty() && !work->stop.stop_requested()) {
        tasks.clear();
        for (int i = 0; i < readers; ++i)
            tasks.push_back(readSome(work));
        for (auto &task : tasks)
            co_await task;
    }
    co_return std::move(work->kept);
}

} // namespace quayside
