// SPDX-License-Identifier: Apache-2.0
// Single objects of a repository that is not loaded: their own files give the answers that the index will.
#include "storefixture.h"

#include "oci/hasher.h"

#include <atomic>
#include <cerrno>
#include <fstream>
#include <future>
#include <thread>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;
using Kind = FileOperation::Kind;

class Unloaded : public StoreTest
{
protected:
    Unloaded()
    {
        options.fileObserver = [this](const FileOperation &operation) {
            return keepsFromLoading(operation) ? EMFILE : watcher.observe(operation);
        };
        open();
    }
    ~Unloaded() override { close(); }

    /// Opens the store so that no repository is loaded until allowLoading().
    void openUnloaded()
    {
        close();
        m_cannotLoad = true;
        open();
        ASSERT_FALSE(store->isLoaded(team));
    }
    /// Fails with what is worth another try, so that nothing is left out.
    bool keepsFromLoading(const FileOperation &operation) const
    {
        return m_cannotLoad && operation.kind == Kind::List && operation.path.find("/_") != std::string::npos;
    }
    void allowLoading() { m_cannotLoad = false; }

    std::string answerTo(const TagOrDigest &reference) const
    {
        const auto head = store->manifestHead(team, reference);
        if (!head)
            return head.error().code;
        const auto bytes = store->manifestBytes(team, head->digest);
        return head->digest.toString() + ' ' + std::string(head->mediaType) + ' ' +
               std::to_string(head->size) + ' ' + (bytes ? **bytes : bytes.error().code);
    }
    std::string answerToBlob(const Digest &digest) const
    {
        const auto info = store->blob(team, digest);
        const auto file = store->openBlob(team, digest);
        EXPECT_EQ(info.has_value(), file.has_value());
        return info ? std::to_string(info->size) + ' ' + std::to_string(file->info.size) : info.error().code;
    }
    /// Of everything that has ever been pushed to the repository, by every name.
    std::string answers(const std::vector<std::string> &names, const std::vector<Digest> &digests) const
    {
        std::string text;
        for (const auto &name : names)
            text += name + ": " + answerTo(tag(name)) + '\n';
        for (const auto &digest : digests)
            text += digest.toString() + ": " + answerTo(digest) + "; " + answerToBlob(digest) + '\n';
        return text;
    }
    std::string path(const std::string &below) const { return "repositories/team/api/" + below; }

private:
    std::atomic<bool> m_cannotLoad = false;
};

