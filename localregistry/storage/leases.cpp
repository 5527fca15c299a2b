// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/leases.h"

#include <algorithm>

namespace quayside {

Leases::Hold::Hold(Leases &leases, std::vector<Digest> digests)
    : m_leases(leases)
    , m_digests(std::move(digests))
{}

Leases::Hold::~Hold()
{
    m_leases.release(m_digests, m_keep);
}

bool Leases::isLasting(const Lease &lease) const
{
    return lease.renewed && m_now() - *lease.renewed < m_duration;
}

void Leases::renew(const Digest &digest)
{
    const std::lock_guard lock(m_mutex);
    auto &lease = m_leases[digest];
    lease.renewed = m_now();
    lease.number = ++m_lastNumber;
    if (m_leases.size() > m_forgetAt)
        forgetOld();
}

Leases::Hold Leases::hold(std::vector<Digest> digests)
{
    const std::lock_guard lock(m_mutex);
    for (const auto &digest : digests)
        ++m_leases[digest].holds;
    return {*this, std::move(digests)};
}

void Leases::release(const std::vector<Digest> &digests, bool keep)
{
    const std::lock_guard lock(m_mutex);
    for (const auto &digest : digests) {
        const auto found = m_leases.find(digest);
        auto &lease = found->second;
        --lease.holds;
        if (keep) {
            lease.renewed = m_now();
            lease.number = ++m_lastNumber;
        } else if (lease.holds == 0 && !lease.renewed) {
            m_leases.erase(found);
        }
    }
}

std::uint64_t Leases::beginCollection()
{
    const std::lock_guard lock(m_mutex);
    forgetOld();
    return ++m_lastNumber;
}

void Leases::forgetOld()
{
    std::erase_if(m_leases,
                  [this](const auto &entry) { return entry.second.holds == 0 && !isLasting(entry.second); });
    m_forgetAt = std::max<std::size_t>(65536, 2 * m_leases.size());
}

bool Leases::isProtected(const Digest &digest, std::uint64_t collection) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_leases.find(digest);
    if (found == m_leases.end())
        return false;
    const auto &lease = found->second;
    return lease.holds > 0 || lease.number > collection || isLasting(lease);
}

std::string Leases::toString() const
{
    const std::lock_guard lock(m_mutex);
    std::string text;
    for (const auto &[digest, lease] : m_leases) {
        if (isLasting(lease))
            text += (text.empty() ? "" : ",") + digest.toString() + ' ' + formatRfc3339(*lease.renewed);
    }
    return text;
}

void Leases::add(std::string_view text)
{
    const std::lock_guard lock(m_mutex);
    while (!text.empty()) {
        const auto entry = text.substr(0, text.find(','));
        text.remove_prefix(std::min(entry.size() + 1, text.size()));
        const auto space = entry.find(' ');
        if (space == entry.npos)
            continue;
        const auto digest = Digest::parse(entry.substr(0, space));
        const auto time = parseRfc3339(entry.substr(space + 1));
        if (digest && time)
            m_leases[*digest].renewed = *time;
    }
}

} // namespace quayside
