// SPDX-License-Identifier: Apache-2.0
// What garbage collection removes, and everything that must keep it from doing so.
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Kind = FileOperation::Kind;

class Collection : public StoreTest
{
protected:
    Collection() { open(); }

    CollectionResult collect(bool dryRun = false)
    {
        CollectionOptions collection;
        collection.dryRun = dryRun;
        const auto result = store->collectGarbage(collection);
        EXPECT_TRUE(result) << result.error().message;
        return result.value_or(CollectionResult());
    }
    bool hasData(const Digest &digest) const
    {
        return fs::exists(pathOf("blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data"));
    }
    bool hasLink(const Digest &digest, const std::string &repository = "team/api") const
    {
        return fs::exists(pathOf("repositories/" + repository + "/_layers/sha256/" + digest.hex()));
    }
    /// Older than the grace period and any lease.
    void age() { pass(24h + 1h); }
};

TEST_F(Collection, removesLinksAndDataThatNothingNeeds)
{
    const auto manifest = image(team, "kept");
    ASSERT_TRUE(put(team, manifest, {"a"}));
    const auto orphan = pushBlob(team, "orphan");
    age();
    const auto dry = collect(true);
    EXPECT_EQ(dry.links, 1u);
    EXPECT_EQ(dry.blobs, 1u);
    EXPECT_EQ(dry.bytes, 6);
    ASSERT_EQ(dry.items.size(), 2u);
    EXPECT_EQ(dry.items[0].digest, orphan);
    EXPECT_EQ(dry.items[0].repository, team);
    EXPECT_EQ(dry.items[1].bytes, 6);
    EXPECT_TRUE(hasData(orphan)) << "dry";
    watcher.start();
    EXPECT_EQ(collect().bytes, 6);
    watcher.stop();
    nowAndReopened([&] {
        EXPECT_FALSE(store->blob(team, orphan));
        EXPECT_TRUE(store->blob(team, manifest.layers().front().digest));
        EXPECT_TRUE(isLive(team, Hasher::hash(manifest.bytes())));
    });
    EXPECT_FALSE(hasData(orphan));
    EXPECT_FALSE(hasLink(orphan));
    // The link was durably gone before the data went.
    std::vector<std::string> steps;
    for (const auto &operation : watcher.operations()) {
        if (operation.kind == Kind::Rename)
            steps.push_back(operation.path.find("_layers") != std::string::npos ? "link" : "data");
        if (operation.kind == Kind::Sync)
            steps.push_back("sync");
    }
    EXPECT_EQ(steps, (std::vector<std::string>{"link", "sync", "data", "sync"}));
    EXPECT_EQ(pushBlob(team, "orphan"), orphan) << "and can be pushed again";
    nowAndReopened([&] { EXPECT_TRUE(store->blob(team, orphan)); });
}

