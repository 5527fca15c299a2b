// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/needs.h"

#include <set>

namespace quayside {

namespace {

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

void addDigestsInText(std::string_view text, std::set<Digest> &digests)
{
    for (const auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
        const auto prefix = std::string(algorithmName(algorithm)) + ':';
        for (auto at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
            const auto size = prefix.size() + 2 * digestSize(algorithm);
            const auto isLonger = at + size < text.size() && isHexDigit(text[at + size]);
            if (const auto digest = Digest::parse(text.substr(at, size)); digest && !isLonger)
                digests.insert(*digest);
        }
    }
}

} // namespace

std::vector<Digest> digestsIn(const Manifest &manifest)
{
    std::set<Digest> digests;
    if (manifest.config())
        digests.insert(manifest.config()->digest);
    for (const auto &layer : manifest.layers())
        digests.insert(layer.digest);
    for (const auto &child : manifest.manifests())
        digests.insert(child.digest);
    return {digests.begin(), digests.end()};
}

std::vector<Digest> digestsIn(const std::string &bytes)
{
    if (const auto manifest = Manifest::parse(bytes, std::nullopt, JsonRules::Lenient))
        return digestsIn(*manifest);
    std::set<Digest> digests;
    addDigestsInText(bytes, digests);
    // Texts may be written with escapes.
    if (const auto json = parseJson(bytes, JsonRules::Lenient))
        addDigestsInText(json->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), digests);
    return {digests.begin(), digests.end()};
}

std::vector<ManifestReference> referencesOf(const Manifest &manifest)
{
    std::set<ManifestReference> references;
    if (manifest.config())
        references.insert({manifest.config()->digest, ContentRole::Blob});
    for (const auto &layer : manifest.layers()) {
        if (!layer.mediaType.isNondistributableLayer() || layer.urls.empty())
            references.insert({layer.digest, ContentRole::Blob});
    }
    for (const auto &child : manifest.manifests())
        references.insert({child.digest, ContentRole::Manifest});
    return {references.begin(), references.end()};
}

Result<Needs> findNeeds(const Repository &repository, const std::function<bool(const Digest &)> &keeps,
                        const ManifestReader &read)
{
    Needs needs{repository.revision(), {}};
    std::set<Digest> others;
    std::vector<Digest> queue;
    for (const auto &digest : repository.linkedManifests()) {
        if (keeps(digest))
            queue.push_back(digest);
        else
            others.insert(digest);
    }
    while (!queue.empty()) {
        const auto keeper = queue.back();
        queue.pop_back();
        const auto bytes = read(keeper);
        if (!bytes)
            return tl::unexpected(bytes.error());
        for (const auto &digest : digestsIn(*bytes)) {
            needs.neededBy[digest].push_back(keeper);
            if (others.erase(digest) > 0)
                queue.push_back(digest);
        }
    }
    return needs;
}

} // namespace quayside
