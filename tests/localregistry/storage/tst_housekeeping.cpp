// SPDX-License-Identifier: Apache-2.0
// Untagged manifests, the history of a tag, and handing the store over to another program.
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

class Untagged : public StoreTest
{
protected:
    Untagged()
    {
        options.trashUntagged = 24h * 7;
        open();
    }
    std::size_t deletedBySweep()
    {
        const auto result = store->sweep();
        EXPECT_TRUE(result) << result.error().message;
        return result ? result->untagged : 0;
    }
};

TEST_F(Untagged, daysCountFromTheFirstSighting)
{
    const auto old = pushImage(team, "one", {"a"});
    pass(24h * 30);
    EXPECT_EQ(deletedBySweep(), 0u);
    const auto next = pushImage(team, "two", {"a"});
    EXPECT_EQ(deletedBySweep(), 0u) << "untagged since today";
    reopen();
    pass(24h * 7 - 1s);
    EXPECT_EQ(deletedBySweep(), 0u);
    pass(1s);
    EXPECT_EQ(deletedBySweep(), 1u);
    nowAndReopened([&] {
        EXPECT_TRUE(isLive(team, next));
        EXPECT_FALSE(isLive(team, old));
        EXPECT_EQ(store->trash(team, {}, 10).entries.at(0).cause, "untagged");
    });
    ASSERT_TRUE(store->restore(team, old, {}, actor));
    EXPECT_EQ(deletedBySweep(), 0u) << "its days begin anew";
}

TEST_F(Untagged, aTagInBetweenStartsAnew)
{
    const auto manifest = image(team, "one");
    ASSERT_TRUE(put(team, manifest, {}));
    deletedBySweep();
    pass(24h * 6);
    ASSERT_TRUE(put(team, manifest, {"a"}));
    deletedBySweep();
    ASSERT_TRUE(store->deleteTag(team, tag("a"), actor));
    deletedBySweep();
    pass(24h * 6);
    EXPECT_EQ(deletedBySweep(), 0u);
    pass(24h);
    EXPECT_EQ(deletedBySweep(), 1u);
}

TEST_F(Untagged, childrenAndReferrersOfWhatIsLiveStay)
{
    const auto child = pushImage(team, "child", {});
    const auto index = indexOf({child});
    const auto parent = put(team, index, {"v1"})->digest;
    const auto referrer = put(team, referrerOf(parent), {})->digest;
    const auto orphan = put(team, referrerOf(Hasher::hash("never pushed")), {})->digest;
    deletedBySweep();
    pass(24h * 7);
    EXPECT_EQ(deletedBySweep(), 1u);
    EXPECT_FALSE(isLive(team, orphan));
    EXPECT_TRUE(isLive(team, referrer));
    EXPECT_TRUE(isLive(team, child));
    ASSERT_TRUE(store->deleteManifest(team, parent, actor));
    deletedBySweep();
    pass(24h * 7);
    EXPECT_EQ(deletedBySweep(), 2u) << "they have neither index nor subject any more";
}

TEST_F(Untagged, isOffUnlessAsked)
{
    const auto digest = pushImage(team, "one", {});
    deletedBySweep();
    options.trashUntagged.reset();
    reopen();
    EXPECT_EQ(deletedBySweep(), 0u);
    EXPECT_FALSE(fs::exists(root / "quayside.untagged")) << "so that time begins anew";
    pass(24h * 365);
    EXPECT_EQ(deletedBySweep(), 0u);
    EXPECT_TRUE(isLive(team, digest));
}

TEST_F(Untagged, aDamagedFileKnowsNothing)
{
    const auto digest = pushImage(team, "one", {});
    deletedBySweep();
    pass(24h * 7);
    std::ofstream(root / "quayside.untagged") << "garbage";
    EXPECT_EQ(deletedBySweep(), 0u);
    EXPECT_TRUE(isLive(team, digest));
}

class TagHistory : public StoreTest
{
protected:
    TagHistory() { open(); }
};

