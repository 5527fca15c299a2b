// SPDX-License-Identifier: Apache-2.0
// Data that disappears under a running store: who asks for it is told so, clients push it again, and then it
// is there for everybody.
#include "storefixture.h"

#include "oci/hasher.h"

#include <cerrno>
#include <fstream>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class LostData : public StoreTest
{
protected:
    LostData() { open(); }

    fs::path dataOf(const Digest &digest) const
    {
        return pathOf("blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data");
    }
    std::string contentOf(const RepositoryName &repository, const Digest &digest) const
    {
        const auto blob = store->openBlob(repository, digest);
        std::string content(blob ? static_cast<std::size_t>(blob->info.size) : 0, '\0');
        if (blob) {
            EXPECT_EQ(::pread(*blob->descriptor, content.data(), content.size(), 0), blob->info.size);
        }
        return content;
    }
    bool isFound(const RepositoryName &repository, const Digest &blob) const
    {
        const auto info = store->blob(repository, blob);
        EXPECT_TRUE(info || info.error().code == "BLOB_UNKNOWN");
        return info.has_value();
    }
    const RepositoryName other = repo("other");
};

TEST_F(LostData, aMissingBlobIsNotFoundOnceItWasAskedFor)
{
    const auto digest = pushBlob(team, "layer");
    pushBlob(other, "layer");
    fs::remove(dataOf(digest));
    watcher.start();
    EXPECT_TRUE(isFound(team, digest)) << "existence is answered from memory";
    EXPECT_EQ(watcher.count(), 0u);
    EXPECT_EQ(store->openBlob(team, digest).error().code, "BLOB_UNKNOWN");
    watcher.start();
    EXPECT_FALSE(isFound(team, digest));
    EXPECT_FALSE(isFound(other, digest)) << "the data is the same";
    EXPECT_EQ(store->openBlob(team, digest).error().code, "BLOB_UNKNOWN");
    EXPECT_EQ(watcher.count(), 0u);
    watcher.stop();
    pushBlob(team, "layer");
    nowAndReopened([&] {
        EXPECT_EQ(contentOf(team, digest), "layer");
        EXPECT_EQ(contentOf(other, digest), "layer") << "back for every repository that links it";
    });
}

TEST_F(LostData, aBlobOfAWrongSizeIsNotFound)
{
    const auto digest = pushBlob(team, "layer");
    std::ofstream(dataOf(digest)) << "lay";
    EXPECT_EQ(store->openBlob(team, digest).error().code, "BLOB_UNKNOWN");
    EXPECT_FALSE(isFound(team, digest));
    pushBlob(team, "layer");
    nowAndReopened([&] { EXPECT_EQ(contentOf(team, digest), "layer"); });
}

TEST_F(LostData, aMissingManifestIsNotFoundWithItsTags)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    ASSERT_EQ(pushImage(other, "one", {"c"}), digest);
    reopen(); // its bytes are in no cache
    fs::remove(dataOf(digest));
    EXPECT_TRUE(store->manifestHead(team, tag("a")));
    EXPECT_EQ(store->manifestBytes(team, digest).error().code, "MANIFEST_UNKNOWN");
    EXPECT_EQ(store->manifestHead(team, tag("a")).error().code, "MANIFEST_UNKNOWN");
    EXPECT_FALSE(store->manifestHead(other, digest));
    EXPECT_TRUE(tags(team).empty());
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer);
    ASSERT_TRUE(put(team, manifest, {"a"}));
    nowAndReopened([&] {
        EXPECT_EQ(tags(team), (Names{"a", "b"})) << "nobody has deleted b";
        EXPECT_EQ(tags(other), Names{"c"});
        EXPECT_EQ(**store->manifestBytes(other, digest), manifest.bytes());
        EXPECT_TRUE(store->collectGarbage({}));
    });
}

TEST_F(LostData, aManifestOfAWrongSizeIsNotFound)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    for (const std::string &damaged :
         {std::string("{}"), manifest.bytes() + "\n", std::string(5'000'000, ' ')}) {
        reopen();
        std::ofstream(dataOf(digest)) << damaged;
        EXPECT_EQ(store->manifestBytes(team, digest).error().code, "MANIFEST_UNKNOWN");
        EXPECT_FALSE(store->manifestHead(team, digest));
        ASSERT_TRUE(put(team, manifest, {}));
        EXPECT_EQ(tags(team), Names{"a"});
    }
}