TEST_F(Collection, aSweptImageFreesItsSpace)
{
    const auto shared = pushBlob(team, "shared");
    const auto digest = pushImage(team, "gone", {"a"});
    pushImage(team, "shared", {"b"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    age();
    EXPECT_EQ(collect().items.size(), 0u) << "it can still be restored";
    ASSERT_TRUE(store->purge(team, digest, actor));
    const auto result = collect();
    EXPECT_EQ(result.links, 2u);
    EXPECT_EQ(result.blobs, 3u) << "manifest, config, layer";
    EXPECT_FALSE(hasData(digest));
    EXPECT_TRUE(hasData(shared));
    EXPECT_FALSE(store->restore(team, digest, {}, actor));
}

TEST_F(Collection, aDeletedBlobIsARootUntilItIsSwept)
{
    const auto blob = pushBlob(team, "blob");
    ASSERT_TRUE(store->deleteBlob(team, blob, actor));
    age();
    EXPECT_EQ(collect().items.size(), 0u);
    ASSERT_TRUE(store->restore(team, blob, {}, actor));
    ASSERT_TRUE(store->deleteBlob(team, blob, actor));
    ASSERT_TRUE(store->purge(team, blob, actor));
    EXPECT_EQ(collect().blobs, 1u);
}

TEST_F(Collection, sharedDataDiesWithItsLastLink)
{
    const auto blob = pushBlob(team, "blob");
    const auto other = repo("other");
    ASSERT_TRUE(store->mountBlob(other, blob, team));
    const std::string config = "{}";
    const auto configDigest = pushBlob(other, config);
    ASSERT_TRUE(put(other,
                    *Manifest::parse(imageManifest(configDigest, config.size(), blob, 4), std::nullopt,
                                     JsonRules::Strict),
                    {"a"}));
    age();
    const auto result = collect();
    EXPECT_EQ(result.links, 1u);
    EXPECT_EQ(result.blobs, 0u);
    EXPECT_FALSE(hasLink(blob));
    EXPECT_TRUE(hasLink(blob, "other"));
    EXPECT_TRUE(hasData(blob));
}

TEST_F(Collection, childrenAndUntaggedManifestsAreRoots)
{
    const auto manifest = image(team, "child");
    const auto child = put(team, manifest, {})->digest;
    ASSERT_TRUE(put(team, indexOf({child}), {"v1"}));
    const auto untagged = pushImage(team, "untagged", {});
    const auto referrer = put(team, referrerOf(untagged), {})->digest;
    age();
    EXPECT_EQ(collect().items.size(), 0u);
    nowAndReopened([&] {
        EXPECT_TRUE(store->manifestBytes(team, child));
        EXPECT_TRUE(store->manifestBytes(team, untagged));
        EXPECT_TRUE(store->manifestBytes(team, referrer));
    });
}

TEST_F(Collection, whatIsYoungStays)
{
    const auto blob = pushBlob(team, "blob");
    options.leaseDuration = 0s;
    reopen();
    pass(24h - 1min);
    EXPECT_EQ(collect().items.size(), 0u);
    pass(2min);
    EXPECT_EQ(collect().blobs, 1u);
    EXPECT_FALSE(hasData(blob));
}

TEST_F(Collection, leasesAreRenewedByHeadGetMountAndPush)
{
    const auto blob = pushBlob(team, "blob");
    const std::vector<std::function<bool()>> uses{
        [&] { return store->blob(team, blob).has_value(); },
        [&] { return store->openBlob(team, blob).has_value(); },
        [&] { return store->mountBlob(team, blob, team).has_value(); },
        [&] { return pushBlob(team, "blob") == blob; },
    };
    for (const auto &use : uses) {
        age();
        ASSERT_TRUE(use());
        pass(23h);
        EXPECT_EQ(collect().items.size(), 0u);
    }
    reopen();
    EXPECT_EQ(collect().items.size(), 0u) << "a clean stop keeps the leases";
    age();
    EXPECT_EQ(collect().blobs, 1u);
}

TEST_F(Collection, anOpenUploadKeepsTheBlobsOfItsRepository)
{
    pushBlob(team, "blob");
    const auto upload = store->startUpload(team, DigestAlgorithm::Sha256);
    ASSERT_TRUE(upload);
    age();
    EXPECT_EQ(collect().items.size(), 0u);
    ASSERT_TRUE(store->cancelUpload(team, upload->id));
    EXPECT_EQ(collect().blobs, 1u);
}

TEST_F(Collection, anUncleanStopRenewsTheGrace)
{
    const auto blob = pushBlob(team, "blob");
    age();
    ASSERT_TRUE(store->blob(team, blob)) << "a lease that the crash loses";
    fs::copy(root, directory / "crashed", fs::copy_options::recursive);
    close();
    fs::remove_all(root);
    fs::rename(directory / "crashed", root);
    for (const auto &entry : fs::recursive_directory_iterator(root))
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - 24h);
    open();
    EXPECT_EQ(collect().items.size(), 0u);
    pass(23h);
    reopen();
    EXPECT_EQ(collect().items.size(), 0u) << "a clean start does not shorten it";
    pass(2h);
    EXPECT_EQ(collect().blobs, 1u);
}

TEST_F(Collection, anyErrorWhileMarkingRemovesNothing)
{
    const auto digest = pushImage(team, "one", {"a"});
    pushBlob(team, "orphan");
    age();
    close();
    fs::copy(root, directory / "template", fs::copy_options::recursive);
    bool hasFailed = true;
    for (std::size_t n = 1; hasFailed; ++n) {
        SCOPED_TRACE(n);
        fs::remove_all(root);
        fs::copy(directory / "template", root, fs::copy_options::recursive);
        for (const auto &entry : fs::recursive_directory_iterator(root))
            fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - 24h);
        open();
        watcher.failAt(n, EIO);
        const auto result = store->collectGarbage({});
        watcher.stop();
        hasFailed = watcher.hasFailed();
        EXPECT_TRUE(store->manifestBytes(team, digest));
        EXPECT_TRUE(store->blob(team, Hasher::hash("one")));
        const auto operations = watcher.operations();
        const bool hasRenamed = std::any_of(operations.begin(), operations.end(),
                                            [](const auto &o) { return o.kind == Kind::Rename; });
        if (!hasRenamed) {
            EXPECT_FALSE(result && hasFailed);
            EXPECT_TRUE(hasData(Hasher::hash("orphan")));
            EXPECT_TRUE(store->blob(team, Hasher::hash("orphan")));
        }
        reopen();
        EXPECT_TRUE(store->manifestBytes(team, digest));
        EXPECT_TRUE(store->openBlob(team, Hasher::hash("one")));
        close();
        ASSERT_LT(n, 200u);
    }
}

TEST_F(Collection, whatCannotBeReadStopsIt)
{
    const auto manifest = image(team, "one");
    const auto digest = put(team, manifest, {"a"})->digest;
    pushBlob(team, "orphan");
    const auto data = pathOf("blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data");
    age();
    close();
    fs::rename(data, directory / "aside");
    open();
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer) << "a manifest's data is lost";
    ASSERT_TRUE(put(team, manifest, {"a"})) << "a push repairs it";
    EXPECT_EQ(collect().blobs, 1u);

    pushBlob(team, "orphan");
    age();
    close();
    writeFile("repositories/team/api/_manifests/revisions/blake3/abc/link", "blake3:abc");
    open();
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer) << "an unknown algorithm";
    close();
    fs::remove_all(pathOf("repositories/team/api/_manifests/revisions/blake3"));
    writeFile("repositories/Not A Name/_manifests/x", "");
    open();
    EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::BadAnswer) << "an odd directory";
    close();
    fs::remove_all(pathOf("repositories/Not A Name"));
    fs::remove(pathOf("blobs/sha256/" + Hasher::hash("one").hex().substr(0, 2) + '/' +
                      Hasher::hash("one").hex() + "/data"));
    open();
    EXPECT_EQ(collect().blobs, 1u) << "a lost layer does not stop it for ever";
}

