// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"
#include "localregistry/storage/store.h"

#include <gtest/gtest.h>
#include <mutex>

namespace quayside::test {

RepositoryName repo(const std::string &name);
Tag tag(const std::string &name);
std::span<const std::byte> bytesOf(const std::string &text);

/// Counts and fails file operations. Thread-safe.
class Watcher
{
public:
    int observe(const FileOperation &operation);
    /// Forgets what it has seen and counts from here on.
    void start();
    /// From here on the n-th operation (from 1) fails.
    void failAt(std::size_t n, int code);
    /// From here on the disk is full: nothing new can be made, and only what is in `quayside.spare` written.
    void fillDisk();
    void stop();
    bool hasFailed() const;
    std::size_t count() const;
    std::size_t count(FileOperation::Kind kind) const;
    std::vector<FileOperation> operations() const;
    std::vector<std::string> paths(FileOperation::Kind kind) const;

private:
    mutable std::mutex m_mutex;
    bool m_active = false;
    std::size_t m_failAt = 0;
    int m_code = 0;
    bool m_failed = false;
    bool m_diskIsFull = false;
    std::vector<FileOperation> m_seen;
};

/// A store in a directory of its own, with clocks that stand still and a watcher.
class StoreTest : public testing::Test
{
protected:
    StoreTest();
    ~StoreTest() override;

    /// Time goes by while the store is open.
    void pass(std::chrono::seconds time);
    void open();
    void close() { store.reset(); }
    void reopen();
    /// Checks now and again after the store was opened anew.
    void nowAndReopened(const std::function<void()> &check);

    Digest pushBlob(const RepositoryName &repository, const std::string &content);
    /// An image whose one layer is `content`; its blobs are pushed first.
    Manifest image(const RepositoryName &repository, const std::string &content);
    /// An image with a subject, which need not exist.
    Manifest referrerOf(const Digest &subject);
    static Manifest indexOf(const std::vector<Digest> &children);
    Result<PutManifestResult> put(const RepositoryName &repository, const Manifest &manifest,
                                  const std::vector<std::string> &tags);
    Digest pushImage(const RepositoryName &repository, const std::string &content,
                     const std::vector<std::string> &tags);

    bool isLive(const RepositoryName &repository, const Digest &manifest) const;
    std::vector<std::string> tags(const RepositoryName &repository) const;
    std::vector<std::string> trashKeys() const;
    /// All that a client can see of the repository, in words: to compare states.
    std::string describe(const RepositoryName &repository) const;

    std::filesystem::path pathOf(const std::string &relative) const
    {
        return root / "docker/registry/v2" / relative;
    }
    void writeFile(const std::string &relative, const std::string &content) const;
    std::string readFile(const std::string &relative) const;
    std::string tombstonePath(const RepositoryName &repository, const Digest &digest) const;

    std::filesystem::path directory;
    std::filesystem::path root;
    StoreOptions options;
    /// Starts where the file system's clock is; moved by the tests only.
    Timestamp clock = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::chrono::seconds uptime{0};
    Watcher watcher;
    std::unique_ptr<Store> store;
    const Actor actor{"api", "ann"};
    const RepositoryName team = repo("team/api");
};

std::string imageManifest(const Digest &config, std::size_t configSize, const Digest &layer,
                          std::size_t layerSize);

} // namespace quayside::test