TEST_F(LostData, whatIsMissingAtTheStartComesBackWithAPushElsewhere)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    const auto layer = Hasher::hash("one");
    close();
    fs::remove(dataOf(layer));
    std::ofstream(dataOf(digest)) << ""; // a power cut under a registry that does not sync
    open();
    EXPECT_EQ(store->problems().size(), 2u);
    EXPECT_FALSE(isFound(team, layer));
    EXPECT_FALSE(store->manifestHead(team, tag("a")));
    ASSERT_EQ(pushImage(other, "one", {"c"}), digest);
    nowAndReopened([&] {
        EXPECT_EQ(contentOf(team, layer), "one");
        EXPECT_EQ(store->manifestHead(team, tag("a"))->digest, digest);
    });
    EXPECT_TRUE(store->problems().empty());
}

TEST_F(LostData, emptiedLayersAreLost)
{
    const auto layer = pushBlob(team, "layer");
    const auto nothing = pushBlob(team, "");
    close();
    std::ofstream(dataOf(layer)) << "";
    open();
    EXPECT_EQ(store->problems().size(), 1u);
    EXPECT_FALSE(isFound(team, layer));
    EXPECT_EQ(store->openBlob(team, layer).error().code, "BLOB_UNKNOWN");
    EXPECT_EQ(store->mountBlob(other, layer, team).error().code, "BLOB_UNKNOWN");
    EXPECT_TRUE(isFound(team, nothing));
    EXPECT_EQ(contentOf(team, nothing), "");
    pushBlob(team, "layer");
    nowAndReopened([&] { EXPECT_EQ(contentOf(team, layer), "layer"); });
}

TEST_F(LostData, aPushOfABlobDoesNotTellWhatAManifestNeeds)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    reopen();
    fs::remove(dataOf(digest));
    EXPECT_FALSE(store->manifestBytes(team, digest));
    pushBlob(other, manifest.bytes());
    EXPECT_FALSE(store->manifestHead(team, digest));
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer);
    image(other, "one");
    ASSERT_TRUE(put(other, manifest, {"b"}));
    EXPECT_TRUE(store->manifestHead(team, tag("a"))) << "but the manifest's push does";
}

TEST_F(LostData, whatIsDeletedStaysDeleted)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    ASSERT_EQ(pushImage(other, "one", {"c"}), digest);
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    reopen();
    fs::remove(dataOf(digest));
    EXPECT_FALSE(store->manifestBytes(other, digest));
    ASSERT_TRUE(put(other, manifest, {}));
    nowAndReopened([&] {
        EXPECT_EQ(tags(other), Names{"c"});
        EXPECT_FALSE(store->manifestHead(team, tag("a")));
    });
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    EXPECT_EQ(tags(team), Names{"a"});
}

TEST_F(LostData, lostDataIsNotMounted)
{
    const auto digest = pushBlob(team, "layer");
    fs::remove(dataOf(digest));
    EXPECT_EQ(store->mountBlob(other, digest, team).error().code, "BLOB_UNKNOWN");
    EXPECT_FALSE(isFound(team, digest));
}

class LostManifest : public LostData
{
protected:
    LostManifest()
        : manifest(image(team, "one"))
        , digest(put(team, manifest, {"a", "b"})->digest)
    {}
    void lose()
    {
        reopen(); // its bytes are in no cache
        fs::remove(dataOf(digest));
        EXPECT_FALSE(store->manifestBytes(team, digest));
    }
    bool isSweepable() const { return store->sweep() && store->collectGarbage({}); }

    const Manifest manifest;
    const Digest digest;
};

