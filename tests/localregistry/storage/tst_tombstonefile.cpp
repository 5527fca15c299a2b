// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/tombstonefile.h"
#include "oci/hasher.h"

#include <gtest/gtest.h>

namespace quayside {

namespace {

const Digest digest = Hasher::hash("content");
const Timestamp time = *parseRfc3339("2026-11-25T09:12:00Z");

std::string record(const std::string &lines)
{
    return digest.toString() + "\nv=1\n" + lines;
}

} // namespace

TEST(TombstoneFile, readsEveryKey)
{
    const auto tombstone = Tombstone::parse(record("manifest=2026-11-25T09:12:00Z\ntagcount=3\ntags=a,b,"
                                                   "c\nhidden=z,y\nhidden-since=2026-11-25T09:12:00Z\n"
                                                   "by=ctl\nuser=ann\n"));
    EXPECT_TRUE(tombstone.readable);
    EXPECT_TRUE(tombstone.names(ContentRole::Manifest));
    EXPECT_FALSE(tombstone.names(ContentRole::Blob));
    EXPECT_EQ(tombstone.deletedAt(ContentRole::Manifest), time);
    EXPECT_EQ(tombstone.tags, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(tombstone.tagCount, 3u);
    EXPECT_EQ(tombstone.hidden, (std::vector<std::string>{"y", "z"}));
    EXPECT_EQ(tombstone.hiddenSince, time);
    EXPECT_EQ(tombstone.by, "ctl");
    EXPECT_EQ(tombstone.user, "ann");
}

TEST(TombstoneFile, writesWhatItReads)
{
    const auto text =
        record("future=kept\nmanifest=2026-11-25T09:12:00Z\nblob=2026-11-25T09:12:00Z\n"
               "tagcount=1\ntags=a\nby=api\ncause=subject\nexpired-seen=2026-12-25T09:12:00Z 86400 3\n"
               "sweeping=1\n");
    EXPECT_EQ(Tombstone::parse(text).toString(digest), text);
}

TEST(TombstoneFile, presenceMeansDeleted)
{
    for (const auto &text :
         {std::string(), std::string("garbage"), digest.toString(), digest.toString() + "\n", record(""),
          record("by=api\n"), digest.toString() + "\nv=2\nblob=2026-11-25T09:12:00Z\n",
          record("no equals sign\n")}) {
        const auto tombstone = Tombstone::parse(text);
        EXPECT_FALSE(tombstone.readable) << text;
        EXPECT_TRUE(tombstone.names(ContentRole::Manifest)) << text;
        EXPECT_TRUE(tombstone.names(ContentRole::Blob)) << text;
        EXPECT_FALSE(tombstone.deletedAt(ContentRole::Manifest)) << text;
        EXPECT_FALSE(tombstone.isEmpty()) << text;
    }
}

TEST(TombstoneFile, hiddenAloneLeavesTheDigestLive)
{
    const auto tombstone = Tombstone::parse(record("hidden=b,not/a/tag,c\n"));
    EXPECT_TRUE(tombstone.readable);
    EXPECT_FALSE(tombstone.names(ContentRole::Manifest));
    EXPECT_FALSE(tombstone.names(ContentRole::Blob));
    EXPECT_TRUE(tombstone.hides("b"));
    EXPECT_FALSE(tombstone.hides("not/a/tag"));
}

TEST(TombstoneFile, roleWithoutTimeIsDeletedOfUnknownAge)
{
    const auto tombstone = Tombstone::parse(record("blob=\n"));
    EXPECT_TRUE(tombstone.names(ContentRole::Blob));
    EXPECT_FALSE(tombstone.names(ContentRole::Manifest));
    EXPECT_FALSE(tombstone.deletedAt(ContentRole::Blob));
}

TEST(TombstoneFile, clearingOneRoleKeepsTheOther)
{
    auto tombstone = Tombstone::parse(
        record("manifest=2026-11-25T09:12:00Z\nblob=2026-11-25T09:12:00Z\ntagcount=1\ntags=a\n"));
    tombstone.clear(ContentRole::Manifest);
    EXPECT_EQ(tombstone.toString(digest), record("blob=2026-11-25T09:12:00Z\n"));
    tombstone.clear(ContentRole::Blob);
    EXPECT_TRUE(tombstone.isEmpty());

    auto unreadable = Tombstone::parse("");
    unreadable.clear(ContentRole::Manifest);
    EXPECT_EQ(unreadable.toString(digest), record("blob=\n"));
}

TEST(TombstoneFile, sightingsAreReadExactlyOrNotAtAll)
{
    EXPECT_EQ(ExpirySighting::parse("2026-11-25T09:12:00Z 86400 3"),
              (ExpirySighting{time, std::chrono::seconds(86400), 3}));
    for (const auto *text : {"", "2026-11-25T09:12:00Z", "2026-11-25T09:12:00Z 1", "yesterday 1 1",
                             "2026-11-25T09:12:00Z x 1", "2026-11-25T09:12:00Z 1 "})
        EXPECT_FALSE(ExpirySighting::parse(text)) << text;
}

TEST(TombstoneFile, expiryCountsFromTheLastDeletion)
{
    const auto both = Tombstone::parse(record("manifest=2026-11-25T09:12:00Z\nblob=2026-11-24T09:12:00Z\n"));
    EXPECT_EQ(both.lastDeletion(), time);
    EXPECT_EQ(Tombstone::parse(record("hidden=a\nhidden-since=2026-11-25T09:12:00Z\n")).lastDeletion(), time);
    EXPECT_FALSE(Tombstone::parse(record("manifest=2026-11-25T09:12:00Z\nblob=\n")).lastDeletion());
    EXPECT_FALSE(Tombstone::parse("").lastDeletion()) << "unknown age";
}

TEST(TombstoneFile, valuesCannotBreakALine)
{
    Tombstone tombstone;
    tombstone.blob = Tombstone::Deletion{time};
    tombstone.user = "ann\nmanifest=2026-11-25T09:12:00Z";
    const auto again = Tombstone::parse(tombstone.toString(digest));
    EXPECT_FALSE(again.names(ContentRole::Manifest));
    EXPECT_EQ(again.user, "ann manifest=2026-11-25T09:12:00Z");
}

TEST(TombstoneFile, tagIsInForceWhileItsLinkNamesLineOne)
{
    const auto tombstone = TagTombstone::parse(record("tag=2026-11-25T09:12:00Z\nby=desktop\nuser=ann\n"));
    EXPECT_TRUE(tombstone.appliesTo(digest));
    EXPECT_FALSE(tombstone.appliesTo(Hasher::hash("other")));
    EXPECT_EQ(tombstone.deletedAt, time);
    EXPECT_EQ(tombstone.by, "desktop");
    EXPECT_EQ(TagTombstone::parse(tombstone.toString()).user, "ann");
    EXPECT_TRUE(TagTombstone::parse("").appliesTo(digest)) << "unreadable means deleted";
    const auto text = record("future=kept\ntag=2026-11-25T09:12:00Z\nby=api\n"
                             "expired-seen=2026-12-25T09:12:00Z 86400 3\nsweeping=1\n");
    EXPECT_EQ(TagTombstone::parse(text).toString(), text);
}

} // namespace quayside
