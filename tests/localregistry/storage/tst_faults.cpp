// SPDX-License-Identifier: Apache-2.0
// Every file operation of every change fails once: the store then shows the old or the new state, never a
// third one, at once and after it was opened again.
#include "storefixture.h"

#include "oci/hasher.h"

#include <cerrno>
#include <set>

namespace quayside::test {

namespace fs = std::filesystem;

class Faults : public StoreTest
{
protected:
    using Step = std::function<bool()>;

    /// `prepare` makes the old state; `change` is run with its n-th operation failing, for all n. `between`
    /// are states that lie between the commits of one change.
    void failEverywhere(const Step &prepare, const Step &change, const std::vector<Step> &between = {})
    {
        const auto old = stateAfter(prepare, {});
        std::set<std::string> allowed{old};
        for (const auto &step : between)
            allowed.insert(stateAfter(prepare, step));
        const auto next = stateAfter(prepare, change);
        allowed.insert(next);
        for (const int code : {EIO, ENOSPC, EMFILE})
            failEach(change, allowed, next, code);
    }

private:
    std::string stateAfter(const Step &prepare, const Step &change)
    {
        close();
        root = directory / "template";
        fs::remove_all(root);
        open();
        EXPECT_TRUE(prepare());
        close();
        fs::remove_all(directory / "work");
        fs::copy(root, directory / "work", fs::copy_options::recursive);
        root = directory / "work";
        open();
        if (change) {
            EXPECT_TRUE(change());
        }
        const auto state = describe(team);
        reopen();
        EXPECT_EQ(describe(team), state);
        return state;
    }

    void failEach(const Step &change, const std::set<std::string> &allowed, const std::string &next, int code)
    {
        bool hasFailed = true;
        for (std::size_t n = 1; hasFailed; ++n) {
            SCOPED_TRACE("operation " + std::to_string(n) + " fails with errno " + std::to_string(code));
            close();
            fs::remove_all(root);
            fs::copy(directory / "template", root, fs::copy_options::recursive);
            open();
            watcher.failAt(n, code);
            const bool acknowledged = change();
            watcher.stop();
            hasFailed = watcher.hasFailed();
            const auto running = describe(team);
            EXPECT_TRUE(allowed.contains(running)) << running;
            reopen();
            const auto reopened = describe(team);
            EXPECT_TRUE(allowed.contains(reopened)) << reopened;
            if (acknowledged) {
                EXPECT_EQ(running, next);
                EXPECT_EQ(reopened, next);
            }
            ASSERT_LT(n, 500u);
        }
    }
};

TEST_F(Faults, pushOfANewImage)
{
    std::optional<Manifest> manifest;
    const Step prepare = [&] {
        manifest = image(team, "one");
        pushImage(team, "old", {"v1"});
        return true;
    };
    failEverywhere(prepare, [&] { return put(team, *manifest, {"v1"}).has_value(); },
                   {[&] { return put(team, *manifest, {}).has_value(); }});
}

TEST_F(Faults, repush)
{
    std::optional<Manifest> manifest;
    const Step prepare = [&] {
        manifest = image(team, "one");
        const auto digest = put(team, *manifest, {"a", "b", "c"})->digest;
        return store->deleteManifest(team, digest, actor).has_value();
    };
    failEverywhere(prepare, [&] { return put(team, *manifest, {"a"}).has_value(); });
}

TEST_F(Faults, movingADeletedTagOn)
{
    std::optional<Manifest> manifest;
    const Step prepare = [&] {
        manifest = image(team, "two");
        pushImage(team, "one", {"a"});
        return put(team, *manifest, {}).has_value() && store->deleteTag(team, tag("a"), actor).has_value();
    };
    failEverywhere(prepare, [&] { return put(team, *manifest, {"a"}).has_value(); });
}

TEST_F(Faults, deleteAndRestoreByDigest)
{
    std::optional<Digest> digest;
    const Step push = [&] {
        digest = pushImage(team, "one", {"a", "b"});
        return true;
    };
    const Step remove = [&] { return store->deleteManifest(team, *digest, actor).has_value(); };
    failEverywhere(push, remove);
    failEverywhere([&] { return push() && remove(); },
                   [&] { return store->restore(team, *digest, {}, actor).has_value(); });
}

TEST_F(Faults, deleteAndRestoreOfATag)
{
    const Step push = [&] {
        pushImage(team, "one", {"a", "b"});
        return true;
    };
    const Step remove = [&] { return store->deleteTag(team, tag("a"), actor).has_value(); };
    failEverywhere(push, remove);
    failEverywhere([&] { return push() && remove(); },
                   [&] { return store->restore(team, tag("a"), {}, actor).has_value(); });
}

TEST_F(Faults, deleteAndPushOfABlob)
{
    const auto digest = Hasher::hash("layer");
    const Step push = [&] { return pushBlob(team, "layer") == digest; };
    const Step remove = [&] { return store->deleteBlob(team, digest, actor).has_value(); };
    failEverywhere(push, remove);
    const Step pushAgain = [&] {
        const auto upload = store->startUpload(team, DigestAlgorithm::Sha256);
        if (!upload)
            return false;
        auto writer = store->openUpload(team, upload->id);
        if (!writer || !(*writer)->write(bytesOf("layer")))
            return false;
        writer->reset();
        return store->finishUpload(team, upload->id, digest).has_value();
    };
    failEverywhere([&] { return push() && remove(); }, pushAgain);
}

} // namespace quayside::test
