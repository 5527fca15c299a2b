// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/manifest.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quayside::test {

/// A set of small numbers, one bit each: tags, or contents.
using Mask = std::uint32_t;

inline bool has(Mask mask, int bit)
{
    return (mask >> bit & 1) != 0;
}

/// The small fixed world in which random operations happen: few enough things that they meet often.
/// Everything is named by a number; 3 repositories, 4 tags, and 10 contents:
///
///     0 to 4   blobs: 0 and 2 are configs, the others layers
///     5        a manifest (config 0, layer 1) whose bytes are also pushed as a blob: the sixth
///     6        a manifest (config 2, layers 1 and 3)
///     7        an artifact (config 2, layers 4 and 5) whose subject is 5
///     8        an index of 5 and 6
///     9        an index of 6 and 8
class World
{
public:
    static constexpr int repositoryCount = 3;
    static constexpr int tagCount = 4;
    static constexpr int contentCount = 10;
    static constexpr int firstManifest = 5;
    static constexpr int lastBlob = 5;

    struct Content
    {
        std::string bytes;
        Digest digest;
        std::optional<Manifest> manifest;
        Mask blobs = 0;    ///< Config and layers.
        Mask children = 0; ///< Of an index.
        int subject = -1;
    };

    World();

    const RepositoryName &repository(int number) const { return m_repositories[index(number)]; }
    const Tag &tag(int number) const { return m_tags[index(number)]; }
    const Content &content(int number) const { return m_contents[index(number)]; }
    std::vector<Tag> tags(Mask mask) const;

    // Back to numbers; -1 for what is not of this world.
    int numberOf(const Digest &digest) const;
    int numberOf(const Tag &tag) const;

private:
    static std::size_t index(int number) { return static_cast<std::size_t>(number); }
    void addBlob(std::string bytes);
    void addImage(int config, std::vector<int> layers, int subject);
    void addIndex(std::vector<int> children);
    void addManifest(std::string bytes, Mask blobs, Mask children, int subject);
    std::string descriptor(const char *mediaType, int content) const;

    std::vector<RepositoryName> m_repositories;
    std::vector<Tag> m_tags;
    std::vector<Content> m_contents;
};

} // namespace quayside::test
