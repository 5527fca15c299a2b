// SPDX-License-Identifier: Apache-2.0
// What another program pushed into the store after it had been deleted here: it stays deleted, is told of,
// and is never swept.
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <cerrno>

namespace quayside::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

class ForeignPush : public StoreTest
{
protected:
    ForeignPush() { open(); }

    std::string tagLink(const std::string &name) const
    {
        return "repositories/team/api/_manifests/tags/" + name + "/current/link";
    }
    /// As docker-registry does it: in place.
    void pushTagElsewhere(const std::string &name, std::chrono::seconds later) const
    {
        const auto link = pathOf(tagLink(name));
        fs::last_write_time(link, fs::last_write_time(link) + later);
    }
    std::size_t sweptAfterRetention()
    {
        std::size_t swept = 0;
        for (const auto wait : {std::chrono::seconds(options.trashRetention), std::chrono::seconds(24h)}) {
            pass(wait);
            const auto result = store->sweep();
            EXPECT_TRUE(result) << result.error().message;
            swept += result ? result->swept : 0;
        }
        return swept;
    }
    std::optional<TrashEntry> trashed(const std::string &name) const
    {
        const auto entries = store->trash(team, {}, 100).entries;
        const auto found =
            std::find_if(entries.begin(), entries.end(), [&](const auto &e) { return e.tag == tag(name); });
        return found == entries.end() ? std::nullopt : std::optional(*found);
    }
    /// Tags b and c are hidden, a is live.
    Digest hideTwoTags()
    {
        const auto manifest = image(team, "one");
        const auto digest = put(team, manifest, {"a", "b", "c"})->digest;
        EXPECT_TRUE(store->deleteManifest(team, digest, actor));
        EXPECT_TRUE(put(team, manifest, {"a"}));
        return digest;
    }
};

TEST_F(ForeignPush, hiddenTagsStay)
{
    hideTwoTags();
    close();
    pushTagElsewhere("b", 3s);
    open();
    ASSERT_TRUE(trashed("b") && trashed("c"));
    EXPECT_TRUE(trashed("b")->isOutdated);
    EXPECT_FALSE(trashed("b")->expiresAt);
    EXPECT_FALSE(trashed("c")->isOutdated);
    ASSERT_EQ(store->problems().size(), 1u);
    EXPECT_NE(store->problems()[0].find("the tag b in team/api was pushed by another program"),
              std::string::npos);
    EXPECT_EQ(sweptAfterRetention(), 0u);
    EXPECT_TRUE(fs::exists(pathOf(tagLink("b"))));
    ASSERT_TRUE(store->restore(team, tag("b"), {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), (Names{"a", "b"})); });
}

TEST_F(ForeignPush, hiddenTagsOfTheSameTimeAreSwept)
{
    hideTwoTags();
    reopen();
    EXPECT_TRUE(store->problems().empty());
    EXPECT_EQ(sweptAfterRetention(), 1u);
    EXPECT_FALSE(fs::exists(pathOf(tagLink("b"))));
}

TEST_F(ForeignPush, theOthersAreSweptOnceItIsRestored)
{
    hideTwoTags();
    close();
    pushTagElsewhere("b", 3s);
    open();
    ASSERT_TRUE(store->restore(team, tag("b"), {}, actor));
    EXPECT_EQ(sweptAfterRetention(), 1u);
    EXPECT_TRUE(fs::exists(pathOf(tagLink("b"))));
    EXPECT_FALSE(fs::exists(pathOf(tagLink("c"))));
}

TEST_F(ForeignPush, oneOfTwoStaysWhenTheOtherIsRestored)
{
    hideTwoTags();
    close();
    pushTagElsewhere("b", 3s);
    pushTagElsewhere("c", 3s);
    open();
    ASSERT_TRUE(store->restore(team, tag("b"), {}, actor));
    EXPECT_EQ(sweptAfterRetention(), 0u);
    EXPECT_TRUE(trashed("c") && trashed("c")->isOutdated);
}

TEST_F(ForeignPush, aDeletedManifestStaysWithItsTag)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    close();
    pushTagElsewhere("a", 3s); // its revision link keeps its time
    open();
    EXPECT_EQ(sweptAfterRetention(), 0u);
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

TEST_F(ForeignPush, deletedAnewItIsSwept)
{
    const auto digest = hideTwoTags();
    close();
    pushTagElsewhere("b", 3s);
    open();
    pass(1h);
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    EXPECT_EQ(sweptAfterRetention(), 1u);
    EXPECT_FALSE(fs::exists(pathOf(tagLink("b"))));
}

TEST_F(ForeignPush, aSweepThatHadBegunIsNotFinished)
{
    const auto digest = pushImage(team, "one", {"a"});
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    close();
    const auto record = tombstonePath(team, digest);
    writeFile(record, readFile(record) + "sweeping=1\n");
    pushTagElsewhere("a", 3s);
    open();
    EXPECT_TRUE(fs::exists(pathOf(tagLink("a"))));
    ASSERT_TRUE(store->restore(team, digest, {}, actor));
    nowAndReopened([&] { EXPECT_EQ(tags(team), Names{"a"}); });
}

TEST_F(ForeignPush, aHandOverKeepsItAndNoOther)
{
    hideTwoTags();
    close();
    pushTagElsewhere("b", 3s);
    const auto result = Store::purgeAll(options);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->purged, 1u);
    EXPECT_EQ(result->kept, 1u);
    EXPECT_TRUE(fs::exists(pathOf(tagLink("b"))));
    EXPECT_FALSE(fs::exists(pathOf(tagLink("c"))));
}

