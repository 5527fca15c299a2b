// SPDX-License-Identifier: Apache-2.0
// When a sweep may take what is in the trash: retention, sightings, clocks that jump, what has no known age.
#include "sweepfixture.h"

#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

TEST_F(Sweep, aDayMustPassAfterTheFirstSighting)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(options.trashRetention - 1s);
    sweep();
    EXPECT_EQ(readFile(tombstonePath(team, digest)).find("expired-seen"), std::string::npos);
    pass(1s);
    EXPECT_EQ(sweep().swept, 0u);
    EXPECT_NE(readFile(tombstonePath(team, digest)).find("expired-seen="), std::string::npos);
    reopen();
    pass(24h - 1s);
    EXPECT_EQ(sweep().swept, 0u);
    pass(1s);
    EXPECT_EQ(sweep().swept, 1u);
}

TEST_F(Sweep, aClockThatJumpsDestroysNothing)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    const auto right = clock;
    clock += 24h * 365;
    EXPECT_EQ(sweep().swept, 0u);
    clock += 24h * 365;
    EXPECT_EQ(sweep().swept, 0u) << "a second jump, in the same hour of service";
    clock = right + 1h;
    EXPECT_EQ(sweep().swept, 0u);
    EXPECT_EQ(readFile(tombstonePath(team, digest)).find("expired-seen"), std::string::npos)
        << "the clock is right again: the sighting was wrong";
    pass(24h);
    clock += 24h * 365;
    EXPECT_EQ(sweep().swept, 0u);
}

TEST_F(Sweep, threeStartsOnDifferentDatesCountLikeADayOfService)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(options.trashRetention);
    sweep();
    for (int day = 1; day <= 3; ++day) {
        close();
        clock += 24h; // switched off
        open();
        reopen(); // on the same date: does not count
        EXPECT_EQ(sweep().swept, day == 3 ? 1u : 0u) << day;
    }
    EXPECT_FALSE(exists(tombstoneDirectory(digest)));
}

TEST_F(Sweep, uptimeSurvivesACrash)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pass(options.trashRetention);
    sweep();
    pass(23h);
    sweep();
    fs::copy(root, directory / "crashed", fs::copy_options::recursive);
    close();
    fs::remove_all(root);
    fs::rename(directory / "crashed", root);
    open();
    pass(1h);
    EXPECT_EQ(sweep().swept, 1u) << "the hourly pass had written the 23 hours";
}

TEST_F(Sweep, unknownAgeIsKept)
{
    const auto digest = pushImage(team, "one", {"a"});
    const auto other = pushImage(team, "two", {"b"});
    close();
    writeFile(tombstonePath(team, digest), "");
    writeFile(tombstonePath(team, other), other.toString() + "\nv=1\nmanifest=\n");
    open();
    EXPECT_EQ(sweepAfterRetention().swept, 0u);
    EXPECT_EQ(trashKeys().size(), 2u);
    ASSERT_TRUE(store->purge(team, digest, actor)) << "a person may";
    ASSERT_TRUE(store->purge(team, other, actor));
    nowAndReopened([&] { EXPECT_TRUE(trashKeys().empty()); });
}

TEST_F(Sweep, hiddenTagsGoWithTheirOwnExpiry)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b", "c"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(put(team, manifest, {"a"}));
    EXPECT_EQ(sweepAfterRetention().swept, 1u);
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), Names{"a"});
        EXPECT_TRUE(isLive(team, digest));
        EXPECT_TRUE(trashKeys().empty());
    });
    EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/b"));
    EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/c"));
    EXPECT_FALSE(exists(tombstoneDirectory(digest)));
}

TEST_F(Sweep, tagTombstonesExpireToo)
{
    const auto digest = pushImage(team, "one", {"a", "b"});
    ASSERT_TRUE(store->deleteTag(team, tag("a"), actor));
    EXPECT_EQ(sweepAfterRetention().swept, 1u);
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), Names{"b"});
        EXPECT_TRUE(isLive(team, digest));
        EXPECT_EQ(store->restore(team, tag("a"), {}, actor).error().kind, ErrorKind::NotFound);
    });
    EXPECT_FALSE(exists("repositories/team/api/_manifests/tags/a"));
    EXPECT_FALSE(exists("repositories/team/api/_deleted/_tags/a"));
}

} // namespace quayside::test
