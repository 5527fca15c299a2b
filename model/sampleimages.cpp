// SPDX-License-Identifier: Apache-2.0
#include "model/sampleimages.h"

#include "oci/hasher.h"
#include "oci/qtconversions.h"

#include <nlohmann/json.hpp>

#include <array>
#include <string>

namespace quayside {

namespace {

using Json = nlohmann::ordered_json;

template <typename T>
T known(const char *text)
{
    return *T::parse(text);
}

// A ustar archive with one file (POSIX.1-1988, "ustar"): 512-byte header, the content padded, two empty
// blocks.
std::string tarOf(const std::string &path, const std::string &content)
{
    std::array<char, 512> header{};
    const auto put = [&header](std::size_t at, const std::string &text) {
        std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
    };
    const auto octal = [](std::size_t value, std::size_t digits) {
        std::string text(digits, '0');
        for (auto at = text.rbegin(); at != text.rend(); ++at, value /= 8)
            *at = static_cast<char>('0' + value % 8);
        return text;
    };
    put(0, path);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, octal(content.size(), 11));
    put(136, octal(0, 11));
    put(148, "        ");
    put(156, "0");
    put(257, "ustar");
    put(263, "00");
    std::size_t sum = 0;
    for (const char c : header)
        sum += static_cast<unsigned char>(c);
    put(148, octal(sum, 6));
    header[154] = '\0';

    std::string tar(header.data(), header.size());
    tar += content;
    tar.resize((tar.size() + 511) / 512 * 512);
    tar.append(1024, '\0');
    return tar;
}

// Text of a given size that looks like a program's data and is the same each time.
std::string filler(const std::string &seed, std::size_t size)
{
    std::string text;
    text.reserve(size + 128);
    for (std::size_t i = 0; text.size() < size; ++i)
        text += Hasher::hash(seed + std::to_string(i)).hex() + '\n';
    text.resize(size);
    return text;
}

struct Layer
{
    std::string command;
    Digest digest;
    std::size_t size;
};

class Builder
{
public:
    explicit Builder(const char *repository)
        : m_repository(known<RepositoryName>(repository))
    {}

    Layer layer(const std::string &command, const std::string &path, std::size_t size)
    {
        const auto tar = tarOf(path, filler(path, size));
        return {command, addBlob(tar), tar.size()};
    }

    /// An image manifest of the layers; returns its descriptor with the platform.
    Json image(const char *architecture, const char *created, const std::vector<Layer> &layers,
               std::vector<Tag> tags)
    {
        Json config = {{"created", created}, {"architecture", architecture}, {"os", "linux"}};
        config["config"] = {{"Entrypoint", {"/usr/bin/demo"}},
                            {"Cmd", {"serve", "--port", "8080"}},
                            {"Env", {"PATH=/usr/local/bin:/usr/bin:/bin", "TZ=UTC"}},
                            {"ExposedPorts", {{"8080/tcp", Json::object()}}},
                            {"User", "10001"},
                            {"Labels", {{"org.opencontainers.image.licenses", "Apache-2.0"}}}};
        config["rootfs"] = {{"type", "layers"}, {"diff_ids", Json::array()}};
        config["history"] = Json::array();
        Json descriptors = Json::array();
        for (const auto &layer : layers) {
            config["rootfs"]["diff_ids"].push_back(layer.digest.toString());
            config["history"].push_back({{"created", created}, {"created_by", layer.command}});
            descriptors.push_back(descriptor(mediatype::ociLayerTar, layer.digest, layer.size));
        }
        config["history"].push_back(
            {{"created", created}, {"created_by", "ENTRYPOINT [\"/usr/bin/demo\"]"}, {"empty_layer", true}});
        const auto configBytes = config.dump();
        const Json manifest = {
            {"schemaVersion", 2},
            {"mediaType", mediatype::ociManifest},
            {"config", descriptor(mediatype::ociConfig, addBlob(configBytes), configBytes.size())},
            {"layers", descriptors}};
        auto result = addManifest(mediatype::ociManifest, manifest, std::move(tags));
        result["platform"] = {{"architecture", architecture}, {"os", "linux"}};
        return result;
    }

