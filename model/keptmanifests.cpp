// SPDX-License-Identifier: Apache-2.0
#include "model/keptmanifests.h"

#include "oci/qtconversions.h"

#include <string>
#include <utility>

namespace quayside {

namespace {

constexpr int readers = 4;
constexpr const char *tooLarge = "the manifests are too large to be kept for an undo";

/// What the coroutines of one call share.
struct Reading
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;
    std::stop_token stop;
    KeepLimits limits;
    std::vector<Digest> open; // of one level; taken from the back
    std::set<Digest> seen;    // open, being read, or read
    KeptManifests kept;
    std::vector<Digest> next = {}; // the level below
    std::size_t below = 0;
    qint64 bytes = 0;
};

/// Instead of reading the rest.
void refuse(Reading &work, std::vector<Digest> rest, const std::string &why)
{
    const std::string where =
        toStdString(work.client->address().display()) + "/" + work.repository.toString();
    const Error error{ErrorKind::TooLarge, 0, {}, where + ": " + why};
    for (const Digest &digest : rest)
        work.kept.errors.insert_or_assign(digest, error);
}

void take(Reading &work, const RawManifest &raw)
{
    const auto children = childrenOf(raw);
    for (const Digest &child : children) {
        if (work.seen.insert(child).second)
            work.next.push_back(child);
    }
    if (!children.empty())
        work.kept.named.insert_or_assign(raw.digest, children);
    work.bytes += raw.bytes.size();
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
        if (work->bytes > work->limits.bytes)
            refuse(*work, std::exchange(work->open, {}), tooLarge);
    }
}

/// What the level above has named, unless it is too much.
void descend(Reading &work, int level)
{
    work.open = std::exchange(work.next, {});
    work.below += work.open.size();
    std::string why;
    if (work.bytes > work.limits.bytes)
        why = tooLarge;
    else if (level >= work.limits.levels)
        why = "an image has more than " + std::to_string(work.limits.levels) + " indexes within each other";
    else if (work.below > work.limits.below)
        why = "the images have more than " + std::to_string(work.limits.below) + " parts";
    if (!why.empty())
        refuse(work, std::exchange(work.open, {}), why);
}

} // namespace

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
    std::vector<Digest> open(1, digest);
    while (!open.empty()) {
        const Digest index = open.back();
        open.pop_back();
        for (const Digest &child : children(index)) {
            if (below.insert(child).second)
                open.push_back(child);
        }
    }
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
                                         std::set<Digest> digests, std::stop_token stop, KeepLimits limits)
{
    const std::vector<Digest> open(digests.rbegin(), digests.rend());
    const auto work = std::make_shared<Reading>(Reading{
        std::move(client), std::move(repository), std::move(stop), limits, open, std::move(digests), {}});
    // Level by level, so that how deep something is does not depend on which way to it came first.
    for (int level = 1; !work->open.empty() && !work->stop.stop_requested(); ++level) {
        std::vector<QCoro::Task<>> tasks;
        for (int i = 0; i < readers; ++i)
            tasks.push_back(readSome(work));
        for (auto &task : tasks)
            co_await task;
        descend(*work, level);
    }
    co_return std::move(work->kept);
}

} // namespace quayside
