// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/timestamp.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace quayside {

/// What must not be collected although no manifest needs it: a client that was told that a blob is there may
/// push its manifest hours later. Thread-safe.
///
/// A lease lasts for a time after it was renewed, and always until a collection that began before the renewal
/// has ended. Collection hides a thing in the index first and looks at its lease then; whoever relies on a
/// thing renews or holds first and looks at the index then: so one of the two sees the other.
class Leases
{
public:
    /// Protects while a push relies on the digests; a published one keeps a lease on them.
    class Hold
    {
    public:
        ~Hold();
        Hold(const Hold &) = delete;
        Hold &operator=(const Hold &) = delete;
        void keep() { m_keep = true; }

    private:
        friend class Leases;
        Hold(Leases &leases, std::vector<Digest> digests);
        Leases &m_leases;
        std::vector<Digest> m_digests;
        bool m_keep = false;
    };

    Leases(std::chrono::seconds duration, std::function<Timestamp()> now)
        : m_duration(duration)
        , m_now(std::move(now))
    {}

    void renew(const Digest &digest);
    [[nodiscard]] Hold hold(std::vector<Digest> digests);

    /// Begins a collection: forgets what has run out and returns the collection's number for isProtected().
    std::uint64_t beginCollection();
    bool isProtected(const Digest &digest, std::uint64_t collection) const;

    /// The leases that last, for the state file: "<digest> <date>,...".
    std::string toString() const;
    /// Adds what toString() has written; what cannot be read is left out.
    void add(std::string_view text);

private:
    struct Lease
    {
        std::optional<Timestamp> renewed; // nothing: only held
        std::uint64_t number = 0;         // of the renewal, counted with the collections
        int holds = 0;
    };
    bool isLasting(const Lease &lease) const;
    void forgetOld();
    void release(const std::vector<Digest> &digests, bool keep);

    const std::chrono::seconds m_duration;
    const std::function<Timestamp()> m_now;
    mutable std::mutex m_mutex;
    std::unordered_map<Digest, Lease> m_leases;
    std::size_t m_forgetAt = 65536;
    std::uint64_t m_lastNumber = 0;
};

} // namespace quayside
