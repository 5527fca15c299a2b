// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/sparechains.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr int count = 8;
const std::string directory = "quayside.spare";

} // namespace

void SpareChains::refill()
{
    const std::lock_guard lock(m_mutex);
    if (m_chains.size() == count)
        return;
    if (!m_files.makeDirectory(directory))
        return;
    for (int i = 0; i < count; ++i) {
        const auto chain = directory + '/' + std::to_string(i);
        if (std::find(m_chains.begin(), m_chains.end(), chain) != m_chains.end())
            continue;
        const auto found = m_files.status(file(chain));
        if ((found && found->size == capacity) || make(chain))
            m_chains.push_back(chain);
    }
}

bool SpareChains::make(const std::string &chain)
{
    remove(chain); // what an earlier process has used up
    for (const auto &path : {chain, outer(chain), middle(chain), inner(chain)}) {
        if (!m_files.makeDirectory(path))
            return false;
    }
    auto made = m_files.create(file(chain));
    if (!made)
        return false;
    const std::string zeros(capacity, '\0');
    // The sync allocates the space. Its failure loses nothing: what is here is not relied upon.
    const bool done = m_files.writeAt(*made, file(chain), 0, std::as_bytes(std::span(zeros))) &&
                      m_files.sync(*made, file(chain));
    if (!done)
        remove(chain);
    return done;
}

std::optional<std::string> SpareChains::take()
{
    const std::lock_guard lock(m_mutex);
    if (m_chains.empty())
        return std::nullopt;
    auto chain = m_chains.back();
    m_chains.pop_back();
    return chain;
}

bool SpareChains::release()
{
    const auto chain = take();
    if (chain)
        remove(*chain);
    return chain.has_value();
}

void SpareChains::remove(const std::string &chain)
{
    m_files.removeTree(chain);
}

} // namespace quayside
