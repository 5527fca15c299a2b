// SPDX-License-Identifier: Apache-2.0
#include "model/imageparts.h"

namespace quayside {

namespace {

void addParts(const RepositoryContent &content, const Digest &digest, std::set<Digest> &parts)
{
    const auto image = content.images.find(digest);
    if (image == content.images.end())
        return;
    for (const Digest &child : image->second.children) {
        if (parts.insert(child).second)
            addParts(content, child, parts);
    }
}

} // namespace

std::set<Digest> partsOf(const RepositoryContent &content, const Digest &image)
{
    std::set<Digest> parts;
    addParts(content, image, parts);
    return parts;
}

std::set<Digest> partsOfStaying(const RepositoryContent &content, const std::set<Digest> &going)
{
    std::set<Digest> parts;
    for (const auto &[tag, digest] : content.tags) {
        if (!going.contains(digest))
            addParts(content, digest, parts);
    }
    return parts;
}

std::map<Digest, InUse::Source> imagesInUse(const RepositoryContent &content, const InUse &inUse,
                                            const QString &address, const RepositoryName &repository)
{
    std::map<Digest, InUse::Source> named;
    for (const auto &[digest, image] : content.images) {
        if (const auto source = inUse.digest(digest))
            named.emplace(digest, *source);
    }
    for (const auto &[tag, digest] : content.tags) {
        if (const auto source = inUse.tag(address, repository, tag))
            named.emplace(digest, *source);
    }
    auto used = named;
    for (const auto &[index, image] : content.images) {
        const auto own = named.find(index);
        for (const Digest &part : partsOf(content, index)) {
            if (own != named.end())
                used.emplace(part, own->second);
            if (const auto its = named.find(part); its != named.end())
                used.emplace(index, its->second);
        }
    }
    return used;
}

} // namespace quayside
