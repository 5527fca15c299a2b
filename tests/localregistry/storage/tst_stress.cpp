// SPDX-License-Identifier: Apache-2.0
#include "storefixture.h"

#include <atomic>
#include <random>
#include <thread>

namespace quayside::test {

class Stress : public StoreTest
{};

// Threads push, delete, restore, purge and collect the same few images. Afterwards the index in memory must
// say what the files say: a missing lock shows as a difference, or to the thread sanitizer.
TEST_F(Stress, memoryAndFilesAgree)
{
    constexpr int threadCount = 8;
    constexpr int rounds = 60;
    options.gcGrace = options.leaseDuration = std::chrono::seconds(0);
    pass(std::chrono::hours(1)); // so that every file is old enough to be collected
    open();
    const auto other = repo("other");
    const std::vector<RepositoryName> repositories{team, other};
    const std::vector<std::string> names{"a", "b", "c"};
    std::vector<Manifest> images;
    for (const auto *content : {"one", "two"}) {
        images.push_back(image(team, content));
        image(other, content);
    }
    std::atomic<int> acknowledged = 0;
    std::atomic<int> events = 0;
    store->setEventListener([&](const StoreEvent &) { ++events; });

    const auto work = [&](unsigned seed) {
        std::mt19937 random(seed);
        const auto pick = [&](const auto &from) -> const auto &
        {
            return from[random() % from.size()];
        };
        for (int i = 0; i < rounds; ++i) {
            const auto &repository = pick(repositories);
            const auto &manifest = pick(images);
            const auto name = tag(pick(names));
            const auto layer = manifest.layers().front().digest;
            const auto live = store->manifest(repository, name);
            bool done = false;
            switch (random() % 10) {
            case 0:
            case 1:
                done = put(repository, manifest, {name.toString()}).has_value();
                break;
            case 2:
                done = live && store->deleteManifest(repository, live->digest, actor);
                break;
            case 3:
                done = store->deleteTag(repository, name, actor).has_value();
                break;
            case 4:
                done = store->restore(repository, name, {std::nullopt, true}, actor).has_value();
                break;
            case 5:
                for (const auto &entry : store->trash(repository, {}, 3).entries)
                    done = store->restore(repository, entry.digest, {}, actor).has_value();
                break;
            case 8:
                for (const auto &entry : store->trash(repository, {}, 3).entries)
                    done = store->purge(repository, entry.digest, actor).has_value();
                break;
            case 9:
                done = store->collectGarbage({}).has_value() || store->sweep().has_value();
                break;
            case 6:
                done = store->deleteBlob(repository, layer, actor).has_value();
                break;
            default:
                done = store->mountBlob(repository, layer, std::nullopt).has_value() ||
                       pushBlob(repository, i % 2 ? "one" : "two") == layer;
                break;
            }
            acknowledged += done;
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < threadCount; ++i)
        threads.emplace_back(work, i + 1);
    for (auto &thread : threads)
        thread.join();

    EXPECT_GT(acknowledged, threadCount);
    EXPECT_GT(events, 0);
    const auto before = describe(team) + describe(other);
    reopen();
    EXPECT_EQ(describe(team) + describe(other), before);
    EXPECT_TRUE(store->problems().empty());
}

} // namespace quayside::test
