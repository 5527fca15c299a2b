// SPDX-License-Identifier: Apache-2.0
// What the sweep removes from the trash, in which order, and what it must leave alone.
#include "sweepfixture.h"

#include "localregistry/storage/repository.h"
#include "oci/hasher.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Kind = FileOperation::Kind;
using Names = std::vector<std::string>;

TEST_F(Sweep, removesLinksTagsAndTombstoneOnceRipe)
{
    pushImage(team, "kept", {"kept"});
    const auto digest = pushImage(team, "one", {"a", "b"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    EXPECT_EQ(sweepAfterRetention().swept, 1u);
    nowAndReopened([&] {
        EXPECT_TRUE(trashKeys().empty());
        EXPECT_EQ(tags(team), Names{"kept"});
        EXPECT_EQ(store->restore(team, digest, {}, actor).error().kind, ErrorKind::NotFound);
        EXPECT_EQ(store->restore(team, tag("a"), {}, actor).error().kind, ErrorKind::NotFound);
    });
    EXPECT_FALSE(exists(revisionDirectory(digest)));
    EXPECT_FALSE(exists(tombstoneDirectory(digest)));
    EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/a"));
    EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/b"));
    EXPECT_TRUE(exists("repositories/team/api/_manifests/tags/kept"));
    EXPECT_TRUE(store->problems().empty());
    EXPECT_EQ(pushImage(team, "one", {"a"}), digest) << "a swept image can be pushed again";
    nowAndReopened([&] { EXPECT_EQ(tags(team), (Names{"a", "kept"})); });
}

TEST_F(Sweep, takesStepsThatAreDurableOneByOne)
{
    pushImage(team, "kept", {"kept"});
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(options.trashRetention);
    sweep();
    pass(24h);
    watcher.start();
    ASSERT_EQ(sweep().swept, 1u);
    watcher.stop();
    // Each step, and whether a directory was synced between it and the next.
    const std::string base = "docker/registry/v2/repositories/team/api/";
    const Names expected{base + "_deleted/sha256/" + digest.hex() + "/link", base + "_manifests/tags/a",
                         base + "_deleted/_tags/a", base + "_manifests/revisions/sha256/" + digest.hex(),
                         base + "_deleted/sha256/" + digest.hex()};
    std::size_t step = 0;
    bool synced = true;
    for (const auto &operation : watcher.operations()) {
        if (operation.kind == Kind::Sync)
            synced = true;
        const bool isStep = operation.kind == Kind::Rename &&
                            (operation.path == expected[step] || operation.target == expected[step]);
        if (!isStep)
            continue;
        // "_deleted/_tags" does not exist here, so there is nothing to sync after its step.
        EXPECT_TRUE(synced || step == 3) << expected[step];
        synced = false;
        if (++step == expected.size())
            break;
    }
    EXPECT_EQ(step, expected.size());
}

TEST_F(Sweep, aDeletedTagGoesWithItsManifest)
{
    const auto digest = pushImage(team, "one", {"a", "b"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    pass(1h);
    ASSERT_TRUE(store->deleteTag(team, tag("a"), actor));
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->purge(team, digest, actor));
    nowAndReopened([&] {
        EXPECT_TRUE(trashKeys().empty());
        EXPECT_EQ(store->tags(team, {}, 10).has_value(), true) << "its layers are still linked";
    });
    EXPECT_FALSE(exists("repositories/team/api/_manifests")) << "an empty one goes too";
    EXPECT_FALSE(exists("repositories/team/api/_deleted/_tags/a"));
}

TEST_F(Sweep, whatALiveManifestNeedsIsHeld)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    const auto layer = manifest.layers().front().digest;
    ASSERT_TRUE(store->deleteBlob(team, layer, actor));
    EXPECT_EQ(store->trash(team, {}, 10).entries.at(0).heldBy, std::vector{digest});
    const auto result = sweepAfterRetention();
    EXPECT_EQ(result.swept, 0u);
    EXPECT_EQ(result.held, 1u);
    ASSERT_TRUE(store->restore(team, layer, {}, actor));
    EXPECT_TRUE(store->blob(team, layer));
}

TEST_F(Sweep, whatATombstonedManifestNeedsIsHeldUntilThatIsRipeToo)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    const auto layer = manifest.layers().front().digest;
    ASSERT_TRUE(store->deleteBlob(team, layer, actor));
    pass(24h * 5);
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(options.trashRetention - 24h * 5);
    sweep();
    pass(24h);
    EXPECT_EQ(sweep().held, 1u);
    pass(24h * 5);
    sweep();
    pass(24h);
    EXPECT_EQ(sweep().swept, 2u);
    nowAndReopened([&] { EXPECT_TRUE(trashKeys().empty()); });
}

TEST_F(Sweep, aChildIsHeldByItsIndexAndWhatItNeedsByTheChild)
{
    const auto manifest = image(team, "one");
    const auto child = put(team, manifest, {})->digest;
    const auto index = put(team, indexOf({child}), {"v1"})->digest;
    const auto layer = manifest.layers().front().digest;
    ASSERT_TRUE(store->deleteManifest(team, child, actor));
    ASSERT_TRUE(store->deleteBlob(team, layer, actor));
    const auto refused = store->purge(team, child, actor);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(refused.error().code, "HELD");
    EXPECT_EQ(refused.error().message, index.toString());
    EXPECT_EQ(store->purge(team, layer, actor).error().message, child.toString());
    EXPECT_EQ(sweepAfterRetention().held, 2u);
    ASSERT_TRUE(store->deleteManifest(team, index, actor));
    EXPECT_EQ(sweepAfterRetention().swept, 3u) << "ripe together";
}

TEST_F(Sweep, referrersFollowTheirSubject)
{
    const auto subject = pushImage(team, "one", {"a"});
    const auto referrer = put(team, referrerOf(subject), {})->digest;
    const auto second = put(team, referrerOf(referrer), {})->digest;
    ASSERT_TRUE(store->deleteManifest(team, subject, actor));
    EXPECT_TRUE(isLive(team, referrer)) << "a deleted subject keeps its referrers";
    EXPECT_EQ(sweepAfterRetention().swept, 1u);
    nowAndReopened([&] {
        const auto entries = store->trash(team, {}, 10).entries;
        ASSERT_EQ(entries.size(), 1u);
        EXPECT_EQ(entries[0].digest, referrer);
        EXPECT_EQ(entries[0].cause, "subject");
        EXPECT_TRUE(isLive(team, second)) << "its subject is not swept yet";
    });
    EXPECT_EQ(sweepAfterRetention().swept, 1u);
    EXPECT_FALSE(isLive(team, second));
}

TEST_F(Sweep, purgeTakesOneEntryAtOnce)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    const auto kept = pushImage(team, "two", {"kept", "gone"});
    EXPECT_EQ(store->purge(team, digest, actor).error().kind, ErrorKind::NotFound) << "it is live";
    EXPECT_EQ(store->purge(team, tag("a"), actor).error().kind, ErrorKind::NotFound);
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(put(team, manifest, {"a"}));
    ASSERT_TRUE(store->purge(team, tag("b"), actor)) << "a hidden tag";
    ASSERT_TRUE(store->deleteTag(team, tag("gone"), actor));
    ASSERT_TRUE(store->purge(team, tag("gone"), actor));
    nowAndReopened([&] {
        EXPECT_TRUE(trashKeys().empty());
        EXPECT_EQ(tags(team), (Names{"a", "kept"}));
    });
    EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/b"));
    ASSERT_TRUE(store->deleteManifest(team, kept, actor));
    ASSERT_TRUE(store->purge(team, kept, actor));
    EXPECT_EQ(store->purge(team, kept, actor).error().kind, ErrorKind::NotFound);
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

// A push may clear the tombstone while the sweep asks what goes with it.
TEST(SweptTags, areNoneWithoutATombstone)
{
    Repository repository(repo("team/api"));
    repository.publishTag(tag("a"), Hasher::hash("one"));
    EXPECT_TRUE(repository.tagsSweptWith(Hasher::hash("one")).empty());
}

TEST_F(Sweep, withoutDeletesNothingIsSwept)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    options.deletesEnabled = false;
    reopen();
    EXPECT_EQ(sweepAfterRetention().swept, 0u);
    EXPECT_EQ(store->purge(team, digest, actor).error().kind, ErrorKind::DeletesDisabled);
    EXPECT_TRUE(store->restore(team, digest, {}, actor));
}

