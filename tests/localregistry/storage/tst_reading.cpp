// SPDX-License-Identifier: Apache-2.0
#include "storefixture.h"

#include "oci/hasher.h"

#include <sys/stat.h>
#include <unistd.h>

namespace quayside::test {

using Names = std::vector<std::string>;

class Reading : public StoreTest
{
protected:
    Reading() { open(); }

    Digest pushIndex(const Manifest &child, const std::string &annotation)
    {
        const auto digest = Hasher::hash(child.bytes());
        const auto descriptor = R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
                                digest.toString() + R"(","size":)" + std::to_string(child.bytes().size());
        const auto json =
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","annotations":{"a":")" +
            annotation + R"("},"manifests":[)" + descriptor +
            R"(,"platform":{"os":"linux","architecture":"amd64"}},)" + descriptor +
            R"(,"platform":{"os":"unknown","architecture":"unknown"}}]})";
        const auto result = put(team, *Manifest::parse(json, std::nullopt, JsonRules::Strict), {"index"});
        EXPECT_TRUE(result) << result.error().message;
        return result->digest;
    }
};

TEST_F(Reading, pagesAreTheWholeForEverySize)
{
    const auto manifest = image(team, "one");
    ASSERT_TRUE(put(team, manifest, {"a", "B", "_", "a.b", "a-b", "aa"}));
    const Names all{"B", "_", "a", "a-b", "a.b", "aa"}; // byte-wise
    for (std::size_t size = 1; size <= all.size() + 1; ++size) {
        Names seen;
        std::string last;
        bool more = true;
        while (more) {
            const auto page = *store->tags(team, last, size);
            EXPECT_LE(page.names.size(), size);
            seen.insert(seen.end(), page.names.begin(), page.names.end());
            more = page.more;
            last = seen.back();
        }
        EXPECT_EQ(seen, all) << size;
    }
    EXPECT_EQ(store->tags(team, "a,", 10)->names, (Names{"a-b", "a.b", "aa"})) << "last need not exist";
    EXPECT_TRUE(store->tags(team, "z", 10)->names.empty());
    EXPECT_TRUE(store->tags(team, {}, 0)->names.empty());
}

TEST_F(Reading, repositoriesInByteOrderOfTheWholeName)
{
    for (const auto *name : {"a/b", "a", "a-b", "a.c"})
        pushImage(repo(name), "same", {"v1"});
    nowAndReopened([&] {
        EXPECT_EQ(store->repositories({}, 10).names, (Names{"a", "a-b", "a.c", "a/b"}));
        const auto page = store->repositories("a-b", 1);
        EXPECT_EQ(page.names, Names{"a.c"});
        EXPECT_TRUE(page.more);
        EXPECT_FALSE(store->repositories("a.c", 1).more);
    });
}

TEST_F(Reading, trashPagesAcrossRepositories)
{
    for (const auto *name : {"a/b", "a", "a-b"}) {
        const auto digest = pushImage(repo(name), "same", {"v1", "v2"});
        ASSERT_TRUE(store->deleteTag(repo(name), tag("v1"), actor));
        ASSERT_TRUE(store->deleteManifest(repo(name), digest, actor));
    }
    const auto all = trashKeys();
    ASSERT_EQ(all.size(), 6u);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    Names seen;
    std::string last;
    bool more = true;
    while (more) {
        const auto page = store->trash(std::nullopt, last, 1);
        ASSERT_EQ(page.entries.size(), 1u);
        seen.push_back(last = page.entries[0].key());
        more = page.more;
    }
    EXPECT_EQ(seen, all);
}

TEST_F(Reading, indexHasThePlatformsAndSizeOfItsChildren)
{
    const auto child = image(team, "one");
    ASSERT_TRUE(put(team, child, {}));
    const auto digest = pushIndex(child, "x");
    nowAndReopened([&] {
        const auto info = store->manifest(team, digest);
        ASSERT_TRUE(info);
        EXPECT_EQ(info->platforms, Names{"linux/amd64"});
        EXPECT_EQ(info->downloadSize, child.downloadSize());
        EXPECT_EQ(info->built, parseRfc3339("2026-11-01T10:00:00Z"));
        EXPECT_EQ(info->children.size(), 2u);
        EXPECT_EQ(info->annotations.at("a"), "x");
    });
    const auto content = store->content(team, {}, 1);
    ASSERT_TRUE(content);
    EXPECT_TRUE(content->more);
    EXPECT_EQ(store->content(team, content->manifests[0].digest.toString(), 1)->manifests.size(), 1u);
}

TEST_F(Reading, sparseIndexOnlyWhereAllowed)
{
    const auto child = image(team, "one"); // not pushed itself
    options.allowSparseIndex = true;
    reopen();
    pushIndex(child, "x");
    EXPECT_EQ(store->manifest(team, tag("index"))->platforms, Names{"linux/amd64"});
}

TEST_F(Reading, referrersAreLiveOnes)
{
    const auto subject = pushImage(team, "one", {"v1"});
    const auto config = pushBlob(team, "{}");
    const auto json =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
        R"("artifactType":"text/sbom","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":")" +
        config.toString() +
        R"(","size":2},"layers":[],"subject":{"mediaType":)"
        R"("application/vnd.oci.image.manifest.v1+json","digest":")" +
        subject.toString() + R"(","size":10}})";
    const auto result = put(team, *Manifest::parse(json, std::nullopt, JsonRules::Strict), {});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->subject, subject);
    nowAndReopened([&] {
        const auto referrers = store->referrers(team, subject);
        ASSERT_EQ(referrers.size(), 1u);
        EXPECT_EQ(referrers[0].artifactType, "text/sbom");
        EXPECT_EQ(referrers[0].digest, result->digest);
    });
    ASSERT_TRUE(store->deleteManifest(team, result->digest, actor));
    nowAndReopened([&] { EXPECT_TRUE(store->referrers(team, subject).empty()); });
}

TEST_F(Reading, openBlobGivesTheBytes)
{
    const auto digest = pushBlob(team, "layer");
    const auto blob = store->openBlob(team, digest);
    ASSERT_TRUE(blob);
    EXPECT_EQ(blob->info.size, 5);
    char buffer[8] = {};
    EXPECT_EQ(::pread(*blob->descriptor, buffer, sizeof buffer, 0), 5);
    EXPECT_STREQ(buffer, "layer");
}

TEST_F(Reading, manifestByDigestMustMatch)
{
    const auto manifest = image(team, "one");
    const auto other = Hasher::hash("other");
    const auto result = store->putManifest(team, other, {}, manifest, actor);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::DigestMismatch);
    const auto sha512 = Hasher::hash(manifest.bytes(), DigestAlgorithm::Sha512);
    ASSERT_TRUE(store->putManifest(team, sha512, {tag("v1")}, manifest, actor));
    nowAndReopened([&] { EXPECT_EQ(store->manifest(team, tag("v1"))->digest, sha512); });
}

} // namespace quayside::test