TEST_F(TagHistory, listsWhatTheTagHasNamed)
{
    const auto first = pushImage(team, "one", {"a"});
    const auto link = pathOf("repositories/team/api/_manifests/tags/a/index/sha256/" + first.hex() + "/link");
    fs::last_write_time(link, fs::last_write_time(link) - 1h);
    const auto manifest = image(team, "two");
    const auto second = put(team, manifest, {"a"})->digest;
    nowAndReopened([&] {
        const auto history = store->tagHistory(team, tag("a"));
        ASSERT_TRUE(history);
        ASSERT_EQ(history->size(), 2u);
        EXPECT_EQ(history->at(0).digest, second);
        EXPECT_TRUE(history->at(0).isCurrent);
        EXPECT_TRUE(history->at(0).isLive);
        EXPECT_EQ(history->at(1).digest, first);
        EXPECT_FALSE(history->at(1).isCurrent);
        EXPECT_TRUE(history->at(1).isLive);
        EXPECT_GE(history->at(0).time - history->at(1).time, 1h);
    });
    ASSERT_TRUE(store->deleteManifest(team, first, actor));
    EXPECT_TRUE(store->tagHistory(team, tag("a"))->at(1).isInTrash);
    ASSERT_TRUE(store->purge(team, first, actor));
    const auto gone = store->tagHistory(team, tag("a"))->at(1);
    EXPECT_FALSE(gone.isLive || gone.isInTrash);
    EXPECT_EQ(store->tagHistory(team, tag("none")).error().code, "MANIFEST_UNKNOWN");
    EXPECT_EQ(store->tagHistory(repo("none"), tag("a")).error().code, "MANIFEST_UNKNOWN");
}

TEST_F(TagHistory, pointingBackIsAPushOfBytesThatAreThere)
{
    const auto manifest = image(team, "one");
    const auto first = put(team, manifest, {"a"})->digest;
    pushImage(team, "two", {"a"});
    const auto bytes = store->manifestBytes(team, first);
    ASSERT_TRUE(bytes);
    ASSERT_TRUE(put(team, *Manifest::parse(**bytes, std::nullopt, JsonRules::Strict), {"a"}));
    nowAndReopened([&] {
        EXPECT_EQ(store->manifest(team, tag("a"))->digest, first);
        EXPECT_EQ(store->tagHistory(team, tag("a"))->at(0).digest, first);
    });
}

class HandOver : public StoreTest
{};

TEST_F(HandOver, finishesEveryDelete)
{
    open();
    const auto manifest = image(team, "one");
    const auto kept = put(team, manifest, {"a", "b"})->digest;
    const auto gone = pushImage(team, "two", {"c", "d"});
    const auto referrer = put(team, referrerOf(gone), {})->digest;
    ASSERT_TRUE(store->deleteManifest(team, kept, actor));
    ASSERT_TRUE(put(team, manifest, {"a"})) << "hides b";
    ASSERT_TRUE(store->deleteManifest(team, gone, actor));
    ASSERT_TRUE(store->deleteBlob(team, manifest.layers().front().digest, actor)) << "needed, but deleted";
    close();
    const auto result = Store::purgeAll(options);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->purged, 4u);
    EXPECT_EQ(result->kept, 0u);
    const auto base = pathOf("repositories/team/api/");
    for (const auto &entry : fs::recursive_directory_iterator(base / "_deleted"))
        EXPECT_TRUE(entry.is_directory()) << entry.path();
    EXPECT_FALSE(fs::exists(base / "_manifests/tags/b"));
    EXPECT_FALSE(fs::exists(base / "_manifests/tags/c"));
    EXPECT_FALSE(fs::exists(base / "_manifests/revisions/sha256" / gone.hex()));
    EXPECT_FALSE(fs::exists(base / "_manifests/revisions/sha256" / referrer.hex()));
    EXPECT_FALSE(fs::exists(base / "_layers/sha256" / manifest.layers().front().digest.hex()));
    std::ifstream state(root / "quayside.state");
    const std::string text{std::istreambuf_iterator<char>(state), {}};
    EXPECT_NE(text.find("handed-over="), std::string::npos);
    open();
    EXPECT_EQ(tags(team), Names{"a"});
    EXPECT_TRUE(trashKeys().empty());
}

TEST_F(HandOver, refusesAStoreThatIsServed)
{
    open();
    const auto result = Store::purgeAll(options);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Conflict);
}

TEST_F(HandOver, keepsWhatWasPushedElsewhere)
{
    open();
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    close();
    const auto link = pathOf("repositories/team/api/_manifests/revisions/sha256/" + digest.hex() + "/link");
    fs::last_write_time(link, fs::last_write_time(link) + 3s);
    const auto result = Store::purgeAll(options);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->purged, 0u);
    EXPECT_EQ(result->kept, 1u);
    open();
    EXPECT_TRUE(store->restore(team, digest, {}, actor));
}

} // namespace quayside::test
