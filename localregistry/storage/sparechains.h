// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"

#include <mutex>
#include <optional>

namespace quayside {

/// `quayside.spare`: space for a few tombstones that is set aside while there is some, because on a full disk
/// a delete is the way out. Each is a file of 4 KiB, allocated, in the three directories that a tombstone may
/// need: what is missing of them is moved to its place together with the file. Thread-safe.
class SpareChains
{
public:
    static constexpr std::size_t capacity = 4096; ///< Bytes in one file.

    explicit SpareChains(Files &files)
        : m_files(files)
    {}

    /// Makes what is missing, as far as there is space.
    void refill();
    /// A chain to use up; nothing if none is left.
    std::optional<std::string> take();
    /// Gives the space of one chain back to the disk, or says that there is none.
    bool release();
    /// Removes what is left of a chain that was taken.
    void remove(const std::string &chain);

    // The parts of a chain.
    static std::string outer(const std::string &chain) { return chain + "/1"; }
    static std::string middle(const std::string &chain) { return outer(chain) + "/2"; }
    static std::string inner(const std::string &chain) { return middle(chain) + "/3"; }
    static std::string file(const std::string &chain) { return inner(chain) + "/link"; }

private:
    bool make(const std::string &chain);

    Files &m_files;
    std::mutex m_mutex;
    std::vector<std::string> m_chains;
};

} // namespace quayside
