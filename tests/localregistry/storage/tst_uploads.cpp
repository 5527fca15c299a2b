// SPDX-License-Identifier: Apache-2.0
#include "storefixture.h"

#include "oci/hasher.h"

#include <cerrno>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;

class Uploads : public StoreTest
{
protected:
    Uploads() { open(); }
    UploadId start() { return store->startUpload(team, DigestAlgorithm::Sha256)->id; }
    void append(const UploadId &id, const std::string &text)
    {
        ASSERT_TRUE((*store->openUpload(team, id))->write(bytesOf(text)));
    }
    fs::path directoryOf(const UploadId &id) const { return pathOf("repositories/team/api/_uploads/" + id); }
    /// As if the process had been killed: nothing marks a clean stop.
    void pretendKilled(const std::string &boot)
    {
        close();
        std::ofstream(root / "quayside.state") << "v=1\nclean=0\nboot=" + boot + "\n";
    }
};

TEST_F(Uploads, inPieces)
{
    const auto id = start();
    EXPECT_TRUE(isUploadId(id));
    append(id, "hello ");
    EXPECT_EQ(store->uploadStatus(team, id)->offset, 6);
    append(id, "world");
    const auto digest = Hasher::hash("hello world");
    EXPECT_EQ(store->finishUpload(team, id, digest)->size, 11);
    EXPECT_EQ(store->uploadStatus(team, id).error().code, "BLOB_UPLOAD_UNKNOWN");
    EXPECT_FALSE(store->openUpload(team, id));
    EXPECT_FALSE(fs::exists(directoryOf(id)));
    nowAndReopened([&] { EXPECT_TRUE(store->blob(team, digest)); });
}

TEST_F(Uploads, emptyBlobAndSha512)
{
    const auto empty = start();
    EXPECT_TRUE(store->finishUpload(team, empty, Hasher::hash("")));
    const auto sha512 = Hasher::hash("text", DigestAlgorithm::Sha512);
    for (const auto running : {DigestAlgorithm::Sha512, DigestAlgorithm::Sha256}) {
        const auto id = store->startUpload(team, running)->id;
        append(id, "text");
        EXPECT_TRUE(store->finishUpload(team, id, sha512));
    }
    nowAndReopened([&] {
        EXPECT_EQ(store->blob(team, Hasher::hash(""))->size, 0);
        EXPECT_EQ(store->blob(team, sha512)->size, 4);
    });
}

TEST_F(Uploads, mismatchEndsTheSession)
{
    const auto id = start();
    append(id, "text");
    EXPECT_EQ(store->finishUpload(team, id, Hasher::hash("other")).error().kind, ErrorKind::DigestMismatch);
    EXPECT_FALSE(store->uploadStatus(team, id));
    EXPECT_FALSE(store->blob(team, Hasher::hash("text")));
    EXPECT_FALSE(fs::exists(directoryOf(id)));
}

// Else it would be back, with its bytes, after the next start.
TEST_F(Uploads, anEndThatFailsLeavesTheSession)
{
    const auto id = start();
    append(id, "text");
    watcher.failAt(1, EIO);
    EXPECT_FALSE(store->cancelUpload(team, id));
    watcher.stop();
    nowAndReopened([&] {
        const auto status = store->uploadStatus(team, id);
        ASSERT_TRUE(status);
        EXPECT_EQ(status->offset, 4);
    });
    EXPECT_TRUE(store->finishUpload(team, id, Hasher::hash("text")));
}

TEST_F(Uploads, whatIsLeftOfOneWithoutItsDataIsNone)
{
    const auto id = start();
    append(id, "text");
    close();
    ASSERT_TRUE(fs::remove(directoryOf(id) / "data"));
    open();
    EXPECT_FALSE(store->uploadStatus(team, id));
    EXPECT_FALSE(fs::exists(directoryOf(id)));
}

TEST_F(Uploads, areNotCutShortByAStartThatCannotReadThem)
{
    const auto id = start();
    append(id, "text");
    close();
    watcher.start();
    open();
    std::size_t last = 0;
    for (std::size_t i = 0; i < watcher.count(); ++i) {
        const auto operation = watcher.operations()[i];
        if (operation.kind == FileOperation::Kind::Stat && operation.path.ends_with(id + "/data"))
            last = i + 1;
    }
    ASSERT_GT(last, 0u);
    close();
    watcher.failAt(last, EIO);
    open();
    watcher.stop();
    const auto status = store->uploadStatus(team, id);
    EXPECT_TRUE(!status || status->offset == 4);
    reopen();
    EXPECT_TRUE(store->finishUpload(team, id, Hasher::hash("text")));
}

TEST_F(Uploads, belongToTheirRepository)
{
    const auto id = start();
    pushBlob(repo("other"), "x");
    EXPECT_FALSE(store->uploadStatus(repo("other"), id));
    EXPECT_FALSE(store->uploadStatus(team, "00000000-0000-4000-8000-000000000000"));
    ASSERT_TRUE(store->cancelUpload(team, id));
    EXPECT_FALSE(store->uploadStatus(team, id));
    EXPECT_FALSE(store->cancelUpload(team, id));
}