// A manifest whose bytes are a layer too, deleted in one role or both.
class ForeignPushOfOneRole : public ForeignPush
{
protected:
    ForeignPushOfOneRole()
        : manifest(image(team, "one"))
        , digest(put(team, manifest, {"a"})->digest)
    {
        pushBlob(team, manifest.bytes());
    }
    void pushElsewhere(const std::string &links)
    {
        close();
        link = pathOf("repositories/team/api/" + links + "/sha256/" + digest.hex() + "/link");
        fs::last_write_time(link, fs::last_write_time(link) + 3s);
        open();
    }
    void expectKept()
    {
        ASSERT_EQ(store->trash(team, {}, 10).entries.size(), 1u);
        EXPECT_TRUE(store->trash(team, {}, 10).entries[0].isOutdated);
        EXPECT_EQ(sweptAfterRetention(), 0u);
        EXPECT_TRUE(fs::exists(link));
    }

    const Manifest manifest;
    const Digest digest;
    fs::path link;
};

TEST_F(ForeignPushOfOneRole, theManifestStaysWhenTheLayerIsDeleted)
{
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pushElsewhere("_manifests/revisions");
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    expectKept();
}

TEST_F(ForeignPushOfOneRole, theLayerStaysWhenTheManifestIsDeleted)
{
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    pushElsewhere("_layers");
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    expectKept();
}

TEST_F(ForeignPushOfOneRole, theManifestStaysWhenTheLayerIsRestoredOrPushed)
{
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    pushElsewhere("_manifests/revisions");
    ASSERT_TRUE(store->restore(team, digest, {ContentRole::Blob}, actor));
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    pushBlob(team, manifest.bytes());
    expectKept();
}

TEST_F(ForeignPushOfOneRole, theLayerStaysWhenTheManifestIsRestoredOrPushed)
{
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(store->deleteBlob(team, digest, actor));
    pushElsewhere("_layers");
    ASSERT_TRUE(store->restore(team, digest, {ContentRole::Manifest}, actor));
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    ASSERT_TRUE(put(team, manifest, {"a"}));
    expectKept();
}

TEST_F(ForeignPushOfOneRole, deletedAnewItIsSwept)
{
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    pushElsewhere("_manifests/revisions");
    ASSERT_TRUE(store->restore(team, digest, {ContentRole::Manifest}, actor));
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    EXPECT_EQ(sweptAfterRetention(), 1u);
}

// The links are two hours old and deletions one, so that any link that is written now is newer.
class OwnPush : public ForeignPush
{
protected:
    OwnPush()
    {
        close();
        clock -= 1h;
        open();
        manifest = image(team, "one");
        EXPECT_TRUE(put(team, *manifest, {"a", "b", "c"}));
        ageLinks();
    }
    void ageLinks() const
    {
        for (const auto &entry : fs::recursive_directory_iterator(pathOf("repositories"))) {
            if (entry.path().filename() == "link")
                fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - 2h);
        }
    }
    /// Deletes with `prepare` and lets the n-th operation of `change` fail, for all n, whatever comes of it.
    void expectNoForeignPush(const std::function<void()> &prepare, const std::function<bool()> &change)
    {
        bool failed = true;
        for (std::size_t n = 1; failed; ++n) {
            SCOPED_TRACE(n);
            prepare();
            ageLinks();
            watcher.failAt(n, EIO);
            const bool isDone = change();
            failed = watcher.hasFailed();
            watcher.stop();
            EXPECT_TRUE(isDone || failed);
            reopen();
            EXPECT_TRUE(store->problems().empty()) << store->problems()[0];
            ASSERT_TRUE(change());
        }
        EXPECT_LT(fs::last_write_time(pathOf(tagLink("a"))), fs::file_time_type::clock::now() - 1h)
            << "the link is left as it was";
    }
    bool deleteManifest() { return store->deleteManifest(team, digestOf(), actor).has_value(); }
    Digest digestOf() const { return Hasher::hash(manifest->bytes()); }

    std::optional<Manifest> manifest;
};

TEST_F(OwnPush, ofADeletedTagIsNoForeignOneWhereverItStops)
{
    expectNoForeignPush([&] { EXPECT_TRUE(store->deleteTag(team, tag("a"), actor)); },
                        [&] { return put(team, *manifest, {"a"}).has_value(); });
}

TEST_F(OwnPush, restoringATagIsNoneEither)
{
    expectNoForeignPush([&] { EXPECT_TRUE(store->deleteTag(team, tag("a"), actor)); },
                        [&] { return store->restore(team, tag("a"), {}, actor).has_value(); });
}

TEST_F(OwnPush, restoringATagOfADeletedManifestIsNoneEither)
{
    expectNoForeignPush([&] { EXPECT_TRUE(deleteManifest()); },
                        [&] { return store->restore(team, tag("a"), {}, actor).has_value(); });
}

TEST_F(OwnPush, restoringAHiddenTagIsNoneEither)
{
    expectNoForeignPush(
        [&] {
            EXPECT_TRUE(deleteManifest());
            EXPECT_TRUE(put(team, *manifest, {"b"}));
        },
        [&] { return store->restore(team, tag("a"), {}, actor).has_value(); });
}

} // namespace quayside::test