TEST_F(Unloaded, objectsAreAnsweredAsTheIndexWill)
{
    const auto live = image(team, "live");
    const auto hidden = image(team, "hidden");
    const auto quick = image(team, "quick");
    std::vector<Digest> digests{Hasher::hash("never pushed"), put(team, live, {"live", "moved"})->digest};
    digests.push_back(pushBlob(team, live.bytes()));
    // Deleted, and pushed again with one tag of three.
    digests.push_back(put(team, hidden, {"hidden1", "hidden2", "shown"})->digest);
    ASSERT_TRUE(store->deleteManifest(team, digests.back(), actor));
    ASSERT_TRUE(put(team, hidden, {"shown"}));
    // A deleted tag, one that was pushed again elsewhere, and what is deleted in one role of two.
    digests.push_back(put(team, quick, {"deleted", "kept"})->digest);
    ASSERT_TRUE(store->deleteTag(team, tag("deleted"), actor));
    ASSERT_TRUE(store->deleteTag(team, tag("moved"), actor));
    digests.push_back(pushImage(team, "target", {"moved"}));
    pushBlob(team, quick.bytes());
    ASSERT_TRUE(store->deleteBlob(team, digests[digests.size() - 2], actor));
    digests.push_back(pushImage(team, "gone", {"gone"}));
    ASSERT_TRUE(store->deleteManifest(team, digests.back(), actor));
    digests.push_back(Hasher::hash("gone"));
    ASSERT_TRUE(store->deleteBlob(team, digests.back(), actor));
    // What only another program, a power cut or a killed sweep leaves behind.
    const auto unreadable = pushImage(team, "unreadable", {"unreadable"});
    const auto sweeping = pushImage(team, "sweeping", {"sweeping"});
    const auto lost = pushImage(team, "lost", {"lost"});
    const auto damaged = pushImage(team, "damaged", {"damaged"});
    const auto garbled = pushImage(team, "garbled", {"garbled", "garbledtag", "inert", "unreadabletag"});
    digests.insert(digests.end(), {unreadable, sweeping, lost, damaged, garbled, Hasher::hash("lost"),
                                   Hasher::hash("damaged")});
    ASSERT_TRUE(store->deleteManifest(team, sweeping, actor));
    close();
    writeFile(tombstonePath(team, unreadable), "");
    writeFile(tombstonePath(team, sweeping), readFile(tombstonePath(team, sweeping)) + "sweeping=1\n");
    const auto dataOf = [](const Digest &digest) {
        return "blobs/sha256/" + digest.hex().substr(0, 2) + '/' + digest.hex() + "/data";
    };
    fs::remove(pathOf(dataOf(lost)));
    fs::remove(pathOf(dataOf(Hasher::hash("lost"))));
    writeFile(dataOf(damaged), "");
    writeFile(dataOf(Hasher::hash("damaged")), "");
    writeFile(path("_manifests/tags/garbledtag/current/link"), "sha256:12");
    writeFile(path("_deleted/_tags/inert/link"), lost.toString() + "\nv=1\ntag=2026-11-25T09:00:00Z\n");
    writeFile(path("_deleted/_tags/unreadabletag/link"), "");
    // As distribution 3 stores what was pushed by sha512, and as an old registry stored schema 1.
    const auto alias = Hasher::hash(live.bytes(), DigestAlgorithm::Sha512);
    writeFile(path("_manifests/revisions/sha512/" + alias.hex() + "/link"), digests[1].toString());
    const std::string schema1 = R"({"schemaVersion":1,"name":"team/api","signatures":[]})";
    writeFile(dataOf(Hasher::hash(schema1)), schema1);
    writeFile(path("_manifests/revisions/sha256/" + Hasher::hash(schema1).hex() + "/link"),
              Hasher::hash(schema1).toString());
    digests.insert(digests.end(), {alias, Hasher::hash(schema1)});
    const std::vector<std::string> names{"live",     "moved",        "hidden1", "hidden2", "shown",
                                         "deleted",  "kept",         "gone",    "lost",    "unreadable",
                                         "sweeping", "damaged",      "garbled", "inert",   "garbledtag",
                                         "absent",   "unreadabletag"};

    openUnloaded();
    const auto unloaded = answers(names, digests);
    EXPECT_FALSE(store->isLoaded(team)) << "all of this was answered from the objects' own files";
    allowLoading();
    store->waitUntilLoaded();
    ASSERT_TRUE(store->isLoaded(team));
    EXPECT_EQ(unloaded, answers(names, digests));
    EXPECT_NE(unloaded.find("live: sha256:"), std::string::npos);
    EXPECT_NE(unloaded.find("schema"), std::string::npos);
}

TEST_F(Unloaded, fewFilesAreRead)
{
    const auto digest = pushImage(team, "one", {"a"});
    const auto layer = Hasher::hash("one");
    openUnloaded();
    const auto cost = [this](const std::function<bool()> &ask) {
        watcher.start();
        EXPECT_TRUE(ask());
        watcher.stop();
        EXPECT_EQ(watcher.count(Kind::List), 0u);
        return watcher.count(Kind::Open);
    };
    // Two tombstones, the tag twice, the revision, the bytes.
    EXPECT_LE(cost([&] { return store->manifestHead(team, tag("a")).has_value(); }), 6u);
    EXPECT_LE(cost([&] { return store->manifestHead(team, digest).has_value(); }), 3u);
    EXPECT_LE(cost([&] { return store->manifestBytes(team, digest).has_value(); }), 3u);
    EXPECT_LE(cost([&] { return store->blob(team, layer).has_value(); }), 4u);
    EXPECT_LE(cost([&] { return store->openBlob(team, layer).has_value(); }), 5u);
}

