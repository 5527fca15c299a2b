// SPDX-License-Identifier: Apache-2.0
// Symbolic links among the repositories: a directory may live elsewhere, but not in itself.
#include "storefixture.h"

namespace quayside::test {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class SymbolicLinks : public StoreTest
{
protected:
    SymbolicLinks() { open(); }
    ~SymbolicLinks() override { close(); }

    void link(const fs::path &target, const std::string &name) const
    {
        fs::create_directory_symlink(target, pathOf("repositories") / name);
    }
    Names repositories() const { return store->repositories({}, 100).names; }
};

TEST_F(SymbolicLinks, aDirectoryThatHoldsItselfIsNotEntered)
{
    const auto digest = pushImage(team, "one", {"a"});
    close();
    link(".", "l1");
    link(".", "l2");
    link("..", "team/up");
    link("team", "alias"); // no loop: the same repository has a second name
    open();
    EXPECT_EQ(repositories(), (Names{"alias/api", "team/api"}));
    store->waitUntilLoaded();
    ASSERT_EQ(store->problems().size(), 4u) << "in alias, too";
    for (const auto &problem : store->problems())
        EXPECT_NE(problem.find("leads back to a directory above it"), std::string::npos) << problem;
    ASSERT_TRUE(store->deleteManifest(team, digest, actor));
    EXPECT_FALSE(trashKeys().empty());
    EXPECT_TRUE(store->sweep()) << "what such a link holds is known by its other name";
}

TEST_F(SymbolicLinks, aNameThroughALoopIsNone)
{
    const auto digest = pushImage(team, "one", {"a"});
    close();
    link(".", "loop");
    const auto detour = repo("loop/team/api");
    for (const bool isWaiting : {false, true}) {
        store = std::move(*Store::open(options));
        if (isWaiting)
            store->waitUntilLoaded();
        EXPECT_FALSE(store->manifestHead(detour, tag("a")));
        EXPECT_EQ(store->startUpload(detour, DigestAlgorithm::Sha256).error().code, "NAME_INVALID");
        EXPECT_EQ(repositories(), Names{"team/api"});
        close();
    }
    open();
    EXPECT_EQ(store->manifestHead(team, tag("a"))->digest, digest);
}

TEST_F(SymbolicLinks, aDirectoryMayLiveElsewhere)
{
    const auto digest = pushImage(team, "one", {"a"});
    close();
    fs::rename(pathOf("repositories/team"), directory / "elsewhere");
    link(directory / "elsewhere", "team");
    open();
    EXPECT_EQ(repositories(), Names{"team/api"});
    pushImage(repo("team/new"), "two", {"b"});
    nowAndReopened([&] {
        EXPECT_EQ(repositories(), (Names{"team/api", "team/new"}));
        EXPECT_EQ(store->manifestHead(team, tag("a"))->digest, digest);
        EXPECT_TRUE(store->problems().empty());
    });
    EXPECT_TRUE(fs::exists(directory / "elsewhere/new/_manifests/tags/b/current/link"));
}

} // namespace quayside::test
