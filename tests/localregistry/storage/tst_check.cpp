// SPDX-License-Identifier: Apache-2.0
// What a check finds, what it repairs, and that a push repairs the rest.
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class Check : public StoreTest
{
protected:
    Check() { open(); }

    std::string dataPath(const Digest &digest) const
    {
        return "blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data";
    }
    std::vector<CheckFinding> check(bool repair)
    {
        CheckOptions checkOptions;
        checkOptions.repair = repair;
        const auto result = store->check(checkOptions);
        EXPECT_TRUE(result) << result.error().message;
        return result ? result->findings : std::vector<CheckFinding>();
    }
};

TEST_F(Check, findsNothingInASoundStore)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    pushImage(repo("other"), "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    const auto result = store->check({});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->findings.empty());
    EXPECT_EQ(result->repositories, 2u);
    EXPECT_EQ(result->links, 6u);
    EXPECT_EQ(result->data, 3u) << "each data once";
}

TEST_F(Check, corruptLayersAreQuarantinedAndRepairedByAPush)
{
    const auto manifest = image(team, "layer");
    ASSERT_TRUE(put(team, manifest, {"a"}));
    const auto layer = manifest.layers().front().digest;
    std::ofstream(pathOf(dataPath(layer))) << "Layer";
    const auto found = check(false);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].kind, CheckFinding::Kind::Corrupt);
    EXPECT_FALSE(found[0].isRepaired);
    EXPECT_TRUE(store->blob(team, layer)) << "only looked";
    EXPECT_TRUE(check(true).at(0).isRepaired);
    EXPECT_TRUE(fs::exists(root / "quayside.quarantine/sha256" / layer.hex()));
    EXPECT_EQ(store->blob(team, layer).error().kind, ErrorKind::NotFound) << "so that clients push it again";
    EXPECT_FALSE(check(false).empty()) << "the image still needs it";
    pushBlob(team, "layer");
    nowAndReopened([&] {
        EXPECT_TRUE(store->openBlob(team, layer));
        EXPECT_TRUE(check(false).empty());
    });
}

TEST_F(Check, corruptManifestsAreQuarantinedAndStopCollection)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    std::ofstream(pathOf(dataPath(digest))) << "{}";
    EXPECT_TRUE(check(true).at(0).isRepaired);
    EXPECT_FALSE(isLive(team, digest));
    EXPECT_FALSE(store->manifest(team, tag("a")));
    pass(std::chrono::hours(48));
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer);
    reopen();
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer);
    ASSERT_TRUE(put(team, manifest, {}));
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), (Names{"a", "b"})) << "its tags name it still";
        EXPECT_TRUE(store->collectGarbage({}));
    });
}

// A blob may have the digest of a manifest; that its data is back does not tell what the manifest needs.
TEST_F(Check, aQuarantinedManifestWaitsForAPushOfTheManifest)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    std::ofstream(pathOf(dataPath(digest))) << "{}";
    EXPECT_TRUE(check(true).at(0).isRepaired);
    pushBlob(team, manifest.bytes());
    EXPECT_TRUE(store->blob(team, digest));
    EXPECT_FALSE(isLive(team, digest));
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer);
    ASSERT_TRUE(put(team, manifest, {}));
    EXPECT_TRUE(isLive(team, digest));
    EXPECT_TRUE(store->collectGarbage({}));
}

TEST_F(Check, aDeletedManifestInQuarantineIsInTheTrash)
{
    using Roles = std::vector<ContentRole>;
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    pushBlob(team, manifest.bytes());
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    std::ofstream(pathOf(dataPath(digest))) << "{}";
    EXPECT_TRUE(check(true).at(0).isRepaired);
    const auto roles = [&] {
        const auto entries = store->trash(team, {}, 10).entries;
        EXPECT_EQ(entries.size(), 1u);
        return entries.empty() ? Roles() : entries[0].roles;
    };
    nowAndReopened([&] { EXPECT_EQ(roles(), (Roles{ContentRole::Manifest, ContentRole::Blob})); });
    pushBlob(team, manifest.bytes());
    EXPECT_EQ(roles(), Roles{ContentRole::Manifest}) << "its data alone does not bring it back";
    ASSERT_TRUE(put(team, manifest, {}));
    EXPECT_TRUE(trashKeys().size() == 1 && trashKeys()[0].ends_with("_tags/a")) << "the tag stays hidden";
}

TEST_F(Check, anUnreadableTombstoneKeepsWhatIsInQuarantineDeleted)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    close();
    writeFile(tombstonePath(team, digest), "");
    std::ofstream(pathOf(dataPath(digest))) << "{}";
    open();
    EXPECT_FALSE(check(true).empty());
    pushBlob(team, manifest.bytes()); // clears its own role
    nowAndReopened([&] {
        EXPECT_TRUE(store->blob(team, digest));
        EXPECT_FALSE(isLive(team, digest));
    });
}

TEST_F(Check, lostDataIsToldAndPushedAgain)
{
    const auto manifest = image(team, "one");
    ASSERT_TRUE(put(team, manifest, {"a"}));
    const auto layer = manifest.layers().front().digest;
    fs::remove(pathOf(dataPath(layer)));
    EXPECT_EQ(check(true).at(0).kind, CheckFinding::Kind::Missing);
    EXPECT_FALSE(store->blob(team, layer));
    pushBlob(team, "one");
    nowAndReopened([&] { EXPECT_TRUE(check(false).empty()); });
}

TEST_F(Check, linksThatChangedBehindItsBackAreWrittenAgain)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    const std::string base = "repositories/team/api/";
    fs::remove(pathOf(base + "_layers/sha256/" + Hasher::hash("one").hex() + "/link"));
    writeFile(base + "_manifests/revisions/sha256/" + digest.hex() + "/link", "garbage");
    writeFile(base + "_manifests/tags/a/current/link", Hasher::hash("else").toString());
    EXPECT_EQ(check(false).size(), 3u);
    for (const auto &finding : check(true)) {
        EXPECT_EQ(finding.kind, CheckFinding::Kind::Link);
        EXPECT_TRUE(finding.isRepaired) << finding.text;
    }
    nowAndReopened([&] {
        EXPECT_TRUE(check(false).empty());
        EXPECT_EQ(store->manifest(team, tag("a"))->digest, digest);
    });
}

TEST_F(Check, tellsWhatLoadingFound)
{
    const auto digest = pushImage(team, "one", {"a"});
    close();
    writeFile("repositories/team/api/_manifests/tags/a/current/link", "garbage");
    open();
    const auto found = check(true);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].kind, CheckFinding::Kind::Loading);
    EXPECT_TRUE(isLive(team, digest));
}

} // namespace quayside::test
