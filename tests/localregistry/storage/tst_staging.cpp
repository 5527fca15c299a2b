// SPDX-License-Identifier: Apache-2.0
// Objects of one change are written aside, then placed step by step.
#include "storefixture.h"

#include "localregistry/storage/filesystemdriver.h"
#include "localregistry/storage/sharedsync.h"

#include <future>
#include <thread>

namespace quayside::test {

using Kind = FileOperation::Kind;

class Staging : public StoreTest
{
protected:
    Staging()
    {
        files = std::move(*Files::open(
            root, [this](const FileOperation &operation) { return watcher.observe(operation); }));
        driver = std::move(*FilesystemDriver::create(*files));
    }

    std::string read(const std::string &path) const { return driver->read(path, 100).value_or("(none)"); }
    /// Files and directories that are aside, beside the directories that are always there.
    std::size_t leftovers() const
    {
        std::size_t count = 0;
        for (const auto &entry : std::filesystem::directory_iterator(root / "quayside.tmp"))
            count += static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(entry.path()),
                                                            std::filesystem::directory_iterator()));
        return count;
    }

    std::unique_ptr<Files> files;
    std::unique_ptr<FilesystemDriver> driver;
};

TEST_F(Staging, showsNothingBeforeItsStep)
{
    const auto staged = driver->stage({{{"a/one", "1"}}, {{"a/two", "2"}, {"b/c/three", "3"}}});
    ASSERT_TRUE(staged);
    EXPECT_FALSE(std::filesystem::exists(root / "a"));
    ASSERT_TRUE((*staged)->placeNext());
    EXPECT_EQ(read("a/one"), "1");
    EXPECT_EQ(read("a/two"), "(none)");
    ASSERT_TRUE((*staged)->placeNext());
    EXPECT_EQ(read("a/two") + read("b/c/three"), "23");
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(Staging, movesMissingDirectoriesByOneRename)
{
    ASSERT_TRUE(driver->put("there", "0"));
    watcher.start();
    const auto staged = driver->stage({{{"tags/t/index/one", "1"}, {"tags/t/current", "1"}}});
    ASSERT_TRUE(staged && (*staged)->placeNext());
    EXPECT_EQ(watcher.paths(Kind::Rename).size(), 1u);
    EXPECT_EQ(watcher.count(Kind::Sync), 6u) << "two files, three directories, the root";
    EXPECT_EQ(read("tags/t/index/one") + read("tags/t/current"), "11");
}

TEST_F(Staging, removesWhatIsNotPlaced)
{
    {
        const auto staged = driver->stage({{{"a/b/one", "1"}}, {{"two", "2"}}, {{"a/three", "3"}}});
        ASSERT_TRUE(staged && (*staged)->placeNext());
        EXPECT_GT(leftovers(), 0u);
    }
    EXPECT_EQ(leftovers(), 0u);
    EXPECT_EQ(read("a/b/one") + read("two") + read("a/three"), "1(none)(none)");
}

TEST_F(Staging, joinsADirectoryThatAnotherChangeMadeMeanwhile)
{
    const auto first = driver->stage({{{"a/b/one", "1"}}});
    const auto second = driver->stage({{{"a/b/two", "2"}, {"a/c/three", "3"}}});
    ASSERT_TRUE(first && second);
    ASSERT_TRUE((*first)->placeNext());
    ASSERT_TRUE((*second)->placeNext());
    EXPECT_EQ(read("a/b/one") + read("a/b/two") + read("a/c/three"), "123");
}

TEST_F(Staging, makesADirectoryAgainThatWasRemovedMeanwhile)
{
    ASSERT_TRUE(driver->put("a/b/one", "1"));
    const auto staged = driver->stage({{{"a/b/c/two", "2"}}, {{"a/b/three", "3"}}});
    ASSERT_TRUE(staged);
    ASSERT_TRUE(driver->discard({"a"}));
    ASSERT_TRUE((*staged)->placeNext());
    ASSERT_TRUE((*staged)->placeNext());
    EXPECT_EQ(read("a/b/c/two") + read("a/b/three"), "23");
}

TEST_F(Staging, failsWithoutATrace)
{
    ASSERT_TRUE(driver->put("there", "0"));
    const std::vector<std::vector<NewObject>> steps{{{"a/b/one", "1"}, {"a/two", "2"}}, {{"there", "3"}}};
    for (std::size_t n = 1;; ++n) {
        watcher.failAt(n, ENOSPC);
        auto staged = driver->stage(steps);
        const bool isStaged = staged.has_value();
        watcher.stop();
        if (!watcher.hasFailed())
            break;
        // What cannot be looked at is taken to be there.
        EXPECT_EQ(isStaged, watcher.operations().at(n - 1).kind == Kind::Stat) << n;
        staged = tl::unexpected(Error{});
        EXPECT_EQ(leftovers(), 0u) << n;
        EXPECT_EQ(read("a/two") + read("there"), "(none)0") << n;
        driver = std::move(*FilesystemDriver::create(*files)); // a sync that failed has broken it
        ASSERT_TRUE(driver->put("there", "0"));
    }
}

TEST_F(Staging, flushesOnceForManyChanges)
{
    if (!files->canSyncAll())
        GTEST_SKIP() << "this file system does not tell whether a flush failed";
    constexpr std::size_t count = 24;
    ASSERT_TRUE(driver->put("a/there", "0"));
    // The first flush waits until all changes have been written.
    std::atomic<std::size_t> written = 0;
    std::promise<void> all;
    const auto allWritten = all.get_future().share();
    files = std::move(*Files::open(root, [&](const FileOperation &operation) {
        if (operation.kind == Kind::Write && ++written == count)
            all.set_value();
        if (operation.kind == Kind::SyncAll || operation.kind == Kind::Sync)
            allWritten.wait();
        return watcher.observe(operation);
    }));
    driver = std::move(*FilesystemDriver::create(*files));
    watcher.start();
    std::vector<std::thread> threads;
    std::atomic<std::size_t> placed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            const auto path = "a/" + std::to_string(i);
            const auto staged = driver->stage({{{path, path}}});
            placed += staged && (*staged)->placeNext();
        });
    }
    for (auto &thread : threads)
        thread.join();
    EXPECT_EQ(placed, count);
    EXPECT_GE(watcher.count(Kind::SyncAll), 1u);
    EXPECT_LE(watcher.count(Kind::SyncAll), 3u);
    for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(read("a/" + std::to_string(i)), "a/" + std::to_string(i));
}

TEST(SharedSync, waitsForAFlushThatBeganAfterTheCall)
{
    std::atomic<int> begun = 0;
    std::promise<void> firstBegan;
    std::promise<void> firstMayEnd;
    SharedSync sync([&]() -> Result<void> {
        if (++begun == 1) {
            firstBegan.set_value();
            firstMayEnd.get_future().wait();
        }
        return {};
    });
    std::thread first([&] { EXPECT_TRUE(sync.wait()); });
    firstBegan.get_future().wait();
    std::atomic<int> seen = 0;
    std::thread second([&] {
        EXPECT_TRUE(sync.wait());
        seen = begun.load();
    });
    firstMayEnd.set_value();
    first.join();
    second.join();
    EXPECT_EQ(seen, 2);
}

TEST(SharedSync, neverRepeatsAFlushThatFailed)
{
    int flushes = 0;
    SharedSync sync([&]() -> Result<void> {
        ++flushes;
        return fail(ErrorKind::Storage, "no");
    });
    EXPECT_FALSE(sync.wait());
    EXPECT_FALSE(sync.wait());
    EXPECT_EQ(flushes, 1);
}

} // namespace quayside::test
