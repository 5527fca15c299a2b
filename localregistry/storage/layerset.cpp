// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layerset.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr auto byBytes = [](const auto &a, const auto &b) { return a.bytes < b.bytes; };

} // namespace

LayerSet::Link LayerSet::toLink(const Digest &digest, std::int64_t size)
{
    Link link{{}, size};
    std::copy_n(digest.bytes().begin(), link.bytes.size(), link.bytes.begin());
    return link;
}

std::optional<std::int64_t> LayerSet::size(const Digest &digest) const
{
    if (digest.algorithm() != DigestAlgorithm::Sha256) {
        const auto found = m_others.find(digest);
        return found == m_others.end() ? std::nullopt : std::optional(found->second);
    }
    const auto link = toLink(digest, 0);
    const auto found = std::lower_bound(m_sha256.begin(), m_sha256.end(), link, byBytes);
    if (found == m_sha256.end() || found->bytes != link.bytes)
        return std::nullopt;
    return found->size;
}

void LayerSet::insert(const Digest &digest, std::int64_t size)
{
    if (digest.algorithm() != DigestAlgorithm::Sha256) {
        m_others[digest] = size;
        return;
    }
    const auto link = toLink(digest, size);
    const auto found = std::lower_bound(m_sha256.begin(), m_sha256.end(), link, byBytes);
    if (found != m_sha256.end() && found->bytes == link.bytes)
        found->size = size;
    else
        m_sha256.insert(found, link);
}

std::vector<Digest> LayerSet::digests() const
{
    std::vector<Digest> result;
    result.reserve(m_sha256.size() + m_others.size());
    for (const auto &link : m_sha256)
        result.push_back(Digest::fromBytes(DigestAlgorithm::Sha256, link.bytes));
    for (const auto &[digest, size] : m_others)
        result.push_back(digest);
    return result;
}

void LayerSet::erase(const Digest &digest)
{
    if (digest.algorithm() != DigestAlgorithm::Sha256) {
        m_others.erase(digest);
        return;
    }
    const auto link = toLink(digest, 0);
    const auto found = std::lower_bound(m_sha256.begin(), m_sha256.end(), link, byBytes);
    if (found != m_sha256.end() && found->bytes == link.bytes)
        m_sha256.erase(found);
}

void LayerSet::visit(const std::function<void(const Digest &, std::int64_t)> &visit) const
{
    for (const auto &link : m_sha256)
        visit(Digest::fromBytes(DigestAlgorithm::Sha256, link.bytes), link.size);
    for (const auto &[digest, size] : m_others)
        visit(digest, size);
}

} // namespace quayside
