// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <unordered_set>

namespace quayside {

/// Keeps one copy of each text that many manifests share: media types, artifact types, platforms.
/// Thread-safe.
class StringPool
{
public:
    /// The pool's copy, valid as long as the pool.
    const std::string *intern(const std::string &text)
    {
        const std::lock_guard lock(m_mutex);
        return &*m_strings.insert(text).first;
    }

private:
    std::mutex m_mutex;
    std::unordered_set<std::string> m_strings;
};

} // namespace quayside