TEST_F(Uploads, oneWriterAtATime)
{
    const auto id = start();
    auto first = store->openUpload(team, id);
    ASSERT_TRUE(first);
    ASSERT_TRUE((*first)->write(bytesOf("one")));
    EXPECT_EQ(store->openUpload(team, id).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(store->finishUpload(team, id, Hasher::hash("one")).error().kind, ErrorKind::Conflict);
    first->reset();
    EXPECT_TRUE(store->openUpload(team, id));
}

TEST_F(Uploads, anIdleWriterIsCutOff)
{
    options.uploadWriterIdle = std::chrono::milliseconds(0);
    reopen();
    const auto id = start();
    auto first = store->openUpload(team, id);
    ASSERT_TRUE((*first)->write(bytesOf("one")));
    auto second = store->openUpload(team, id);
    ASSERT_TRUE(second);
    EXPECT_EQ((*second)->offset(), 3);
    EXPECT_EQ((*first)->write(bytesOf("late")).error().kind, ErrorKind::Conflict);
    first->reset(); // does not release the second one
    ASSERT_TRUE((*second)->write(bytesOf("two")));
    ASSERT_TRUE(store->finishUpload(team, id, Hasher::hash("onetwo")));
    EXPECT_EQ((*second)->write(bytesOf("late")).error().kind, ErrorKind::NotFound);
}

TEST_F(Uploads, surviveARestart)
{
    const auto id = start();
    append(id, "hello ");
    reopen();
    EXPECT_EQ(store->uploadStatus(team, id)->offset, 6);
    append(id, "world");
    EXPECT_TRUE(store->finishUpload(team, id, Hasher::hash("hello world")));
}

TEST_F(Uploads, surviveAKillButNotThePowerCut)
{
    std::string boot;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
    const auto id = start();
    append(id, "hello ");
    pretendKilled(boot);
    open();
    EXPECT_EQ(store->uploadStatus(team, id)->offset, 6);
    pretendKilled("another");
    open();
    EXPECT_EQ(store->uploadStatus(team, id)->offset, 0) << "nothing of it had been synced";
    append(id, "again");
    EXPECT_TRUE(store->finishUpload(team, id, Hasher::hash("again")));
}

TEST_F(Uploads, recordWhatWasSynced)
{
    const auto id = start();
    const std::string piece(std::size_t(33) << 20, 'x');
    append(id, piece);
    append(id, piece);
    append(id, "rest");
    pretendKilled("another");
    open();
    EXPECT_EQ(store->uploadStatus(team, id)->offset, std::int64_t(66) << 20);
}

TEST_F(Uploads, arePurgedAfterADay)
{
    const auto id = start();
    append(id, "hello");
    clock = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    reopen();
    EXPECT_TRUE(store->uploadStatus(team, id));
    clock += std::chrono::hours(25);
    reopen();
    EXPECT_FALSE(store->uploadStatus(team, id));
    EXPECT_FALSE(fs::exists(directoryOf(id)));
}

TEST_F(Uploads, areEndedByTheHourlyPassAfterADay)
{
    for (const bool deletesEnabled : {true, false}) {
        options.deletesEnabled = deletesEnabled;
        reopen();
        const auto idle = start();
        append(idle, "hello");
        const auto active = start();
        append(active, "hello");
        clock += std::chrono::hours(25);
        fs::last_write_time(directoryOf(active) / "data",
                            fs::file_time_type::clock::now() + std::chrono::hours(25));
        const auto swept = store->sweep();
        ASSERT_TRUE(swept) << swept.error().message;
        EXPECT_EQ(swept->uploads, 1u);
        EXPECT_EQ(store->uploadStatus(team, idle).error().code, "BLOB_UPLOAD_UNKNOWN");
        EXPECT_FALSE(fs::exists(directoryOf(idle)));
        EXPECT_TRUE(store->uploadStatus(team, active));
        EXPECT_EQ(store->openUpload(team, idle).error().kind, ErrorKind::NotFound);
        ASSERT_TRUE(store->cancelUpload(team, active));
        clock -= std::chrono::hours(25);
    }
}

TEST_F(Uploads, areEndedInRepositoriesThatAreNotLoaded)
{
    const auto id = start();
    append(id, "hello");
    pushImage(team, "one", {"a"});
    close();
    options.fileObserver = [](const FileOperation &operation) {
        return operation.path.ends_with("_manifests/revisions/sha256") ? EMFILE : 0; // worth another try
    };
    open();
    static_cast<void>(store->sweep());
    EXPECT_TRUE(fs::exists(directoryOf(id)));
    clock += std::chrono::hours(25);
    EXPECT_FALSE(store->sweep()) << "it cannot load the repository";
    EXPECT_FALSE(store->isLoaded(team));
    EXPECT_FALSE(fs::exists(directoryOf(id)));
}

TEST_F(Uploads, aFullDiskLosesNothing)
{
    const auto id = start();
    append(id, "hello ");
    {
        auto writer = store->openUpload(team, id);
        watcher.failAt(1, ENOSPC);
        const auto failed = (*writer)->write(bytesOf("lost"));
        watcher.stop();
        EXPECT_EQ(failed.error().kind, ErrorKind::NoSpace);
        EXPECT_EQ((*writer)->offset(), 6);
        ASSERT_TRUE((*writer)->write(bytesOf("world")));
    }
    EXPECT_TRUE(store->finishUpload(team, id, Hasher::hash("hello world")));
}

TEST_F(Uploads, areLimited)
{
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(store->startUpload(team, DigestAlgorithm::Sha256));
    EXPECT_EQ(store->startUpload(team, DigestAlgorithm::Sha256).error().kind, ErrorKind::TooManyRequests);
}

} // namespace quayside::test
