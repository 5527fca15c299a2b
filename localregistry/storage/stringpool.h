// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace quayside {

/// Keeps one copy of each text that many manifests share (media types, artifact types), and of each list of
/// texts (their platforms).
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
    const std::vector<std::string> *intern(const std::vector<std::string> &list)
    {
        const std::lock_guard lock(m_mutex);
        return &*m_lists.insert(list).first;
    }

private:
    std::mutex m_mutex;
    std::unordered_set<std::string> m_strings;
    std::set<std::vector<std::string>> m_lists;
};

} // namespace quayside
