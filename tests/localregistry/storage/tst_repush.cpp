// SPDX-License-Identifier: Apache-2.0
// Pushing what was deleted: what comes back, and what must not.
#include "storefixture.h"

namespace quayside::test {

using Names = std::vector<std::string>;

class Repush : public StoreTest
{
protected:
    Repush() { open(); }
};

TEST_F(Repush, showsThePushedTagAlone)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b", "c"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    const auto again = put(team, manifest, {"a"});
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->created);
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), Names{"a"});
        EXPECT_EQ(trashKeys(), (Names{"team/api _tags/b", "team/api _tags/c"}));
        EXPECT_FALSE(store->manifest(team, tag("b")));
    });
    ASSERT_TRUE(put(team, manifest, {"b"})) << "pushing one takes it off the list";
    nowAndReopened([&] { EXPECT_EQ(tags(team), (Names{"a", "b"})); });
    const auto restored = store->restore(team, tag("c"), {}, actor);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->tagsRestored, std::vector{tag("c")});
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), (Names{"a", "b", "c"}));
        EXPECT_TRUE(trashKeys().empty());
    });
    EXPECT_FALSE(std::filesystem::exists(pathOf(tombstonePath(team, digest)))) << "nothing remained to say";
}

TEST_F(Repush, byDigestShowsNoTag)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(put(team, manifest, {}));
    nowAndReopened([&] {
        EXPECT_TRUE(isLive(team, digest));
        EXPECT_TRUE(tags(team).empty());
    });
}

TEST_F(Repush, hiddenTagsStayHiddenThroughAnotherDeleteAndRestore)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(put(team, manifest, {"a"}));
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    nowAndReopened([&] { EXPECT_TRUE(tags(team).empty()); });
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

TEST_F(Repush, keepsTheBlobRoleDeleted)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    pushBlob(team, manifest.bytes());
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    ASSERT_TRUE(put(team, manifest, {"a"}));
    nowAndReopened([&] {
        EXPECT_TRUE(isLive(team, digest));
        EXPECT_FALSE(store->blob(team, digest));
    });
    pushBlob(team, manifest.bytes());
    nowAndReopened([&] { EXPECT_TRUE(store->blob(team, digest)); });
}

TEST_F(Repush, movingADeletedTagOnIsEnough)
{
    const auto first = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteTag(team, tag("a"), actor));
    const auto second = pushImage(team, "two", {"a"});
    nowAndReopened([&] {
        EXPECT_EQ(store->manifest(team, tag("a"))->digest, second);
        EXPECT_TRUE(trashKeys().empty());
    });
    EXPECT_FALSE(std::filesystem::exists(pathOf("repositories/team/api/_deleted/_tags/a/link")));
    EXPECT_TRUE(isLive(team, first));
}

TEST_F(Repush, ofADeletedTagToTheSameDigest)
{
    const auto manifest = image(team, "one");
    ASSERT_TRUE(put(team, manifest, {"a", "b"}));
    ASSERT_TRUE(store->deleteTag(team, tag("a"), actor));
    ASSERT_TRUE(put(team, manifest, {"a"}));
    nowAndReopened([&] { EXPECT_EQ(tags(team), (Names{"a", "b"})); });
}

TEST_F(Repush, afterAnUnreadableTombstone)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    close();
    writeFile(tombstonePath(team, digest), "");
    open();
    EXPECT_FALSE(isLive(team, digest));
    ASSERT_EQ(store->trash(team, {}, 10).entries.size(), 1u);
    EXPECT_FALSE(store->trash(team, {}, 10).entries[0].expiresAt) << "never swept by itself";
    ASSERT_TRUE(put(team, manifest, {"a"}));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

TEST_F(Repush, aFailedUploadClearsNothing)
{
    const auto digest = pushBlob(team, "layer");
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    const auto upload = store->startUpload(team, DigestAlgorithm::Sha256);
    ASSERT_TRUE((*store->openUpload(team, upload->id))->write(bytesOf("else")));
    EXPECT_EQ(store->finishUpload(team, upload->id, digest).error().code, "DIGEST_INVALID");
    nowAndReopened([&] { EXPECT_FALSE(store->blob(team, digest)); });
}

TEST_F(Repush, wantsEveryReferenceLive)
{
    const auto manifest = image(team, "one");
    const auto config = manifest.config()->digest;
    const auto layer = manifest.layers().front().digest;
    ASSERT_TRUE(store->deleteBlob(team, config, actor));
    ASSERT_TRUE(store->deleteBlob(team, layer, actor));
    const auto refused = put(team, manifest, {"a"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "MANIFEST_BLOB_UNKNOWN");
    EXPECT_EQ(refused.error().message,
              std::min(config, layer).toString() + '\n' + std::max(config, layer).toString());
    EXPECT_FALSE(put(repo("elsewhere"), manifest, {"a"})) << "blobs of another repository do not count";
    EXPECT_TRUE(store->repositories({}, 10).names.empty());
}

} // namespace quayside::test
