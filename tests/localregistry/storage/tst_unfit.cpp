// SPDX-License-Identifier: Apache-2.0
// Directories and file systems that cannot hold a store: the start says why.
#include "storefixture.h"

#include <cerrno>
#include <fstream>
#include <sys/mount.h>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;
using Kind = FileOperation::Kind;

class Unfit : public StoreTest
{
protected:
    void expectRefused(const std::string &reason, ErrorKind kind = ErrorKind::Unsupported)
    {
        options.root = root;
        const auto refused = Store::open(options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, kind);
        EXPECT_NE(refused.error().message.find(reason), std::string::npos) << refused.error().message;
    }
    /// The n-th operation of this kind on this path, from 1 on, fails so.
    void fail(Kind kind, const std::string &suffix, int code)
    {
        options.fileObserver = [=](const FileOperation &operation) {
            const auto &path = operation.target.empty() ? operation.path : operation.target;
            return operation.kind == kind && path.ends_with(suffix) ? code : 0;
        };
    }
};

TEST_F(Unfit, aFileIsNoDirectory)
{
    std::ofstream{root} << "text";
    expectRefused(root.string() + " cannot hold a store: it is not a directory");
    root /= "below";
    expectRefused(root.parent_path().string() + " cannot hold a store: it is not a directory");
}

TEST_F(Unfit, aFileIsNoPartOfTheTree)
{
    for (const char *part : {"docker", "docker/registry/v2/blobs", "docker/registry/v2/repositories"}) {
        fs::create_directories((root / part).parent_path());
        std::ofstream{root / part} << "text";
        expectRefused(std::string(part) + " is not a directory");
        fs::remove_all(root);
    }
}

TEST_F(Unfit, theStoreIsNoSymbolicLink)
{
    fs::create_directories(directory / "elsewhere");
    fs::create_symlink(directory / "elsewhere", root);
    expectRefused("it is a symbolic link");
    EXPECT_TRUE(fs::is_empty(directory / "elsewhere"));
    fs::remove(root);
    fs::create_symlink(directory / "nowhere", root);
    expectRefused("it is a symbolic link");
}

TEST_F(Unfit, linksOfOthersOnTheWayAreNotFollowed)
{
    fs::create_directories(directory / "elsewhere");
    fs::create_symlink(directory / "elsewhere", directory / "link");
    root = directory / "link" / "store";
    open(); // one's own is followed
    close();
    EXPECT_TRUE(fs::exists(directory / "elsewhere/store/quayside.state"));
    if (::lchown((directory / "link").c_str(), 12345, 12345) != 0)
        GTEST_SKIP() << "only root can give a link to another user";
    expectRefused("it is a symbolic link of another user");
}

TEST_F(Unfit, whatIsMadeIsPrivate)
{
    root = directory / "a" / "b" / "store";
    open();
    for (const auto &made : {root, root.parent_path(), root.parent_path().parent_path()})
        EXPECT_EQ(fs::status(made).permissions(), fs::perms::owner_all) << made;
}

TEST_F(Unfit, relativePathsWork)
{
    const auto before = fs::current_path();
    fs::current_path(directory);
    root = "./x/../store/.";
    fs::create_directories(directory / "x");
    open();
    fs::current_path(before);
    EXPECT_TRUE(fs::exists(directory / "store/quayside.state"));
    pushImage(team, "one", {"a"});
}

// One that is so cannot be had everywhere; it refuses to make the second name.
TEST_F(Unfit, namesMustDifferByCase)
{
    fail(Kind::Create, "quayside.tmp/probe/inner/name", EEXIST);
    expectRefused("it does not tell upper from lower case in names");
}

TEST_F(Unfit, aRenameMustReplace)
{
    fail(Kind::Rename, "quayside.tmp/probe/inner/Name", EEXIST);
    expectRefused("a rename does not replace a file");
}

TEST_F(Unfit, aDirectoryMustMove)
{
    fail(Kind::Rename, "quayside.tmp/probe/moved", EOPNOTSUPP);
    expectRefused("a directory cannot be renamed");
}

TEST_F(Unfit, locksMustWork)
{
    fail(Kind::Lock, "quayside.lock", EOPNOTSUPP);
    expectRefused("locks");
}

TEST_F(Unfit, aFullDiskIsNotUnfit)
{
    fail(Kind::Create, "quayside.tmp/probe/inner/Name", ENOSPC);
    open();
    fail(Kind::Rename, "quayside.tmp/probe/moved", EDQUOT);
    reopen();
}

TEST_F(Unfit, theProbeIsCheapAndLeavesNothing)
{
    open();
    close();
    fs::create_directories(root / "quayside.tmp/probe/inner");
    std::ofstream(root / "quayside.tmp/probe/inner/name") << "of a process that was killed";
    watcher.start();
    open();
    watcher.stop();
    std::size_t calls = 0;
    for (const auto &operation : watcher.operations()) {
        if (!operation.path.starts_with("quayside.tmp/probe"))
            continue;
        ++calls;
        EXPECT_NE(operation.kind, Kind::Sync);
    }
    EXPECT_GT(calls, 8u);
    EXPECT_LT(calls, 40u);
    EXPECT_FALSE(fs::exists(root / "quayside.tmp/probe"));
}

TEST_F(Unfit, aReadOnlyMountIsRefused)
{
    fs::create_directories(root);
    if (::mount("tmpfs", root.c_str(), "tmpfs", MS_RDONLY, "size=1m") != 0)
        GTEST_SKIP() << "only root can mount";
    expectRefused("its file system is mounted read-only");
    EXPECT_EQ(::umount(root.c_str()), 0);
}

} // namespace quayside::test
