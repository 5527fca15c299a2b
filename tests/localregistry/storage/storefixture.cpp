// SPDX-License-Identifier: Apache-2.0
#include "storefixture.h"

#include "oci/hasher.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;

RepositoryName repo(const std::string &name)
{
    return *RepositoryName::parse(name);
}

Tag tag(const std::string &name)
{
    return *Tag::parse(name);
}

std::span<const std::byte> bytesOf(const std::string &text)
{
    return std::as_bytes(std::span(text));
}

int Watcher::observe(const FileOperation &operation)
{
    const std::lock_guard lock(m_mutex);
    if (!m_active)
        return 0;
    m_seen.push_back(operation);
    using Kind = FileOperation::Kind;
    const bool isSpare =
        operation.path.starts_with("quayside.spare/") || operation.path == "quayside.lock"; // has its block
    const bool wantsSpace = operation.kind == Kind::MakeDirectory ||
                            (operation.kind == Kind::Create && !isSpare) ||
                            (operation.kind == Kind::Write && !isSpare);
    if (m_diskIsFull && wantsSpace)
        return ENOSPC;
    if (m_seen.size() != m_failAt)
        return 0;
    m_failed = true;
    return m_code;
}

void Watcher::start()
{
    failAt(0, 0);
}

void Watcher::failAt(std::size_t n, int code)
{
    const std::lock_guard lock(m_mutex);
    m_active = true;
    m_seen.clear();
    m_failAt = n;
    m_diskIsFull = false;
    m_code = code;
    m_failed = false;
}

void Watcher::fillDisk()
{
    failAt(0, 0);
    const std::lock_guard lock(m_mutex);
    m_diskIsFull = true;
}

void Watcher::stop()
{
    const std::lock_guard lock(m_mutex);
    m_active = false;
}

bool Watcher::hasFailed() const
{
    const std::lock_guard lock(m_mutex);
    return m_failed;
}

std::size_t Watcher::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen.size();
}

std::size_t Watcher::count(FileOperation::Kind kind) const
{
    return paths(kind).size();
}

std::vector<FileOperation> Watcher::operations() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen;
}

std::vector<std::string> Watcher::paths(FileOperation::Kind kind) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> result;
    for (const auto &operation : m_seen) {
        if (operation.kind == kind)
            result.push_back(operation.target.empty() ? operation.path : operation.target);
    }
    return result;
}

namespace {

// Thousands of stores are made here and each syncs a lot: in memory that is free, and what is tested is the
// order of the calls, which the watcher sees, not the disk.
fs::path scratchDirectory()
{
    const fs::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

} // namespace

StoreTest::StoreTest()
{
    std::string name = (scratchDirectory() / "quayside-storage-XXXXXX").string();
    directory = ::mkdtemp(name.data());
    root = directory / "store";
    options.now = [this] { return clock; };
    options.steadyNow = [this] { return std::chrono::steady_clock::time_point(uptime); };
    options.fileObserver = [this](const FileOperation &operation) { return watcher.observe(operation); };
}

StoreTest::~StoreTest()
{
    close();
    fs::remove_all(directory);
}

void StoreTest::pass(std::chrono::seconds time)
{
    clock += time;
    uptime += time;
}

void StoreTest::open()
{
    options.root = root;
    auto opened = Store::open(options);
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    store->waitUntilLoaded();
}

void StoreTest::reopen()
{
    close();
    open();
}

void StoreTest::nowAndReopened(const std::function<void()> &check)
{
    {
        SCOPED_TRACE("in the running store");
        check();
    }
    reopen();
    SCOPED_TRACE("after reopening");
    check();
}

Digest StoreTest::pushBlob(const RepositoryName &repository, const std::string &content)
{
    const auto digest = Hasher::hash(content);
    const auto upload = store->startUpload(repository, DigestAlgorithm::Sha256);
    EXPECT_TRUE(upload);
    {
        const auto writer = store->openUpload(repository, upload->id);
        EXPECT_TRUE(writer) << writer.error().message;
        EXPECT_TRUE(writer && (*writer)->write(bytesOf(content)));
    }
    const auto blob = store->finishUpload(repository, upload->id, digest);
    EXPECT_TRUE(blob) << blob.error().message;
    return digest;
}

std::string imageManifest(const Digest &config, std::size_t configSize, const Digest &layer,
                          std::size_t layerSize)
{
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{)"
           R"("mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
           config.toString() + R"(","size":)" + std::to_string(configSize) +
           R"(},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" +
           layer.toString() + R"(","size":)" + std::to_string(layerSize) + "}]}";
}

