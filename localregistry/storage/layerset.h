// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace quayside {

/// The layer links of a repository with the sizes of their data. Nearly all are sha256: those sit in one
/// sorted array of 40 bytes each, since a node per link would be the largest part of the whole index.
class LayerSet
{
public:
    std::optional<std::int64_t> size(const Digest &digest) const;
    void insert(const Digest &digest, std::int64_t size);
    void erase(const Digest &digest);
    std::vector<Digest> digests() const;
    /// Calls `visit` for each link, with the size of its data.
    void visit(const std::function<void(const Digest &, std::int64_t)> &visit) const;
    bool empty() const { return m_sha256.empty() && m_others.empty(); }

private:
    struct Link
    {
        std::array<std::uint8_t, 32> bytes;
        std::int64_t size;
    };
    static Link toLink(const Digest &digest, std::int64_t size);

    std::vector<Link> m_sha256;
    std::map<Digest, std::int64_t> m_others;
};

} // namespace quayside
