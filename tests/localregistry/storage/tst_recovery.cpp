// SPDX-License-Identifier: Apache-2.0
// Stores that another process left behind: killed, damaged, or written by docker-registry.
#include "storefixture.h"

#include "oci/hasher.h"

#include <fstream>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class Recovery : public StoreTest
{
protected:
    std::string dataPath(const Digest &digest) const
    {
        return "blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data";
    }
    std::string revisionPath(const Digest &digest) const
    {
        return "repositories/team/api/_manifests/revisions/sha256/" + digest.hex() + "/link";
    }
    Digest writeBlob(const std::string &content) const
    {
        const auto digest = Hasher::hash(content);
        writeFile(dataPath(digest), content);
        writeFile("repositories/team/api/_layers/sha256/" + digest.hex() + "/link", digest.toString());
        return digest;
    }
    /// As docker-registry 2.8 writes it: links hold the digest and no line end.
    Digest writeDistributionStore() const
    {
        const std::string config = R"({"os":"linux","architecture":"amd64"})";
        const auto configDigest = writeBlob(config);
        const auto layer = writeBlob("layer");
        const auto manifest = imageManifest(configDigest, config.size(), layer, 5);
        const auto digest = Hasher::hash(manifest);
        writeFile(dataPath(digest), manifest);
        writeFile(revisionPath(digest), digest.toString());
        const std::string tagDirectory = "repositories/team/api/_manifests/tags/v1/";
        writeFile(tagDirectory + "current/link", digest.toString());
        writeFile(tagDirectory + "index/sha256/" + digest.hex() + "/link", digest.toString());
        fs::create_directories(pathOf("repositories/team/api/_uploads"));
        return digest;
    }
};

TEST_F(Recovery, opensAStoreOfDistribution)
{
    const auto digest = writeDistributionStore();
    open();
    const auto info = store->manifest(team, tag("v1"));
    ASSERT_TRUE(info);
    EXPECT_EQ(info->digest, digest);
    EXPECT_EQ(info->platforms, Names{"linux/amd64"});
    EXPECT_EQ(store->blob(team, Hasher::hash("layer"))->size, 5);
    EXPECT_EQ(store->repositories({}, 10).names, Names{"team/api"});
    EXPECT_TRUE(store->problems().empty());
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"v1"}); });
}

TEST_F(Recovery, writesLinksLikeDistribution)
{
    open();
    const auto digest = pushImage(team, "one", {"v1"});
    EXPECT_EQ(readFile(revisionPath(digest)), digest.toString());
    EXPECT_EQ(readFile("repositories/team/api/_manifests/tags/v1/current/link"), digest.toString());
    EXPECT_EQ(readFile("repositories/team/api/_manifests/tags/v1/index/sha256/" + digest.hex() + "/link"),
              digest.toString());
    EXPECT_EQ(readFile("repositories/team/api/_layers/sha256/" + Hasher::hash("one").hex() + "/link"),
              Hasher::hash("one").toString());
    EXPECT_EQ(readFile(dataPath(Hasher::hash("one"))), "one");
}

TEST_F(Recovery, linkOfAnAliasLeadsToItsData)
{
    const auto digest = writeDistributionStore();
    const auto alias = Hasher::hash(readFile(dataPath(digest)), DigestAlgorithm::Sha512);
    writeFile("repositories/team/api/_manifests/revisions/sha512/" + alias.hex() + "/link",
              digest.toString());
    open();
    const auto info = store->manifest(team, alias);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->digest, alias) << "answered with the name that was asked for";
    EXPECT_EQ(**store->manifestBytes(team, alias), readFile(dataPath(digest)));
}

TEST_F(Recovery, garbledLinksAreRewrittenFromTheirPath)
{
    const auto digest = writeDistributionStore();
    const auto layer = Hasher::hash("layer");
    const auto layerPath = "repositories/team/api/_layers/sha256/" + layer.hex() + "/link";
    writeFile(revisionPath(digest), "sha25");
    writeFile(layerPath, "");
    open();
    EXPECT_TRUE(isLive(team, digest));
    EXPECT_TRUE(store->blob(team, layer));
    EXPECT_EQ(readFile(revisionPath(digest)), digest.toString());
    EXPECT_EQ(readFile(layerPath), layer.toString());
}

TEST_F(Recovery, garbledLinkWithoutItsDataStaysAndIsReported)
{
    const auto digest = writeDistributionStore();
    writeFile(revisionPath(digest), "");
    writeFile(dataPath(digest), "other bytes");
    open();
    EXPECT_FALSE(isLive(team, digest));
    EXPECT_EQ(store->problems().size(), 1u);
    EXPECT_EQ(readFile(revisionPath(digest)), "");
}

