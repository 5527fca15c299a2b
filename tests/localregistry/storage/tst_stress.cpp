// SPDX-License-Identifier: Apache-2.0
// Threads change the same few images while others collect and sweep. Where the order of two file operations
// is what the locks are for, threads are brought together. A missing lock shows as a difference between
// memory and files, as an acknowledged change that is not there, or to the thread sanitizer.
//
// QUAYSIDE_LONG_TESTS=1 does it for a minute.
#include "storefixture.h"

#include "oci/hasher.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

namespace quayside::test {

namespace {

/// Where a file of some kind comes into being or goes.
struct Point
{
    enum class Effect { Makes, Removes };
    Effect effect;
    std::string_view part; ///< Of its path.

    bool matches(const FileOperation &operation) const
    {
        using Kind = FileOperation::Kind;
        const auto &path = effect == Effect::Makes ? operation.target : operation.path;
        const bool isOne =
            operation.kind == Kind::Rename || (effect == Effect::Removes && operation.kind == Kind::Unlink);
        return isOne && path.find(part) != std::string::npos;
    }
};

/// Whoever comes to the first point stands still there until somebody comes to the second one, but no longer
/// than a moment: a lock may keep them apart.
class Meeting
{
public:
    Meeting(std::string_view name, Point waiting, Point coming)
        : m_name(name)
        , m_waiting(waiting)
        , m_coming(coming)
    {}

    void pass(const FileOperation &operation)
    {
        if (m_coming.matches(operation) && meet())
            return;
        if (m_waiting.matches(operation))
            wait();
    }
    std::size_t count() const { return m_count; }
    std::string_view name() const { return m_name; }

private:
    bool meet()
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isWaiting)
            return false;
        m_isWaiting = false;
        ++m_count;
        m_met.notify_one();
        return true;
    }
    void wait()
    {
        std::unique_lock lock(m_mutex);
        if (m_isWaiting)
            return;
        m_isWaiting = true;
        if (!m_met.wait_for(lock, std::chrono::milliseconds(2), [&] { return !m_isWaiting; }))
            m_isWaiting = false;
    }

    const std::string_view m_name;
    const Point m_waiting;
    const Point m_coming;
    std::mutex m_mutex;
    std::condition_variable m_met;
    bool m_isWaiting = false;
    std::atomic<std::size_t> m_count = 0;
};

} // namespace

class Stress : public StoreTest
{
    using enum Point::Effect;

protected:
    Stress()
    {
        options.gcGrace = options.leaseDuration = std::chrono::seconds(0);
        options.trashRetention = std::chrono::hours(1);
        options.uploadRetention =
            std::chrono::hours(24 * 36500); // a day passes between two lines of a thread
        // The watcher of the fixture would order all operations by its lock, which hides missing ones.
        options.fileObserver = [this](const FileOperation &operation) {
            for (auto &meeting : m_meetings)
                meeting.pass(operation);
            return 0;
        };
        options.now = [this] { return clock + passed(); };
        options.steadyNow = [this] { return std::chrono::steady_clock::time_point(passed()); };
        m_days = 1; // so that every file is old enough to be collected
        open();
        for (const auto *content : contents) {
            m_images.push_back(image(team, content));
            image(m_other, content);
        }
    }

    ~Stress() override { close(); } // while what observes it is there

