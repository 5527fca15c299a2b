// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diskmodel.h"

#include "localregistry/storage/store.h"

#include <map>
#include <mutex>
#include <vector>

namespace quayside::test {

/// Pushes of manifests without references at the same time, each with a tag of its own, as the disk saw them.
class Pushes
{
public:
    Pushes(const std::filesystem::path &root, std::size_t count);

    const DiskModel &disk() const { return *m_disk; }
    /// Opens the store that a disk held after the first `operations`: says which push that was acknowledged
    /// by then is not there, or which tag names what cannot be read; else "".
    std::string whatIsLost(const std::filesystem::path &root, std::size_t operations) const;

private:
    struct Acknowledged
    {
        std::size_t operations; // recorded by then
        Digest digest;
    };

    void push(Store &store, std::size_t tag, const Manifest &manifest);

    std::mutex m_mutex;
    std::optional<DiskModel> m_disk;
    std::map<std::size_t, std::vector<Acknowledged>> m_acknowledged; // by tag, in order
};

} // namespace quayside::test
