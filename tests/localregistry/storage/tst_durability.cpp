// SPDX-License-Identifier: Apache-2.0
// What each change costs and in which order it reaches the disk, seen through the file wrapper.
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace quayside::test {

using Kind = FileOperation::Kind;

class Durability : public StoreTest
{
protected:
    /// An image with `count` tags, written by hand as docker-registry does: a push of each would take
    /// minutes.
    Digest writeImage(std::size_t count)
    {
        const std::string layer = "layer";
        const std::string config = "{}";
        const auto manifest =
            imageManifest(Hasher::hash(config), config.size(), Hasher::hash(layer), layer.size());
        const auto digest = Hasher::hash(manifest);
        writeFile("blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data", manifest);
        const std::string manifests = "repositories/team/api/_manifests/";
        writeFile(manifests + "revisions/sha256/" + digest.hex() + "/link", digest.toString());
        for (std::size_t i = 0; i < count; ++i)
            writeFile(manifests + "tags/t" + std::to_string(i) + "/current/link", digest.toString());
        return digest;
    }
};

TEST_F(Durability, deleteIsOneRenameWhateverTheNumberOfTags)
{
    std::vector<std::size_t> operations;
    for (const std::size_t count : {1, 10'000}) {
        root = directory / std::to_string(count);
        const auto digest = writeImage(count);
        reopen();
        ASSERT_EQ(tags(team).size(), count);
        pushImage(team, "other", {"other"}); // the repository's directories are known durable from here on
        watcher.start();
        ASSERT_TRUE(store->deleteManifest(team, digest, actor));
        EXPECT_EQ(watcher.count(Kind::Rename), 1u);
        EXPECT_EQ(watcher.count(Kind::Sync), 5u) << "a repository's first";
        operations.push_back(watcher.count());
        EXPECT_EQ(tags(team), std::vector<std::string>{"other"});
        ASSERT_TRUE(store->restore(team, digest, {}, actor));
        watcher.stop();
        EXPECT_EQ(tags(team).size(), count + 1);
    }
    EXPECT_EQ(operations[0], operations[1]);
}

TEST_F(Durability, laterDeletesTakeThreeSyncs)
{
    open();
    const auto first = pushImage(team, "one", {"a"});
    const auto second = pushImage(team, "two", {"b"});
    ASSERT_TRUE(store->deleteManifest(team, first, actor));
    watcher.start();
    ASSERT_TRUE(store->deleteManifest(team, second, actor));
    EXPECT_EQ(watcher.count(Kind::Rename), 1u);
    EXPECT_EQ(watcher.count(Kind::Sync), 3u);
    EXPECT_EQ(watcher.count(Kind::Write), 1u);
}

TEST_F(Durability, contentIsSyncedBeforeItsRename)
{
    open();
    const auto digest = pushImage(team, "one", {"a"});
    watcher.start();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    const auto syncs = watcher.paths(Kind::Sync);
    ASSERT_FALSE(syncs.empty());
    EXPECT_TRUE(syncs.front().starts_with("quayside.tmp/"));
    EXPECT_TRUE(syncs[1].ends_with(digest.hex())) << "then the directory that holds the name";
}

TEST_F(Durability, repushRenamesInOrder)
{
    open();
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b", "c"})->digest;
    pushImage(team, "two", {"c"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    watcher.start();
    ASSERT_TRUE(put(team, manifest, {"a", "c"}));
    const auto renames = watcher.paths(Kind::Rename);
    ASSERT_EQ(renames.size(), 4u) << "data, record, the tag that moved on; the others are there";
    EXPECT_TRUE(renames[0].ends_with("/data"));
    EXPECT_TRUE(renames[1].find("_deleted/sha256") != std::string::npos);
    EXPECT_TRUE(renames[2].find("tags/c/index") != std::string::npos);
    EXPECT_TRUE(renames[3].ends_with("tags/c/current/link"));
    const auto syncs = watcher.paths(Kind::Sync);
    EXPECT_TRUE(std::any_of(syncs.begin(), syncs.end(),
                            [](const auto &path) { return path.ends_with("tags/a/current/link"); }))
        << "whoever wrote it";
}

TEST_F(Durability, readsTouchNoFile)
{
    open();
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    const auto deleted = pushImage(team, "two", {"b"});
    ASSERT_TRUE(store->deleteManifest(team, deleted, actor));
    reopen();
    ASSERT_TRUE(store->manifestBytes(team, digest)); // the first one fills the cache
    watcher.start();
    EXPECT_TRUE(store->manifest(team, tag("a")));
    EXPECT_TRUE(store->manifest(team, digest));
    EXPECT_TRUE(store->manifestBytes(team, digest));
    EXPECT_FALSE(store->manifest(team, deleted));
    EXPECT_FALSE(store->manifest(team, tag("none")));
    EXPECT_FALSE(store->manifest(repo("none"), tag("none")));
    EXPECT_TRUE(store->blob(team, manifest.config()->digest));
    EXPECT_FALSE(store->blob(team, deleted));
    EXPECT_TRUE(store->tags(team, {}, 10));
    EXPECT_TRUE(store->content(team, {}, 10));
    EXPECT_EQ(store->repositories({}, 10).names.size(), 1u);
    EXPECT_EQ(store->trash(std::nullopt, {}, 10).entries.size(), 1u);
    EXPECT_TRUE(store->referrers(team, digest).empty());
    EXPECT_EQ(watcher.count(), 0u);
    EXPECT_TRUE(store->openBlob(team, manifest.config()->digest));
    EXPECT_EQ(watcher.count(Kind::Open), 1u) << "content only";
}

TEST_F(Durability, failedSyncTurnsTheStoreReadOnly)
{
    open();
    const auto digest = pushImage(team, "one", {"a"});
    watcher.start();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    watcher.failAt(3, EIO); // create, write, sync
    const auto failed = store->deleteManifest(team, digest, actor);
    watcher.stop();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::Storage);
    const auto again = store->deleteManifest(team, digest, actor);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(again.error().code, "UNAVAILABLE");
    EXPECT_TRUE(isLive(team, digest)) << "reads go on";
    reopen();
    EXPECT_TRUE(store->deleteManifest(team, digest, actor));
}

// What a killed process did is in the page cache, and may not be on the disk: nothing is shown before that.
TEST_F(Durability, theFileSystemIsSyncedAfterAKillAndAfterAnotherProgram)
{
    const auto syncsAtStart = [&] {
        watcher.start();
        open();
        watcher.stop();
        close();
        for (const auto &operation : watcher.operations()) {
            if (operation.kind == Kind::SyncAll)
                break;
            if (watcher.count(Kind::SyncAll) > 0 && operation.kind != Kind::Stat) {
                EXPECT_FALSE(operation.path.starts_with("docker")) << "nothing is read before";
            }
        }
        return watcher.count(Kind::SyncAll);
    };
    EXPECT_EQ(syncsAtStart(), 0u) << "nothing there yet";
    EXPECT_EQ(syncsAtStart(), 0u) << "after a clean stop";
    const auto state = root / "quayside.state";
    std::ifstream file(state);
    std::string text(std::istreambuf_iterator<char>(file), {});
    text.replace(text.find("clean=1"), 7, "clean=0");
    std::ofstream(state) << text;
    EXPECT_EQ(syncsAtStart(), 1u) << "after a kill";
    ASSERT_TRUE(Store::purgeAll(options));
    EXPECT_EQ(syncsAtStart(), 1u) << "after a hand-over";
    writeImage(1);
    std::filesystem::remove(state);
    EXPECT_EQ(syncsAtStart(), 1u) << "another program's store";
}

TEST_F(Durability, aStoreThatCannotBeSyncedIsNotServed)
{
    writeImage(1);
    options.fileObserver = [](const FileOperation &operation) {
        return operation.kind == Kind::SyncAll ? EIO : 0;
    };
    options.root = root;
    const auto opened = Store::open(options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::Storage);
}

TEST_F(Durability, filesArePrivate)
{
    open();
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    namespace fs = std::filesystem;
    for (const auto &entry : fs::recursive_directory_iterator(root)) {
        const auto expected =
            entry.is_directory() ? fs::perms::owner_all : fs::perms::owner_read | fs::perms::owner_write;
        EXPECT_EQ(entry.status().permissions(), expected) << entry.path();
    }
}

} // namespace quayside::test
