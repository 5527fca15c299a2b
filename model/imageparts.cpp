// SPDX-License-Identifier: Apache-2.0
#include "model/imageparts.h"

#include <vector>

namespace quayside {

namespace {

const std::vector<Digest> &noDigests()
{
    static const std::vector<Digest> none;
    return none;
}

/// Adds everything that `next` leads to from `start` and tells what is new. Not recursive: who pushes images
/// decides how deep they are.
template <typename Next, typename Tell>
void addReached(const Digest &start, std::set<Digest> &reached, Next next, Tell tell)
{
    std::vector<Digest> open(1, start);
    while (!open.empty()) {
        const Digest digest = open.back();
        open.pop_back();
        for (const Digest &other : next(digest)) {
            if (!reached.insert(other).second)
                continue;
            open.push_back(other);
            tell(other);
        }
    }
}

auto childrenIn(const RepositoryContent &content)
{
    return [&content](const Digest &digest) -> const std::vector<Digest> & {
        const auto image = content.images.find(digest);
        return image == content.images.end() ? noDigests() : image->second.children;
    };
}

void addParts(const RepositoryContent &content, const Digest &image, std::set<Digest> &parts)
{
    addReached(image, parts, childrenIn(content), [](const Digest &) {});
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

ImageOwners::ImageOwners(const RepositoryContent &content)
{
    for (const auto &[digest, image] : content.images) {
        for (const Digest &child : image.children)
            m_owners[child].push_back(digest);
    }
}

const std::vector<Digest> &ImageOwners::naming(const Digest &part) const
{
    const auto found = m_owners.find(part);
    return found == m_owners.end() ? noDigests() : found->second;
}

std::set<Digest> ImageOwners::of(const Digest &part) const
{
    std::set<Digest> owners;
    const auto next = [this](const Digest &digest) -> const std::vector<Digest> & { return naming(digest); };
    addReached(part, owners, next, [](const Digest &) {});
    return owners;
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
    const ImageOwners owners(content);
    const auto above = [&owners](const Digest &digest) -> const std::vector<Digest> & {
        return owners.naming(digest);
    };
    std::set<Digest> seenBelow; // of all that are named, so that each image is looked at once
    std::set<Digest> seenAbove;
    for (const auto &[digest, source] : named) {
        const auto mark = [&used, &its = source](const Digest &other) { used.emplace(other, its); };
        addReached(digest, seenBelow, childrenIn(content), mark);
        addReached(digest, seenAbove, above, mark);
    }
    return used;
}

} // namespace quayside