TEST_F(Sweep, aPushOfWhatIsExpiredComesFirst)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(options.trashRetention);
    sweep();
    ASSERT_TRUE(put(team, manifest, {"a"}));
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(24h);
    EXPECT_EQ(sweep().swept, 0u) << "deleted anew, so its time begins anew";
}

// The sweep stops at its n-th file operation, for all n; what is left is finished by the next start.
TEST_F(Sweep, recoveryFinishesWhatHadBegunAndNothingElse)
{
    const auto subject = pushImage(team, "one", {"a", "b"});
    const auto referrer = put(team, referrerOf(subject), {})->digest;
    const auto expired = pushImage(team, "two", {"c"});
    ASSERT_TRUE(store->deleteManifest(team, subject, actor));
    close();
    fs::copy(root, directory / "template", fs::copy_options::recursive);
    bool hasFailed = true;
    bool wasFinishedAtStart = false;
    for (std::size_t n = 1; hasFailed; ++n) {
        SCOPED_TRACE(n);
        fs::remove_all(root);
        fs::copy(directory / "template", root, fs::copy_options::recursive);
        clock = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); // not behind it
        open();
        watcher.failAt(n, EIO);
        const bool purged = store->purge(team, subject, actor).has_value();
        watcher.stop();
        hasFailed = watcher.hasFailed();
        EXPECT_FALSE(isLive(team, subject));
        const auto record = readFile(tombstonePath(team, subject));
        const bool wasBegun = record.empty() || record.find("sweeping=1") != std::string::npos;
        reopen();
        EXPECT_FALSE(isLive(team, subject));
        EXPECT_TRUE(isLive(team, expired));
        const bool isGone = !store->restore(team, subject, {}, actor);
        EXPECT_EQ(isGone, wasBegun);
        EXPECT_TRUE(isGone || !purged);
        if (isGone) {
            EXPECT_FALSE(isLive(team, referrer));
            EXPECT_EQ(tags(team), Names{"c"});
            EXPECT_FALSE(exists(tombstoneDirectory(subject)));
            EXPECT_FALSE(exists(revisionDirectory(subject)));
            EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/a"));
        } else {
            EXPECT_EQ(tags(team), (Names{"a", "b", "c"})) << "all or nothing";
        }
        wasFinishedAtStart = wasFinishedAtStart || (wasBegun && isGone);
        close();
        ASSERT_LT(n, 200u);
    }
    EXPECT_TRUE(wasFinishedAtStart);
}

