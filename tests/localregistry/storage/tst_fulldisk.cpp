// SPDX-License-Identifier: Apache-2.0
// On a full disk pushes are refused with the old state intact, and deletes still work.
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <fstream>
#include <sys/mount.h>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;
using Kind = FileOperation::Kind;
using Names = std::vector<std::string>;

class FullDisk : public StoreTest
{
protected:
    /// Four deletes: a repository's first, one more, one over an earlier record, and a tag.
    void deletesWork()
    {
        const auto other = repo("other");
        const auto manifest = image(team, "one");
        const auto first = put(team, manifest, {"a", "b"})->digest;
        const auto second = pushImage(team, "two", {"c", "d"});
        const auto elsewhere = pushImage(other, "three", {"v1"});
        fillDisk();
        const auto refused = put(team, manifest, {"new"});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::NoSpace);
        ASSERT_TRUE(store->deleteManifest(team, first, actor));
        ASSERT_TRUE(store->deleteTag(team, tag("c"), actor));
        ASSERT_TRUE(store->deleteManifest(other, elsewhere, actor));
        EXPECT_FALSE(isLive(team, first));
        ASSERT_TRUE(store->restore(team, first, {}, actor)) << "a restore removes a file";
        ASSERT_TRUE(store->deleteManifest(team, first, actor));
        const auto check = [&] {
            EXPECT_EQ(tags(team), Names{"d"});
            EXPECT_FALSE(isLive(team, first));
            EXPECT_TRUE(isLive(team, second));
            EXPECT_FALSE(isLive(other, elsewhere));
            EXPECT_EQ(trashKeys(), (Names{"other " + elsewhere.toString(), "team/api _tags/c",
                                          "team/api " + first.toString()}));
            EXPECT_EQ(store->trash(other, {}, 1).entries.at(0).tags, std::vector{tag("v1")});
        };
        check();
        reopen(); // on the full disk
        check();
        EXPECT_TRUE(store->problems().empty());
    }
    virtual void fillDisk() { watcher.fillDisk(); }
};

TEST_F(FullDisk, deletesWork)
{
    open();
    deletesWork();
}

TEST_F(FullDisk, everyAcknowledgedDeleteIsSyncedFromFileToRoot)
{
    open();
    const auto digest = pushImage(team, "one", {"a"});
    fillDisk();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    // The file, the directories that move with it, then the one that gets them; each before or after the
    // rename as it must be.
    Names syncs;
    bool isMoved = false;
    std::size_t syncsAfterMove = 0;
    for (const auto &operation : watcher.operations()) {
        if (operation.kind == Kind::Rename && operation.target.ends_with("/_deleted"))
            isMoved = true;
        if (operation.kind != Kind::Sync)
            continue;
        if (isMoved)
            ++syncsAfterMove;
        else
            syncs.push_back(operation.path);
    }
    EXPECT_TRUE(isMoved);
    EXPECT_EQ(syncs.size(), 4u);
    EXPECT_GE(syncsAfterMove, 4u) << "the new directory and its ancestors";
}

TEST_F(FullDisk, sparesAreMadeAgainOnceThereIsSpace)
{
    open();
    const auto spares = [&] {
        return std::distance(fs::directory_iterator(root / "quayside.spare"), fs::directory_iterator());
    };
    const auto before = spares();
    const auto digest = pushImage(team, "one", {"a"});
    fillDisk();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    EXPECT_LT(spares(), before);
    watcher.stop();
    ASSERT_TRUE(store->sweep());
    EXPECT_EQ(spares(), before);
}

TEST_F(FullDisk, namesForDisplayGiveWay)
{
    open();
    const auto digest = pushImage(team, "one", {"first"});
    const auto manifest =
        *Manifest::parse(**store->manifestBytes(team, digest), std::nullopt, JsonRules::Strict);
    Names names;
    for (int i = 0; i < 60; ++i)
        names.push_back(std::string(100, 'x') + std::to_string(i));
    ASSERT_TRUE(put(team, manifest, names));
    fillDisk();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    EXPECT_TRUE(store->trash(team, {}, 1).entries.at(0).tags.empty());
    watcher.stop();
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    EXPECT_EQ(tags(team).size(), 61u);
}

/// A small file system of its own, filled to the last block. Root only.
class FullFileSystem : public FullDisk
{
protected:
    void TearDown() override
    {
        close();
        if (m_isMounted)
            ::umount2(root.c_str(), MNT_DETACH);
    }
    bool mount()
    {
        fs::create_directories(root);
        m_isMounted = ::geteuid() == 0 && ::mount("none", root.c_str(), "tmpfs", 0, "size=1m") == 0;
        return m_isMounted;
    }
    void fillDisk() override
    {
        std::ofstream file(root / "filler", std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }

private:
    bool m_isMounted = false;
};

TEST_F(FullFileSystem, deletesWork)
{
    if (!mount())
        GTEST_SKIP() << "cannot mount a file system here";
    open();
    deletesWork();
}

} // namespace quayside::test
