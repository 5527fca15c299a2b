// SPDX-License-Identifier: Apache-2.0
// The table of events of docs/storage-format.md, line by line, each state looked at again after reopening.
#include "storefixture.h"

#include "oci/hasher.h"

namespace quayside::test {

using Names = std::vector<std::string>;

class Events : public StoreTest
{
protected:
    Events() { open(); }
};

TEST_F(Events, nothingIsThere)
{
    const auto digest = Hasher::hash("nothing");
    EXPECT_EQ(store->manifest(team, tag("v1")).error().code, "MANIFEST_UNKNOWN");
    EXPECT_EQ(store->blob(team, digest).error().code, "BLOB_UNKNOWN");
    EXPECT_EQ(store->tags(team, {}, 10).error().code, "NAME_UNKNOWN");
    pushImage(team, "other", {"other"});
    EXPECT_EQ(store->deleteManifest(team, digest, actor).error().code, "MANIFEST_UNKNOWN");
    EXPECT_EQ(store->deleteBlob(team, digest, actor).error().code, "BLOB_UNKNOWN");
    EXPECT_EQ(store->deleteTag(team, tag("v1"), actor).error().code, "MANIFEST_UNKNOWN");
    EXPECT_EQ(store->restore(team, digest, {}, actor).error().code, "MANIFEST_UNKNOWN");
    EXPECT_EQ(store->restore(team, tag("v1"), {}, actor).error().code, "MANIFEST_UNKNOWN");
    EXPECT_FALSE(std::filesystem::exists(pathOf("repositories/team/api/_deleted")))
        << "a refused delete makes no file";
}

TEST_F(Events, pushMakesLive)
{
    const auto digest = pushImage(team, "one", {"v1"});
    nowAndReopened([&] {
        const auto info = store->manifest(team, tag("v1"));
        ASSERT_TRUE(info);
        EXPECT_EQ(info->digest, digest);
        EXPECT_EQ(info->platforms, Names{"linux/arm64/v8"});
        EXPECT_EQ(info->built, parseRfc3339("2026-11-01T10:00:00Z"));
        EXPECT_EQ(info->tags, std::vector{tag("v1")});
        EXPECT_GT(info->downloadSize, 3);
        EXPECT_EQ(Hasher::hash(**store->manifestBytes(team, digest)), digest);
        EXPECT_EQ(store->repositories({}, 10).names, Names{"team/api"});
    });
}

TEST_F(Events, pushOfWhatIsLiveRepairsTheData)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"v1"})->digest;
    const auto data = "blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data";
    writeFile(data, "damaged");
    const auto again = put(team, manifest, {"v1"});
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->created);
    EXPECT_EQ(readFile(data), manifest.bytes());
}

TEST_F(Events, deleteByDigestTakesTheTags)
{
    const auto digest = pushImage(team, "one", {"v1", "v2"});
    const auto other = pushImage(team, "two", {"v3"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    nowAndReopened([&] {
        EXPECT_FALSE(isLive(team, digest));
        EXPECT_FALSE(store->manifestBytes(team, digest));
        EXPECT_FALSE(store->manifest(team, tag("v1")));
        EXPECT_TRUE(isLive(team, other));
        EXPECT_EQ(tags(team), Names{"v3"});
        EXPECT_FALSE(store->deleteManifest(team, digest, actor)) << "the second delete finds nothing";
        const auto trash = store->trash(team, {}, 10);
        ASSERT_EQ(trash.entries.size(), 1u);
        EXPECT_EQ(trash.entries[0].tags, (std::vector{tag("v1"), tag("v2")}));
        EXPECT_EQ(trash.entries[0].roles, std::vector{ContentRole::Manifest});
        EXPECT_EQ(trash.entries[0].deletedAt, clock);
        EXPECT_EQ(trash.entries[0].expiresAt, clock + std::chrono::hours(24 * 30));
        EXPECT_EQ(trash.entries[0].by, "api");
        EXPECT_EQ(trash.entries[0].user, "ann");
        EXPECT_EQ(trash.entries[0].platforms, Names{"linux/arm64/v8"});
    });
    ASSERT_TRUE(store->deleteManifest(team, other, actor));
    nowAndReopened([&] {
        EXPECT_TRUE(tags(team).empty());
        EXPECT_TRUE(store->tags(team, {}, 10)) << "the repository still holds tombstones";
        EXPECT_TRUE(store->repositories({}, 10).names.empty());
    });
}

TEST_F(Events, deleteTagLeavesTheManifest)
{
    const auto digest = pushImage(team, "one", {"v1", "v2"});
    ASSERT_TRUE(store->deleteTag(team, tag("v1"), actor));
    nowAndReopened([&] {
        EXPECT_TRUE(isLive(team, digest));
        EXPECT_EQ(tags(team), Names{"v2"});
        EXPECT_EQ(trashKeys(), Names{"team/api _tags/v1"});
        EXPECT_FALSE(store->deleteTag(team, tag("v1"), actor));
    });
}

TEST_F(Events, deleteBlobLeavesTheManifestOfTheSameDigest)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"v1"})->digest;
    ASSERT_EQ(pushBlob(team, manifest.bytes()), digest); // now it is a layer too
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    nowAndReopened([&] {
        EXPECT_FALSE(store->blob(team, digest));
        EXPECT_FALSE(store->openBlob(team, digest));
        EXPECT_TRUE(isLive(team, digest));
    });
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    nowAndReopened([&] { EXPECT_FALSE(isLive(team, digest)); });
    ASSERT_TRUE(store->restore(team, digest, {ContentRole::Blob, false}, actor));
    nowAndReopened([&] {
        EXPECT_TRUE(store->blob(team, digest));
        EXPECT_FALSE(isLive(team, digest));
    });
}