TEST_F(Collection, aManifestThatCannotBeParsedKeepsEveryDigestInIt)
{
    const auto first = pushBlob(team, "first");
    const auto second = pushBlob(team, "second");
    const auto third = pushBlob(team, "third");
    close();
    const auto escaped = "sha256\\u003a" + second.hex();
    const auto schema1 = R"({"schemaVersion":1,"fsLayers":[{"blobSum":")" + first.toString() +
                         R"("},{"blobSum":")" + escaped + "\"}]}";
    const auto digest = Hasher::hash(schema1);
    writeFile("blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data", schema1);
    writeFile("repositories/team/api/_manifests/revisions/sha256/" + digest.hex() + "/link",
              digest.toString());
    open();
    age();
    EXPECT_EQ(collect().blobs, 1u);
    EXPECT_TRUE(hasData(first));
    EXPECT_TRUE(hasData(second));
    EXPECT_FALSE(hasData(third));
}

// What happens between two steps of a collection, told by its progress.
TEST_F(Collection, whatIsUsedMeanwhileStays)
{
    options.leaseDuration = 0s;
    reopen();
    const std::string config = "{}";
    const auto configDigest = pushBlob(team, config);
    const auto layer = pushBlob(team, "layer");
    const auto mounted = pushBlob(team, "mounted");
    const auto manifest = *Manifest::parse(imageManifest(configDigest, config.size(), layer, 5), std::nullopt,
                                           JsonRules::Strict);
    age();
    CollectionOptions collection;
    bool done = false;
    collection.progress = [&](const CollectionProgress &progress) {
        if (done || progress.phase != CollectionProgress::Phase::Removing)
            return;
        done = true;
        EXPECT_EQ(progress.candidates, 6u);
        ASSERT_TRUE(put(team, manifest, {"a"}));
        ASSERT_TRUE(store->mountBlob(repo("other"), mounted, team));
    };
    const auto result = store->collectGarbage(collection);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_TRUE(done);
    EXPECT_EQ(result->items.size(), 0u);
    nowAndReopened([&] {
        EXPECT_TRUE(store->manifest(team, tag("a")));
        EXPECT_TRUE(store->openBlob(team, layer));
        EXPECT_TRUE(store->openBlob(team, configDigest));
        EXPECT_TRUE(store->openBlob(repo("other"), mounted));
    });
}

TEST_F(Collection, canBeStoppedAndRunsOnce)
{
    pushBlob(team, "orphan");
    age();
    std::stop_source stop;
    CollectionOptions collection;
    collection.stop = stop.get_token();
    collection.progress = [&](const CollectionProgress &) {
        EXPECT_EQ(store->collectGarbage({}).error().kind, ErrorKind::Conflict);
        EXPECT_EQ(store->sweep().error().kind, ErrorKind::Conflict);
        stop.request_stop();
    };
    EXPECT_EQ(store->collectGarbage(collection).error().kind, ErrorKind::Cancelled);
    EXPECT_TRUE(hasData(Hasher::hash("orphan")));
    EXPECT_EQ(collect().blobs, 1u);
}

TEST_F(Collection, statsCountEachDataOnce)
{
    const auto manifest = image(team, "one"); // config and layer
    const auto digest = put(team, manifest, {"a", "b"})->digest;
    const auto gone = pushImage(team, "two!", {"c"});
    const auto layer = manifest.layers().front().digest;
    ASSERT_TRUE(store->mountBlob(repo("other"), layer, team));
    const auto before = store->stats();
    ASSERT_TRUE(before);
    EXPECT_EQ(before->repositories, 1u);
    EXPECT_EQ(before->tags, 3u);
    EXPECT_EQ(before->manifests, 2u);
    EXPECT_EQ(before->blobs, 4u);
    EXPECT_EQ(before->bytesDeduplicated, 3);
    EXPECT_EQ(before->bytesInTrash, 0);
    const auto size = store->manifest(team, gone)->size + store->manifest(team, gone)->downloadSize;
    EXPECT_EQ(before->bytesStored,
              size + store->manifest(team, digest)->size + store->manifest(team, digest)->downloadSize);
    ASSERT_TRUE(store->deleteManifest(team, gone, actor));
    const auto after = store->stats();
    EXPECT_EQ(after->bytesInTrash, size);
    EXPECT_EQ(after->trashEntries, 1u);
    EXPECT_EQ(after->blobs, 2u);
    EXPECT_EQ(after->bytesStored, before->bytesStored);
}

} // namespace quayside::test