TEST_F(Sweep, whatAnotherProgramPushedMeanwhileIsKeptAndListed)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->deleteTag(team, tag("a"), actor).error().kind == ErrorKind::NotFound);
    close();
    const auto link = pathOf(revisionDirectory(digest) + "/link");
    fs::last_write_time(link, fs::last_write_time(link) + 3s);
    open();
    ASSERT_EQ(store->trash(team, {}, 10).entries.size(), 1u);
    EXPECT_TRUE(store->trash(team, {}, 10).entries[0].isOutdated);
    EXPECT_FALSE(store->trash(team, {}, 10).entries[0].expiresAt);
    EXPECT_EQ(store->problems().size(), 1u);
    EXPECT_EQ(sweepAfterRetention().swept, 0u);
    EXPECT_FALSE(isLive(team, digest)) << "the person's choice";
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

TEST_F(Sweep, inACopyTimesOfFilesMeanNothing)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    close();
    const auto link = pathOf(revisionDirectory(digest) + "/link");
    fs::last_write_time(link, fs::last_write_time(link) + 1h);
    fs::copy(root, directory / "copy", fs::copy_options::recursive);
    root = directory / "copy";
    open();
    EXPECT_EQ(store->problems().size(), 1u) << "reported";
    EXPECT_FALSE(store->trash(team, {}, 10).entries.at(0).isOutdated);
    close();
    fs::last_write_time(link, fs::last_write_time(link) - 2h);
    open();
    EXPECT_TRUE(store->problems().empty()) << "once";
    close();
    const auto copied = pathOf(revisionDirectory(digest) + "/link");
    const auto timeOfCopy = fs::last_write_time(copied);
    pass(1h);
    fs::copy(root, directory / "late copy", fs::copy_options::recursive);
    root = directory / "late copy";
    open();
    reopen();
    fs::last_write_time(pathOf(revisionDirectory(digest) + "/link"), timeOfCopy + 30min);
    reopen();
    EXPECT_FALSE(store->trash(team, {}, 10).entries.at(0).isOutdated) << "nor what was before the copy";
    close();
    fs::last_write_time(pathOf(revisionDirectory(digest) + "/link"), timeOfCopy + 2h);
    open();
    EXPECT_TRUE(store->trash(team, {}, 10).entries.at(0).isOutdated) << "but what came after it";
}

} // namespace quayside::test