TEST_F(Events, restoreBringsTheManifestAndItsTagsBack)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"v1", "v2"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    const auto restored = store->restore(team, digest, {}, actor);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->restored, std::vector{digest});
    EXPECT_EQ(restored->tagsRestored, (std::vector{tag("v1"), tag("v2")}));
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), (Names{"v1", "v2"}));
        EXPECT_EQ(**store->manifestBytes(team, digest), manifest.bytes());
        EXPECT_TRUE(trashKeys().empty());
        const auto again = store->restore(team, digest, {}, actor);
        ASSERT_TRUE(again);
        EXPECT_TRUE(again->restored.empty());
    });
}

TEST_F(Events, restoreLeavesTagsThatMovedOn)
{
    const auto first = pushImage(team, "one", {"v1", "v2"});
    ASSERT_TRUE(store->deleteManifest(team, first, actor));
    const auto second = pushImage(team, "two", {"v2"});
    const auto restored = store->restore(team, first, {}, actor);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->tagsRestored, std::vector{tag("v1")});
    EXPECT_EQ(restored->tagsMoved, std::vector{tag("v2")});
    nowAndReopened([&] {
        EXPECT_EQ(store->manifest(team, tag("v1"))->digest, first);
        EXPECT_EQ(store->manifest(team, tag("v2"))->digest, second);
    });
}

TEST_F(Events, restoreTellsWhatIsMissingAndDeepBringsIt)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"v1"})->digest;
    const auto layer = manifest.layers().front().digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->deleteBlob(team, layer, actor));
    const auto shallow = store->restore(team, digest, {}, actor);
    ASSERT_TRUE(shallow);
    ASSERT_EQ(shallow->missing.size(), 1u);
    EXPECT_EQ(shallow->missing[0].digest, layer);
    EXPECT_TRUE(shallow->missing[0].inTrash);
    const auto deep = store->restore(team, digest, {std::nullopt, true}, actor);
    ASSERT_TRUE(deep);
    EXPECT_EQ(deep->restored, std::vector{layer});
    EXPECT_TRUE(deep->missing.empty());
    nowAndReopened([&] { EXPECT_TRUE(store->blob(team, layer)); });
}

TEST_F(Events, restoreLooksBelowTheChildrenOfAnIndex)
{
    const auto platform = image(team, "one");
    const auto child = put(team, platform, {"amd64"})->digest;
    const auto parent = put(team, indexOf({child}), {"v1"})->digest;
    const auto layer = platform.layers().front().digest;
    ASSERT_TRUE(store->deleteManifest(team, parent, actor));
    ASSERT_TRUE(store->deleteBlob(team, layer, actor));
    const auto shallow = store->restore(team, parent, {}, actor);
    ASSERT_TRUE(shallow);
    ASSERT_EQ(shallow->missing.size(), 1u);
    EXPECT_EQ(shallow->missing[0].digest, layer);
    ASSERT_TRUE(store->deleteManifest(team, child, actor));
    const auto deep = store->restore(team, parent, {std::nullopt, true}, actor);
    ASSERT_TRUE(deep);
    EXPECT_EQ(std::set(deep->restored.begin(), deep->restored.end()), (std::set{child, layer}));
    EXPECT_EQ(deep->tagsRestored, std::vector{tag("amd64")});
    EXPECT_TRUE(deep->missing.empty());
}