    Json index(const std::vector<Json> &platforms, std::vector<Tag> tags)
    {
        const Json index = {
            {"schemaVersion", 2}, {"mediaType", mediatype::ociIndex}, {"manifests", platforms}};
        return addManifest(mediatype::ociIndex, index, std::move(tags));
    }

    /// An SPDX document attached to `subject` (OCI Image Specification, "Guidelines for Artifact Usage").
    void attachSbom(const Json &subject)
    {
        const auto document = Json{{"spdxVersion", "SPDX-2.3"},
                                   {"dataLicense", "CC0-1.0"},
                                   {"name", m_repository.toString()},
                                   {"packages", Json::array({{{"name", "demo"}, {"versionInfo", "1.0"}}})}}
                                  .dump();
        const std::string empty = "{}";
        const Json manifest = {{"schemaVersion", 2},
                               {"mediaType", mediatype::ociManifest},
                               {"artifactType", "application/spdx+json"},
                               {"config", descriptor(mediatype::ociEmpty, addBlob(empty), empty.size())},
                               {"layers", Json::array({descriptor("application/spdx+json", addBlob(document),
                                                                  document.size())})},
                               {"subject", subject}};
        addManifest(mediatype::ociManifest, manifest, {});
    }

    void moveInto(SampleImages &images)
    {
        std::move(m_images.blobs.begin(), m_images.blobs.end(), std::back_inserter(images.blobs));
        std::move(m_images.manifests.begin(), m_images.manifests.end(), std::back_inserter(images.manifests));
    }

private:
    static Json descriptor(std::string_view mediaType, const Digest &digest, std::size_t size)
    {
        return {{"mediaType", mediaType}, {"digest", digest.toString()}, {"size", size}};
    }

    Digest addBlob(const std::string &bytes)
    {
        const auto digest = Hasher::hash(bytes);
        m_images.blobs.push_back({m_repository, digest, toQByteArray(bytes)});
        return digest;
    }

    Json addManifest(std::string_view mediaType, const Json &manifest, std::vector<Tag> tags)
    {
        const auto bytes = manifest.dump();
        const auto digest = Hasher::hash(bytes);
        m_images.manifests.push_back(
            {m_repository, *MediaType::parse(mediaType), digest, toQByteArray(bytes), std::move(tags)});
        return descriptor(mediaType, digest, bytes.size());
    }

    RepositoryName m_repository;
    SampleImages m_images;
};

void makeHello(SampleImages &images)
{
    Builder hello("demo/hello");
    std::vector<Json> platforms;
    for (const char *architecture : {"amd64", "arm64"}) {
        const auto suffix = std::string(architecture);
        platforms.push_back(
            hello.image(architecture, "2026-10-01T08:00:00Z",
                        {hello.layer("COPY base /", "usr/lib/base-" + suffix, 180'000),
                         hello.layer("COPY hello /usr/bin/demo", "usr/bin/demo-" + suffix, 42'000)},
                        {}));
    }
    const auto index = hello.index(platforms, {known<Tag>("1.0"), known<Tag>("latest")});
    hello.attachSbom(index);
    hello.moveInto(images);
}

void makeShop(SampleImages &images)
{
    Builder shop("demo/shop");
    const auto base = shop.layer("COPY base /", "usr/lib/base", 220'000);
    const auto runtime = shop.layer("RUN apt-get install -y runtime", "usr/lib/runtime", 140'000);
    struct Version
    {
        const char *tag;
        const char *created;
        std::size_t size;
    };
    for (const auto &version :
         {Version{"1.0", "2026-08-03T10:00:00Z", 24'000}, Version{"1.1", "2026-09-14T10:00:00Z", 26'000},
          Version{"2.0-rc.1", "2026-10-20T10:00:00Z", 31'000},
          Version{"2.0", "2026-11-02T10:00:00Z", 33'000}}) {
        std::vector<Tag> tags{known<Tag>(version.tag)};
        if (tags.front().toString() == "2.0")
            tags.push_back(known<Tag>("stable"));
        const auto program =
            shop.layer("COPY shop /usr/bin/demo", std::string("usr/bin/shop-") + version.tag, version.size);
        shop.image("amd64", version.created, {base, runtime, program}, std::move(tags));
    }
    shop.moveInto(images);
}

} // namespace

SampleImages SampleImages::make()
{
    SampleImages images;
    makeHello(images);
    makeShop(images);
    return images;
}

} // namespace quayside
