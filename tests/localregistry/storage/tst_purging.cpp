// SPDX-License-Identifier: Apache-2.0
// Purges that stop in the middle.
#include "storefixture.h"

#include <cerrno>

namespace quayside::test {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class PurgeDigest : public StoreTest
{
protected:
    PurgeDigest()
    {
        options.fileObserver = [this](const FileOperation &operation) {
            const bool removesTheLink = operation.kind == FileOperation::Kind::Rename &&
                                        operation.path.find("/revisions/") != std::string::npos;
            return isStuck && removesTheLink ? EMFILE : 0;
        };
    }
    ~PurgeDigest() override { close(); } // while what observes it is there

    bool isStuck = false;
};

/// One tag that a record hides.
class PurgeHiddenTag : public StoreTest
{
protected:
    /// Tag b is hidden by the record of a digest whose blob was deleted much earlier.
    void makeStore()
    {
        const auto manifest = image(team, "one");
        digest = put(team, manifest, {"a", "b"})->digest;
        pushBlob(team, manifest.bytes());
        ASSERT_TRUE(store->deleteBlob(team, *digest, actor));
        pass(std::chrono::hours(24 * 7));
        ASSERT_TRUE(store->deleteManifest(team, *digest, actor));
        ASSERT_TRUE(put(team, manifest, {"a"}));
    }
    /// What is in the trash, and when it expires.
    std::string trash() const
    {
        std::string text;
        for (const auto &entry : store->trash(team, {}, 10).entries)
            text += entry.key() + ' ' + (entry.expiresAt ? formatRfc3339(*entry.expiresAt) : "never") + '\n';
        return text;
    }
    std::optional<Digest> digest;
};

TEST_F(PurgeHiddenTag, leavesTheOldOrTheNewStateWhereverItStops)
{
    open();
    makeStore();
    const auto before = trash();
    close();
    fs::copy(root, directory / "template", fs::copy_options::recursive);
    open();
    ASSERT_TRUE(store->purge(team, tag("b"), actor));
    const auto after = trash();
    EXPECT_NE(before, after);
    bool hasFailed = true;
    for (std::size_t n = 1; hasFailed; ++n) {
        SCOPED_TRACE(n);
        close();
        fs::remove_all(root);
        fs::copy(directory / "template", root, fs::copy_options::recursive);
        open();
        watcher.failAt(n, EIO);
        const bool purged = store->purge(team, tag("b"), actor).has_value();
        watcher.stop();
        hasFailed = watcher.hasFailed();
        reopen();
        EXPECT_TRUE(trash() == after || (!purged && trash() == before)) << trash();
        EXPECT_EQ(tags(team), Names{"a"});
        if (trash() == before) {
            EXPECT_TRUE(store->purge(team, tag("b"), actor)) << "it can be tried again";
            EXPECT_EQ(trash(), after);
        }
        ASSERT_LT(n, 200u);
    }
}

// The point of no return: links may be gone already.
TEST_F(PurgeDigest, thatHasBegunIsNotRestored)
{
    open();
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    isStuck = true;
    ASSERT_FALSE(store->purge(team, digest, actor));
    isStuck = false;
    ASSERT_NE(readFile(tombstonePath(team, digest)).find("sweeping=1"), std::string::npos);
    EXPECT_EQ(store->restore(team, digest, {}, actor).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(store->restore(team, tag("a"), {}, actor).error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(isLive(team, digest));
    ASSERT_TRUE(put(team, manifest, {"a"})) << "only a push brings it back";
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

} // namespace quayside::test