TEST_F(Events, restoreTag)
{
    const auto digest = pushImage(team, "one", {"v1", "v2"});
    ASSERT_TRUE(store->deleteTag(team, tag("v1"), actor));
    const auto restored = store->restore(team, tag("v1"), {}, actor);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->digest, digest);
    EXPECT_EQ(restored->tagsRestored, std::vector{tag("v1")});
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), (Names{"v1", "v2"}));
        EXPECT_TRUE(store->restore(team, tag("v1"), {}, actor)->restored.empty());
        EXPECT_TRUE(trashKeys().empty());
    });
}

TEST_F(Events, restoreTagBringsItsManifest)
{
    const auto digest = pushImage(team, "one", {"v1"});
    ASSERT_TRUE(store->deleteTag(team, tag("v1"), actor));
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    std::filesystem::remove_all(pathOf("repositories/team/api/_manifests/tags/v1/current"));
    reopen();
    ASSERT_TRUE(store->restore(team, tag("v1"), {}, actor)) << "the tag's link is written from the tombstone";
    nowAndReopened([&] {
        EXPECT_TRUE(isLive(team, digest));
        EXPECT_EQ(tags(team), Names{"v1"});
    });
}

TEST_F(Events, mount)
{
    const auto other = repo("other");
    const auto digest = pushBlob(team, "layer");
    ASSERT_TRUE(store->mountBlob(other, digest, team));
    nowAndReopened([&] { EXPECT_EQ(store->blob(other, digest)->size, 5); });
    ASSERT_TRUE(store->deleteBlob(other, digest, actor));
    ASSERT_TRUE(store->mountBlob(other, digest, std::nullopt)) << "a mount clears the tombstone";
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    nowAndReopened([&] {
        EXPECT_TRUE(store->blob(other, digest)) << "repositories are independent";
        EXPECT_FALSE(store->mountBlob(repo("third"), digest, team)) << "deleted there";
    });
    EXPECT_TRUE(store->mountBlob(repo("third"), digest, std::nullopt));
}

TEST_F(Events, deletesDisabledAndReadOnly)
{
    const auto digest = pushImage(team, "one", {"v1"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    const auto live = pushImage(team, "two", {"v2"});
    options.deletesEnabled = false;
    reopen();
    EXPECT_FALSE(isLive(team, digest)) << "tombstones stay in force";
    EXPECT_EQ(store->deleteManifest(team, live, actor).error().kind, ErrorKind::DeletesDisabled);
    EXPECT_EQ(store->deleteTag(team, tag("v2"), actor).error().kind, ErrorKind::DeletesDisabled);
    EXPECT_EQ(store->deleteBlob(team, live, actor).error().kind, ErrorKind::DeletesDisabled);
    EXPECT_TRUE(store->restore(team, digest, {}, actor));
    options.readOnly = true;
    reopen();
    EXPECT_TRUE(isLive(team, digest));
    EXPECT_EQ(store->deleteManifest(team, live, actor).error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(store->restore(team, live, {}, actor).error().kind, ErrorKind::ReadOnly);
    EXPECT_EQ(store->startUpload(team, DigestAlgorithm::Sha256).error().kind, ErrorKind::ReadOnly);
}

TEST_F(Events, changesAreAnnounced)
{
    std::vector<StoreEvent> events;
    store->setEventListener([&](const StoreEvent &event) { events.push_back(event); });
    const auto digest = pushImage(team, "one", {"v1"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    ASSERT_TRUE(store->restore(team, digest, {}, actor)); // changes nothing
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].type, StoreEventType::Push);
    EXPECT_EQ(events[1].type, StoreEventType::Delete);
    EXPECT_EQ(events[2].type, StoreEventType::Restore);
    for (const auto &event : events) {
        EXPECT_EQ(event.digest, digest);
        EXPECT_EQ(event.tags, std::vector{tag("v1")});
    }
}

} // namespace quayside::test