TEST_F(Unloaded, theIndexAnswersWhatItsFilesDoNotTell)
{
    const auto digest = pushImage(team, "one", {"a"});
    close();
    writeFile(path("_manifests/revisions/sha256/" + digest.hex() + "/link"), "garbled");
    openUnloaded();
    EXPECT_EQ(store->manifestHead(team, tag("a")).error().kind, ErrorKind::TooManyRequests) << "not: 404";
    allowLoading();
    EXPECT_TRUE(store->manifestHead(team, tag("a"))) << "loading has repaired it";
}

TEST_F(Unloaded, listsWaitForTheLoad)
{
    pushImage(team, "one", {"a"});
    openUnloaded();
    EXPECT_EQ(store->tags(team, {}, 10).error().kind, ErrorKind::TooManyRequests);
    EXPECT_FALSE(store->isLoaded());
    allowLoading();
    EXPECT_TRUE(store->tags(team, {}, 10));
    EXPECT_TRUE(store->isLoaded(team));
    EXPECT_TRUE(store->isLoaded(repo("unknown"))) << "nothing to load";
}

// The repository is loaded and the tag deleted after the request has looked at its first file.
TEST_F(Unloaded, aChangeMeanwhileIsSeen)
{
    const auto digest = pushImage(team, "one", {"a"});
    close();
    bool isArmed = false;
    options.fileObserver = [&](const FileOperation &operation) {
        if (isArmed && operation.path.ends_with("_manifests/revisions/sha256/" + digest.hex() + "/link")) {
            isArmed = false;
            allowLoading();
            EXPECT_TRUE(store->deleteManifest(team, digest, actor));
        }
        return keepsFromLoading(operation) ? EMFILE : 0;
    };
    openUnloaded();
    isArmed = true;
    EXPECT_EQ(answerTo(tag("a")), "MANIFEST_UNKNOWN");
    EXPECT_FALSE(isArmed);
    close(); // before the observer goes
}

TEST_F(Unloaded, listsThatWaitEndWithTheLoading)
{
    close();
    std::promise<void> gate;
    options.fileObserver = [opened = gate.get_future().share()](const FileOperation &operation) {
        if (operation.kind == Kind::List && operation.path == "docker/registry/v2/repositories")
            opened.wait();
        return 0;
    };
    store = std::move(*Store::open(options)); // names are being collected from here on
    std::vector<std::string> names{"none yet"};
    ErrorKind swept{};
    std::thread asker([&] {
        names = store->repositories({}, 10).names;
        swept = store->sweep().error().kind;
    });
    store->stopLoading();
    asker.join();
    EXPECT_TRUE(names.empty());
    EXPECT_EQ(swept, ErrorKind::Cancelled) << "it must not take what it knows for all there is";
    gate.set_value();
    close(); // before the observer goes
}

TEST_F(Unloaded, aBlobThatIsToldOfHasALease)
{
    options.leaseDuration = std::chrono::hours(24);
    const auto blob = pushBlob(team, "layer");
    pass(std::chrono::hours(48));
    openUnloaded();
    EXPECT_TRUE(store->blob(team, blob));
    allowLoading();
    store->waitUntilLoaded();
    const auto collected = store->collectGarbage({});
    ASSERT_TRUE(collected) << collected.error().message;
    EXPECT_EQ(collected->links, 0u);
    pass(std::chrono::hours(25));
    EXPECT_EQ(store->collectGarbage({})->links, 1u);
}

} // namespace quayside::test