TEST_F(Recovery, lostTagIsReportedAndHidesNothingElse)
{
    const auto digest = writeDistributionStore();
    writeFile("repositories/team/api/_manifests/tags/broken/current/link", "sha256:12");
    writeFile("repositories/team/api/_manifests/tags/not a tag/current/link", digest.toString());
    writeFile("repositories/team/api/_manifests/revisions/sha256/zzz/link", "");
    writeFile("repositories/Not A Name/_manifests/tags/x/current/link", "");
    fs::create_directories(pathOf("repositories/team/api/_manifests/tags/empty/current"));
    Names told;
    options.problemListener = [&](const std::string &problem) { told.push_back(problem); };
    open();
    EXPECT_EQ(tags(team), Names{"v1"});
    store->waitUntilLoaded();
    EXPECT_EQ(store->problems().size(), 3u);
    EXPECT_EQ(told, store->problems());
    close(); // before the listener goes
}

TEST_F(Recovery, aTombstoneDirectoryWithoutLinkIsNone)
{
    const auto digest = writeDistributionStore();
    fs::create_directories(pathOf(tombstonePath(team, digest)).parent_path());
    open();
    EXPECT_TRUE(isLive(team, digest));
    EXPECT_EQ(store->repositories({}, 10).names, Names{"team/api"});
}

TEST_F(Recovery, inertTagTombstoneIsRemoved)
{
    writeDistributionStore();
    const std::string path = "repositories/team/api/_deleted/_tags/v1/link";
    writeFile(path, Hasher::hash("earlier").toString() + "\nv=1\ntag=2026-11-25T09:00:00Z\n");
    open();
    EXPECT_EQ(tags(team), Names{"v1"});
    EXPECT_FALSE(fs::exists(pathOf(path)));
}

TEST_F(Recovery, anUnreadableTagTombstoneIsToldAndNeverSwept)
{
    writeDistributionStore();
    const std::string path = "repositories/team/api/_deleted/_tags/v1/link";
    writeFile(path, "");
    open();
    EXPECT_TRUE(tags(team).empty());
    ASSERT_EQ(store->problems().size(), 1u);
    EXPECT_NE(store->problems()[0].find("_deleted/_tags/v1/link cannot be read"), std::string::npos);
    const auto entries = store->trash(team, {}, 10).entries;
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].tag, tag("v1"));
    EXPECT_FALSE(entries[0].deletedAt || entries[0].expiresAt);
    for (int day = 0; day < 2; ++day) {
        pass(options.trashRetention);
        EXPECT_EQ(store->sweep()->swept, 0u);
    }
    ASSERT_TRUE(store->restore(team, tag("v1"), {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"v1"}); });
}

TEST_F(Recovery, schema1IsServedAsItIs)
{
    const std::string bytes = R"({"schemaVersion":1,"name":"team/api","signatures":[]})";
    const auto digest = Hasher::hash(bytes);
    writeFile(dataPath(digest), bytes);
    writeFile(revisionPath(digest), digest.toString());
    open();
    const auto info = store->manifest(team, digest);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->mediaType, mediatype::dockerSchema1Signed);
    EXPECT_EQ(**store->manifestBytes(team, digest), bytes);
}

TEST_F(Recovery, ownTemporariesAreRemoved)
{
    open();
    close();
    std::ofstream(root / "quayside.tmp" / "7") << "rest";
    open();
    EXPECT_FALSE(fs::exists(root / "quayside.tmp" / "7"));
}

TEST_F(Recovery, whatALinkLeadsToIsNeverRemoved)
{
    open();
    close();
    const auto elsewhere = root.parent_path() / "elsewhere";
    fs::create_directories(elsewhere);
    std::ofstream(elsewhere / "kept") << "somebody's";
    const auto left = root / "quayside.tmp" / "left";
    fs::create_directories(left);
    fs::create_directory_symlink(elsewhere, left / "link");
    open();
    EXPECT_FALSE(fs::exists(fs::symlink_status(left)));
    EXPECT_TRUE(fs::exists(elsewhere / "kept"));
}

TEST_F(Recovery, oneProcessServesAStore)
{
    open();
    ASSERT_TRUE(store->announce("http://localhost:5000"));
    const auto second = Store::open(options);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
    EXPECT_NE(second.error().message.find("http://localhost:5000"), std::string::npos);
    EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(Recovery, aNewerFormatIsRefused)
{
    open();
    close();
    std::ofstream(root / "quayside.state") << "v=2\n";
    const auto refused = Store::open(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
}

TEST_F(Recovery, unknownKeysOfTheStateAreKept)
{
    open();
    close();
    std::ofstream(root / "quayside.state", std::ios::app) << "future=kept\n";
    reopen();
    close();
    std::ifstream file(root / "quayside.state");
    const std::string state((std::istreambuf_iterator<char>(file)), {});
    EXPECT_NE(state.find("future=kept\n"), std::string::npos);
    EXPECT_NE(state.find("clean=1\n"), std::string::npos);
    EXPECT_TRUE(state.starts_with("v=1\n"));
}

} // namespace quayside::test
