// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "oci/hasher.h"

namespace quayside::test {

namespace {

constexpr auto imageType = "application/vnd.oci.image.manifest.v1+json";
constexpr auto indexType = "application/vnd.oci.image.index.v1+json";
constexpr auto configType = "application/vnd.oci.image.config.v1+json";
constexpr auto layerType = "application/vnd.oci.image.layer.v1.tar";

std::string head(const char *mediaType)
{
    return std::string(R"({"schemaVersion":2,"mediaType":")") + mediaType + '"';
}

} // namespace

World::World()
{
    for (const auto *name : {"app", "team/api", "team/api/nested"})
        m_repositories.push_back(*RepositoryName::parse(name));
    for (const auto *name : {"a", "b", "c", "d"})
        m_tags.push_back(*Tag::parse(name));
    addBlob(R"({"os":"linux","architecture":"amd64"})");
    addBlob("first layer");
    addBlob(R"({"os":"linux","architecture":"arm64"})");
    addBlob("second layer");
    addBlob("third layer");
    addImage(0, {1}, -1);
    addImage(2, {1, 3}, -1);
    addImage(2, {4, 5}, 5);
    addIndex({5, 6});
    addIndex({6, 8});
}

std::vector<Tag> World::tags(Mask mask) const
{
    std::vector<Tag> tags;
    for (int i = 0; i < tagCount; ++i) {
        if (has(mask, i))
            tags.push_back(tag(i));
    }
    return tags;
}

int World::numberOf(const Digest &digest) const
{
    for (int i = 0; i < contentCount; ++i) {
        if (content(i).digest == digest)
            return i;
    }
    return -1;
}

int World::numberOf(const Tag &tag) const
{
    for (int i = 0; i < tagCount; ++i) {
        if (m_tags[index(i)] == tag)
            return i;
    }
    return -1;
}

std::string World::descriptor(const char *mediaType, int number) const
{
    return std::string(R"({"mediaType":")") + mediaType + R"(","digest":")" +
           content(number).digest.toString() + R"(","size":)" + std::to_string(content(number).bytes.size()) +
           '}';
}

void World::addBlob(std::string bytes)
{
    const auto digest = Hasher::hash(bytes);
    m_contents.push_back({std::move(bytes), digest, std::nullopt});
}

void World::addManifest(std::string bytes, Mask blobs, Mask children, int subject)
{
    const auto digest = Hasher::hash(bytes);
    auto manifest = Manifest::parse(bytes, std::nullopt, JsonRules::Strict);
    m_contents.push_back({std::move(bytes), digest, std::move(*manifest), blobs, children, subject});
}

void World::addImage(int config, std::vector<int> layers, int subject)
{
    auto bytes = head(imageType) + R"(,"config":)" + descriptor(configType, config) + R"(,"layers":[)";
    Mask blobs = 1u << config;
    for (const int layer : layers) {
        bytes += (bytes.back() == '[' ? "" : ",") + descriptor(layerType, layer);
        blobs |= 1u << layer;
    }
    bytes += ']';
    if (subject >= 0)
        bytes += R"(,"subject":)" + descriptor(imageType, subject);
    addManifest(bytes + '}', blobs, 0, subject);
}

void World::addIndex(std::vector<int> children)
{
    auto bytes = head(indexType) + R"(,"manifests":[)";
    Mask mask = 0;
    for (const int child : children) {
        bytes += (bytes.back() == '[' ? "" : ",") +
                 descriptor(content(child).children ? indexType : imageType, child);
        mask |= 1u << child;
    }
    addManifest(bytes + "]}", 0, mask, -1);
}

} // namespace quayside::test