Manifest StoreTest::image(const RepositoryName &repository, const std::string &content)
{
    const std::string config =
        R"({"os":"linux","architecture":"arm64","variant":"v8","created":"2026-11-01T10:00:00Z","author":")" +
        content + "\"}";
    const auto configDigest = pushBlob(repository, config);
    const auto layer = pushBlob(repository, content);
    return *Manifest::parse(imageManifest(configDigest, config.size(), layer, content.size()), std::nullopt,
                            JsonRules::Strict);
}

Manifest StoreTest::referrerOf(const Digest &subject)
{
    auto text = image(team, "attached to " + subject.hex()).bytes();
    text.pop_back();
    text += R"(,"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
            subject.toString() + R"(","size":1}})";
    return *Manifest::parse(text, std::nullopt, JsonRules::Strict);
}

Manifest StoreTest::indexOf(const std::vector<Digest> &children)
{
    std::string list;
    for (const auto &child : children)
        list += std::string(list.empty() ? "" : ",") +
                R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" + child.toString() +
                R"(","size":1})";
    return *Manifest::parse(
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" + list +
            "]}",
        std::nullopt, JsonRules::Strict);
}

Result<PutManifestResult> StoreTest::put(const RepositoryName &repository, const Manifest &manifest,
                                         const std::vector<std::string> &names)
{
    std::vector<Tag> moreTags;
    for (const auto &name : names)
        moreTags.push_back(tag(name));
    return store->putManifest(repository, Hasher::hash(manifest.bytes()), moreTags, manifest, actor);
}

Digest StoreTest::pushImage(const RepositoryName &repository, const std::string &content,
                            const std::vector<std::string> &names)
{
    const auto result = put(repository, image(repository, content), names);
    EXPECT_TRUE(result) << result.error().message;
    return result->digest;
}

bool StoreTest::isLive(const RepositoryName &repository, const Digest &manifest) const
{
    return store->manifest(repository, manifest).has_value();
}

std::vector<std::string> StoreTest::tags(const RepositoryName &repository) const
{
    const auto page = store->tags(repository, {}, 1'000'000);
    return page ? page->names : std::vector<std::string>();
}

std::vector<std::string> StoreTest::trashKeys() const
{
    std::vector<std::string> keys;
    for (const auto &entry : store->trash(std::nullopt, {}, 1'000'000).entries)
        keys.push_back(entry.key());
    return keys;
}

std::string StoreTest::describe(const RepositoryName &repository) const
{
    std::string text;
    for (const auto &name : tags(repository))
        text += "tag " + name + " = " + store->manifest(repository, tag(name))->digest.toString() + '\n';
    if (const auto content = store->content(repository, {}, 1'000'000)) {
        for (const auto &manifest : content->manifests)
            text += "manifest " + manifest.digest.toString() + '\n';
    }
    for (const auto &entry : store->trash(repository, {}, 1'000'000).entries) {
        text += "trash " + entry.key();
        for (const auto role : entry.roles)
            text += role == ContentRole::Manifest ? " manifest" : " blob";
        text += '\n';
    }
    return text;
}

void StoreTest::writeFile(const std::string &relative, const std::string &content) const
{
    fs::create_directories(pathOf(relative).parent_path());
    std::ofstream(pathOf(relative)) << content;
}

std::string StoreTest::readFile(const std::string &relative) const
{
    std::ifstream file(pathOf(relative));
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string StoreTest::tombstonePath(const RepositoryName &repository, const Digest &digest) const
{
    return "repositories/" + repository.toString() + "/_deleted/sha256/" + digest.hex() + "/link";
}

} // namespace quayside::test