TEST_F(LostManifest, canBeDeletedAndStopsNothingThen)
{
    pushImage(team, "two", {"c"});
    for (const bool afterStart : {false, true}) {
        lose();
        if (afterStart)
            reopen();
        EXPECT_FALSE(store->sweep());
        EXPECT_FALSE(store->collectGarbage({}));
        ASSERT_TRUE(store->deleteManifest(team, digest, actor));
        EXPECT_EQ(store->deleteManifest(team, digest, actor).error().code, "MANIFEST_UNKNOWN");
        nowAndReopened([&] {
            EXPECT_TRUE(isSweepable());
            EXPECT_EQ(trashKeys(), Names{"team/api " + digest.toString()});
            EXPECT_EQ(tags(team), Names{"c"});
            EXPECT_EQ(store->restore(team, digest, {}, actor).error().code, "MANIFEST_UNKNOWN");
        });
        image(team, "one");
        ASSERT_TRUE(put(team, manifest, {"a"})) << "a push brings it back";
        EXPECT_EQ(tags(team), (Names{"a", "c"})) << "but not the other tag";
        ASSERT_TRUE(put(team, manifest, {"b"}));
    }
}

TEST_F(LostManifest, isSweptWithItsTagsOnceItWasDeleted)
{
    const auto kept = pushImage(team, "two", {"c"});
    lose();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    for (const auto wait : {std::chrono::seconds(options.trashRetention), std::chrono::seconds(86400)}) {
        pass(wait);
        ASSERT_TRUE(store->sweep());
    }
    EXPECT_FALSE(fs::exists(pathOf("repositories/team/api/_manifests/revisions/sha256/" + digest.hex())));
    EXPECT_FALSE(fs::exists(pathOf("repositories/team/api/_manifests/tags/a")));
    nowAndReopened([&] {
        EXPECT_TRUE(trashKeys().empty());
        EXPECT_EQ(tags(team), Names{"c"});
        EXPECT_TRUE(isLive(team, kept));
        EXPECT_TRUE(isSweepable());
    });
    EXPECT_EQ(store->deleteManifest(team, digest, actor).error().code, "MANIFEST_UNKNOWN");
}

// It can be restored once its data is back: what it needs is kept, whatever that is.
TEST_F(LostManifest, stopsCollectionsIfItWasDeletedBefore)
{
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    close();
    fs::remove(dataOf(digest));
    open();
    EXPECT_FALSE(store->collectGarbage({}));
    EXPECT_EQ(store->deleteManifest(team, digest, actor).error().code, "MANIFEST_UNKNOWN");
}

TEST_F(LostManifest, whoseDataComesBackStaysDeletedAndCanBeRestored)
{
    lose();
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_EQ(pushImage(other, "one", {"x"}), digest);
    nowAndReopened([&] { EXPECT_FALSE(isLive(team, digest)); });
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), (Names{"a", "b"})); });
}

// The data is pushed again after the GET has looked for it, and before it says that it is lost.
TEST_F(LostData, aPushThatIsQuickerIsSeen)
{
    const auto digest = pushBlob(team, "layer");
    close();
    bool isArmed = false;
    options.fileObserver = [&](const FileOperation &operation) {
        const bool isOpen = operation.kind == FileOperation::Kind::Open && operation.path.ends_with("/data");
        if (!isArmed || !isOpen)
            return 0;
        isArmed = false;
        pushBlob(team, "layer");
        return ENOENT;
    };
    open();
    fs::remove(dataOf(digest));
    isArmed = true;
    EXPECT_EQ(contentOf(team, digest), "layer");
    EXPECT_FALSE(isArmed);
    EXPECT_TRUE(isFound(team, digest));
    EXPECT_TRUE(store->problems().empty());
    close(); // before the observer goes
}

TEST_F(LostData, aCheckTellsOfLostManifests)
{
    const auto digest = pushImage(team, "one", {"a"});
    reopen();
    fs::remove(dataOf(digest));
    EXPECT_FALSE(store->manifestBytes(team, digest));
    const auto checked = store->check({});
    ASSERT_TRUE(checked);
    ASSERT_FALSE(checked->findings.empty());
    EXPECT_EQ(checked->findings[0].kind, CheckFinding::Kind::Missing);
    EXPECT_NE(checked->findings[0].text.find(digest.toString()), std::string::npos);
}

} // namespace quayside::test
