// SPDX-License-Identifier: Apache-2.0
// Nothing is swept, anywhere in the store, while something cannot be read that might need it.
#include "storefixture.h"

#include "oci/hasher.h"

#include <cerrno>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Kind = FileOperation::Kind;

class SweepStops : public StoreTest
{
protected:
    SweepStops()
    {
        options.fileObserver = [this](const FileOperation &operation) {
            return operation.kind == m_failing && operation.path.ends_with(m_suffix)
                       ? m_code
                       : watcher.observe(operation);
        };
        open();
        swept = pushImage(team, "one", {"a"});
        EXPECT_TRUE(store->deleteManifest(team, *swept, actor));
    }
    ~SweepStops() override { close(); }

    fs::path dataOf(const Digest &digest) const
    {
        return pathOf("blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data");
    }
    /// What is in the trash is ripe after this.
    void ripen()
    {
        pass(options.trashRetention);
        EXPECT_EQ(sweep(), 0u);
        pass(24h);
    }
    void expectStopped(const std::string &reason)
    {
        watcher.start();
        const auto result = store->sweep();
        watcher.stop();
        ASSERT_FALSE(result);
        EXPECT_TRUE(result.error().message.starts_with("nothing is swept: ")) << result.error().message;
        EXPECT_NE(result.error().message.find(reason), std::string::npos) << result.error().message;
        EXPECT_EQ(trashKeys().size(), 1u);
        for (const auto &path : watcher.paths(Kind::Rename))
            EXPECT_FALSE(path.starts_with("docker/")) << path << " was moved to or away";
    }
    std::size_t sweep()
    {
        const auto result = store->sweep();
        EXPECT_TRUE(result) << result.error().message;
        return result ? result->swept : 0;
    }
    void fail(Kind kind, const std::string &suffix, int code)
    {
        m_failing = kind;
        m_suffix = suffix;
        m_code = code;
    }
    void failNoMore() { m_code = 0; }

    std::optional<Digest> swept;
    const RepositoryName other = repo("other");

private:
    Kind m_failing = Kind::Lock;
    std::string m_suffix = "nothing";
    int m_code = 0;
};

TEST_F(SweepStops, whileAManifestIsInQuarantine)
{
    const auto manifest = image(other, "two");
    const auto digest = put(other, manifest, {"b"})->digest;
    ripen();
    std::ofstream(dataOf(digest)) << "{}";
    CheckOptions repair;
    repair.repair = true;
    ASSERT_TRUE(store->check(repair));
    expectStopped(digest.toString() + " in other cannot be read");
    reopen();
    expectStopped(digest.toString() + " in other cannot be read");
    ASSERT_TRUE(put(other, manifest, {}));
    EXPECT_EQ(sweep(), 1u);
}

TEST_F(SweepStops, whileALinkCannotBeRead)
{
    pushImage(other, "two", {"b"});
    const auto layer = Hasher::hash("two");
    ripen();
    close();
    const auto link = "repositories/other/_layers/sha256/" + layer.hex() + "/link";
    writeFile(link, "garbled");
    fs::rename(dataOf(layer), directory / "aside");
    open();
    expectStopped(layer.toString() + " in other cannot be read");
    close();
    fs::rename(directory / "aside", dataOf(layer));
    open(); // repairs the link
    EXPECT_EQ(sweep(), 1u);
}

TEST_F(SweepStops, butNotForLostLayers)
{
    pushImage(other, "two", {"b"});
    ripen();
    fs::remove(dataOf(Hasher::hash("two")));
    EXPECT_FALSE(store->openBlob(other, Hasher::hash("two")));
    EXPECT_EQ(sweep(), 1u);
}

TEST_F(SweepStops, whileARepositoryCannotBeRead)
{
    pushImage(other, "two", {"b"});
    ripen();
    close();
    fail(Kind::List, "other/_manifests/revisions/sha256", EACCES);
    open();
    expectStopped("other/_manifests/revisions/sha256");
    failNoMore();
    EXPECT_EQ(sweep(), 1u);
}

// Both have something that is ripe; the one that can be read comes first.
TEST_F(SweepStops, whileWhatAManifestNeedsCannotBeRead)
{
    const auto first = repo("a");
    const auto kept = pushImage(team, "kept", {"kept"});
    const auto gone = pushImage(first, "gone", {"gone"});
    ASSERT_TRUE(store->deleteManifest(first, gone, actor));
    ripen();
    reopen(); // no manifest is in the cache
    fail(Kind::Open, kept.hex() + "/data", EIO);
    const auto stopped = store->sweep();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(trashKeys().size(), 2u);
    failNoMore();
    EXPECT_EQ(sweep(), 2u);
}

TEST_F(SweepStops, andNothingIsTakenForUntagged)
{
    options.trashUntagged = 24h;
    reopen();
    const auto child = pushImage(other, "child", {});
    const auto index = put(other, indexOf({child}), {"b"})->digest;
    EXPECT_EQ(sweep(), 0u);
    reopen();
    fs::remove(dataOf(index));
    EXPECT_FALSE(store->manifestBytes(other, index));
    for (int day = 0; day < 3; ++day) {
        pass(24h);
        EXPECT_FALSE(store->sweep());
    }
    EXPECT_TRUE(isLive(other, child));
}

TEST_F(SweepStops, aPurgeToo)
{
    const auto manifest = image(team, "two");
    const auto digest = put(team, manifest, {"b"})->digest;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    reopen();
    fs::remove(dataOf(digest));
    reopen();
    const auto refused = store->purge(team, *swept, actor);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(refused.error().code, "UNAVAILABLE");
    EXPECT_EQ(trashKeys().size(), 2u);
    ASSERT_TRUE(store->purge(team, digest, actor)) << "what is broken itself can go";
    ASSERT_TRUE(store->purge(team, *swept, actor));
    EXPECT_TRUE(trashKeys().empty());
}

} // namespace quayside::test