    /// Runs threads for as long as the test may take.
    void run(const std::function<void(unsigned seed)> &work)
    {
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < threadCount; ++i)
            threads.emplace_back(work, i + 1);
        for (auto &thread : threads)
            thread.join();
    }

    bool mayGoOn(int round) const { return isLong() ? std::chrono::steady_clock::now() < m_end : round < 60; }

    /// One change, of anything in two repositories. True if it was acknowledged.
    bool change(const RepositoryName &own, std::mt19937 &random)
    {
        const auto &repository = random() % 2 ? team : m_other;
        const auto which = random() % 2;
        const auto &manifest = m_images[which];
        const auto digest = Hasher::hash(manifest.bytes());
        const auto name = tag(std::string(1, "abc"[random() % 3]));
        const auto layer = manifest.layers().front().digest;
        switch (random() % 14) {
        case 0:
        case 1:
            return put(repository, manifest, {name.toString()}).has_value();
        case 2:
            return store->deleteManifest(repository, digest, actor).has_value();
        case 3:
            return store->deleteTag(repository, name, actor).has_value();
        case 4:
            return store->restore(repository, name, {std::nullopt, true}, actor).has_value();
        case 5:
            return store->restore(repository, digest, {}, actor).has_value();
        case 6:
            return store->deleteBlob(repository, layer, actor).has_value();
        case 7:
            return store->mountBlob(repository, layer, std::nullopt).has_value() ||
                   pushBlob(repository, contents[which]) == layer;
        case 8:
            return store->purge(repository, digest, actor).has_value();
        case 9:
        case 10:
            // Where no other thread has an open session, or a collection would have to leave it.
            pushBlob(own, unneeded[random() % unneeded.size()]);
            return true;
        case 11:
            ++m_days;
            return store->sweep().has_value();
        default:
            return store->collectGarbage({}).has_value();
        }
    }

    /// In a repository that no other thread changes, what was acknowledged is seen at once, although its
    /// layers are the same files as everybody's, and until a delete is swept it can be restored.
    void changeOwn(const RepositoryName &own, std::mt19937 &random)
    {
        const auto manifest = image(own, contents[random() % 2]);
        const auto digest = Hasher::hash(manifest.bytes());
        if (!put(own, manifest, {"mine"}))
            return; // a blob that nothing needed yet was collected
        expectReadable(own, manifest);
        EXPECT_TRUE(store->deleteManifest(own, digest, actor));
        EXPECT_FALSE(store->manifest(own, digest));
        EXPECT_FALSE(store->manifest(own, tag("mine")));
        if (store->restore(own, digest, {}, actor))
            expectReadable(own, manifest);
        else
            EXPECT_FALSE(store->manifest(own, digest));
    }

    static constexpr unsigned threadCount = 8;
    static constexpr std::array contents{"one", "two"};
    static constexpr std::array unneeded{"three", "four"}; ///< By any image: what a collection takes.
    const RepositoryName m_other = repo("other");
    std::vector<Manifest> m_images;
    std::array<Meeting, 6> m_meetings{
        {{"data collected, a layer linked", {Removes, "/blobs/"}, {Makes, "/_layers/"}},
         {"a link collected, a layer linked", {Removes, "/_layers/"}, {Makes, "/_layers/"}},
         {"data collected, data pushed", {Removes, "/blobs/"}, {Makes, "/blobs/"}},
         {"an image deleted, a tag pushed", {Makes, "/_deleted/"}, {Makes, "/current/"}},
         {"a tag pushed, a tag pushed", {Makes, "/current/"}, {Makes, "/current/"}},
         {"restored or purged, deleted or swept", {Removes, "/_deleted/"}, {Makes, "/_deleted/"}}}};

    static RepositoryName ownOf(unsigned seed) { return repo("own/" + std::to_string(seed)); }

    /// What all repositories show.
    std::string everything() const
    {
        auto text = describe(team) + describe(m_other);
        std::vector<RepositoryName> repositories{team, m_other};
        for (unsigned seed = 1; seed <= threadCount; ++seed)
            repositories.push_back(ownOf(seed));
        for (const auto &repository : repositories) {
            for (const auto *content : {contents[0], contents[1], unneeded[0], unneeded[1]}) {
                const auto blob = store->blob(repository, Hasher::hash(std::string_view(content)));
                text += blob ? "blob " + blob->digest.toString() + '\n' : "";
                EXPECT_EQ(store->openBlob(repository, Hasher::hash(std::string_view(content))).has_value(),
                          blob.has_value());
            }
        }
        return text;
    }

    static bool isLong() { return std::getenv("QUAYSIDE_LONG_TESTS") != nullptr; }

private:
    std::chrono::hours passed() const { return std::chrono::hours(25) * m_days.load(); }

    void expectReadable(const RepositoryName &repository, const Manifest &manifest)
    {
        EXPECT_TRUE(isLive(repository, Hasher::hash(manifest.bytes())));
        EXPECT_TRUE(store->manifest(repository, tag("mine")));
        EXPECT_TRUE(store->openBlob(repository, manifest.layers().front().digest));
        EXPECT_TRUE(store->openBlob(repository, manifest.config()->digest));
    }

    std::atomic<int> m_days = 0;
    const std::chrono::steady_clock::time_point m_end =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
};

TEST_F(Stress, memoryAndFilesAgree)
{
    std::atomic<int> acknowledged = 0;
    std::atomic<int> events = 0;
    store->setEventListener([&](const StoreEvent &) { ++events; });

    run([&](unsigned seed) {
        std::mt19937 random(seed);
        const auto own = ownOf(seed);
        for (int round = 0; mayGoOn(round) && !HasFailure(); ++round) {
            if (random() % 4 == 0)
                changeOwn(own, random);
            else
                acknowledged += change(own, random);
        }
    });

    std::cout << acknowledged << " changes";
    std::size_t meetings = 0;
    for (const auto &meeting : m_meetings) {
        std::cout << "; " << meeting.name() << ": " << meeting.count();
        meetings += meeting.count();
    }
    std::cout << '\n';
    EXPECT_GT(meetings, 0u);
    EXPECT_GT(acknowledged, 8);
    EXPECT_GT(events, 0);
    const auto before = everything();
    reopen();
    EXPECT_EQ(everything(), before);
    EXPECT_TRUE(store->problems().empty());
}

} // namespace quayside::test
