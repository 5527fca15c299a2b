// SPDX-License-Identifier: Apache-2.0
#include "pushes.h"

#include "oci/hasher.h"

#include <algorithm>
#include <latch>
#include <set>
#include <thread>

namespace quayside::test {

namespace {

const RepositoryName repository = *RepositoryName::parse("team/api");

Manifest manifestWith(const std::string &annotation)
{
    return *Manifest::parse(
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],)"
        R"("annotations":{"number":")" +
            annotation + R"("}})",
        std::nullopt, JsonRules::Strict);
}

/// As many manifests, no two of them in the same directory of data: which of two changes makes a directory is
/// decided after both were recorded.
std::vector<Manifest> manifestsApart(std::size_t count)
{
    std::vector<Manifest> manifests;
    std::set<std::string> directories;
    for (int number = 0; manifests.size() < count; ++number) {
        auto manifest = manifestWith(std::to_string(number));
        if (directories.insert(Hasher::hash(manifest.bytes()).hex().substr(0, 2)).second)
            manifests.push_back(std::move(manifest));
    }
    return manifests;
}

Tag tagOf(std::size_t number)
{
    return *Tag::parse("t" + std::to_string(number));
}

std::unique_ptr<Store> openStore(const std::filesystem::path &root, FileObserver observer)
{
    StoreOptions options;
    options.root = root;
    options.fileObserver = std::move(observer);
    return std::move(*Store::open(options));
}

} // namespace

Pushes::Pushes(const std::filesystem::path &root, std::size_t count)
{
    const auto manifests = manifestsApart(2 * count + 1);
    openStore(root, {})->putManifest(repository, tagOf(count), {}, manifests.back(), {"api", {}}).value();
    m_disk.emplace(root);
    const auto store = openStore(root, [this](const FileOperation &operation) {
        const std::lock_guard lock(m_mutex);
        m_disk->record(operation);
        return 0;
    });
    std::latch together(static_cast<std::ptrdiff_t>(count));
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < count; ++number) {
        threads.emplace_back([&, number] {
            together.arrive_and_wait();
            push(*store, number, manifests[number]);
            push(*store, number, manifests[number + count]); // the tag moves on
        });
    }
    for (auto &thread : threads)
        thread.join();
}

void Pushes::push(Store &store, std::size_t tag, const Manifest &manifest)
{
    const auto pushed = store.putManifest(repository, tagOf(tag), {}, manifest, {"api", {}});
    const std::lock_guard lock(m_mutex);
    if (pushed)
        m_acknowledged[tag].push_back({m_disk->size(), pushed->digest});
}

std::string Pushes::whatIsLost(const std::filesystem::path &root, std::size_t operations) const
{
    const auto store = openStore(root, {});
    for (const auto &[tag, pushes] : m_acknowledged) {
        const auto found = store->manifest(repository, tagOf(tag));
        if (found && !store->manifestBytes(repository, found->digest))
            return tagOf(tag).toString() + " names what cannot be read";
        std::size_t oldest = 0; // the value may be this one or any later one
        while (oldest < pushes.size() && pushes[oldest].operations < operations)
            ++oldest;
        const bool isNewEnough =
            oldest == 0 ||
            (found && std::any_of(pushes.begin() + static_cast<std::ptrdiff_t>(oldest) - 1, pushes.end(),
                                  [&](const auto &push) { return push.digest == found->digest; }));
        if (!isNewEnough)
            return tagOf(tag).toString() + " is not what was acknowledged";
    }
    return {};
}

} // namespace quayside::test
