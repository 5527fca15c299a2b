// SPDX-License-Identifier: Apache-2.0
// Makes a store of many repositories and tags, as docker-registry would have left it, and measures how soon
// and with how much memory it is served: bigstore DIR REPOSITORIES TAGS
#include "localregistry/storage/store.h"
#include "oci/hasher.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

using namespace quayside;
namespace fs = std::filesystem;

namespace {

fs::path v2(const fs::path &root)
{
    return root / "docker/registry/v2";
}

void write(const fs::path &path, const std::string &content)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
}

Digest writeData(const fs::path &root, const std::string &content)
{
    const auto digest = Hasher::hash(content);
    write(v2(root) / "blobs/sha256" / digest.hex().substr(0, 2) / digest.hex() / "data", content);
    return digest;
}

// One image: a config and a layer of its own, and one layer that all share.
void writeImage(const fs::path &root, const std::string &name, const std::string &tag, const Digest &shared)
{
    const auto repository = v2(root) / "repositories" / name;
    const auto config =
        R"({"os":"linux","architecture":"amd64","created":"2026-11-01T10:00:00Z","author":")" + name + tag +
        "\"}";
    const auto configDigest = writeData(root, config);
    const auto layer = writeData(root, "layer of " + name + tag);
    const auto descriptor = [](const char *type, const Digest &digest, std::size_t size) {
        return std::string(R"({"mediaType":"application/vnd.oci.image.)") + type + R"(","digest":")" +
               digest.toString() + R"(","size":)" + std::to_string(size) + "}";
    };
    const auto manifest =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
        descriptor("config.v1+json", configDigest, config.size()) + R"(,"layers":[)" +
        descriptor("layer.v1.tar", shared, 6) + ',' +
        descriptor("layer.v1.tar", layer, 9 + name.size() + tag.size()) + "]}";
    const auto digest = writeData(root, manifest);
    for (const auto &blob : {configDigest, layer, shared})
        write(repository / "_layers/sha256" / blob.hex() / "link", blob.toString());
    write(repository / "_manifests/revisions/sha256" / digest.hex() / "link", digest.toString());
    write(repository / "_manifests/tags" / tag / "current/link", digest.toString());
}

double msSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 4)
        return 2;
    const fs::path root = argv[1];
    const int repositories = std::atoi(argv[2]);
    const int tags = std::atoi(argv[3]);
    const auto nameOf = [](int i) { return "team" + std::to_string(i % 100) + "/app" + std::to_string(i); };
    if (!fs::exists(v2(root))) {
        const auto shared = writeData(root, "shared");
        for (int i = 0; i < repositories; ++i) {
            for (int t = 0; t < tags; ++t)
                writeImage(root, nameOf(i), "1." + std::to_string(t), shared);
        }
    }
    ::sync(); // what was just written is not the store's to flush
    const auto before = ::mallinfo2().uordblks;
    const auto start = std::chrono::steady_clock::now();
    StoreOptions options;
    options.root = root;
    const auto store = Store::open(options);
    const auto opened = msSince(start);
    const auto last = nameOf(repositories - 1);
    const auto info = store ? (*store)->manifestHead(*RepositoryName::parse(last), *Tag::parse("1.0"))
                            : tl::unexpected(store.error());
    if (!info) {
        std::printf("%s\n", info.error().message.c_str());
        return 1;
    }
    const auto answered = msSince(start);
    const auto page = (*store)->repositories({}, 100);
    const auto listed = msSince(start);
    (*store)->waitUntilLoaded();
    const auto loaded = msSince(start);
    const auto index = ::mallinfo2().uordblks - before;
    std::printf(
        "open %.1f ms, one manifest by tag %.1f ms, first catalog page (%zu) %.1f ms, all loaded %.0f ms, "
        "index %.1f MiB\n",
        opened, answered, page.names.size(), listed, loaded, static_cast<double>(index) / (1 << 20));
    return 0;
}
