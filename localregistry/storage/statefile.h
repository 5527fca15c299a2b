// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/storagedriver.h"

#include <chrono>

namespace quayside {

/// `quayside.state`: the store's format version, how the last process ended, for how long and on how many
/// dates the store was served. Not thread-safe, but the numbers may be read at any time once markOpen() has
/// returned.
class StateFile
{
public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    /// Errors: Unsupported for a store of a newer format; Storage.
    static Result<StateFile> load(StorageDriver &driver, Clock clock);

    /// The machine stopped while the store was open: what was not synced may be gone.
    bool endedWithMachine() const { return m_endedWithMachine; }
    /// What is seen in the store may not be on the disk yet: in this boot of the machine a process died while
    /// it served the store, or another program had it.
    bool mayBeUnsynced() const { return m_mayBeUnsynced; }
    /// The file is the one that was written here: times of files mean something. Not so in a copy, or if an
    /// earlier version wrote it.
    bool isInItsPlace() const { return m_place == Place::Same; }
    /// The store is a copy.
    bool wasCopied() const { return m_place == Place::Other; }

    /// When the store was last found to be a copy: files that are older have the times of the copying.
    std::optional<Timestamp> timesFrom() const { return m_timesFrom; }

    /// For how long the store was served by all processes so far.
    std::chrono::seconds uptime() const;
    /// On how many dates (UTC) the store was opened so far.
    int startDays() const { return m_startDays; }

    /// Those of the clean stop before, see Leases; empty after another one.
    const std::string &leases() const { return m_leases; }
    /// The last start that knew no leases: what was there then may have been promised to a client then.
    std::optional<Timestamp> graceFrom() const { return m_graceFrom; }

    /// Marks the store as open, in this boot of the machine.
    Result<void> markOpen(Timestamp now);
    /// Writes the uptime so far, so that a crash loses little of it.
    Result<void> recordUptime();
    /// Marks that another program may have the store now: no delete is left that it does not know.
    Result<void> markHandedOver(Timestamp now);
    /// Marks a clean stop, with the leases that last.
    Result<void> markClosed(const std::string &leases);

private:
    enum class Place { Unknown, Same, Other };

    StateFile(StorageDriver &driver, Clock clock)
        : m_driver(&driver)
        , m_clock(std::move(clock))
        , m_opened(m_clock())
    {}
    Result<void> write();

    StorageDriver *m_driver;
    Clock m_clock;
    KeyValues m_values;
    bool m_endedWithMachine = false;
    bool m_endedUncleanly = false;
    bool m_mayBeUnsynced = false;
    std::string m_leases;
    std::optional<Timestamp> m_graceFrom;
    Place m_place = Place::Unknown;
    std::optional<Timestamp> m_timesFrom;
    std::chrono::seconds m_earlierUptime{0};
    int m_startDays = 0;
    std::chrono::steady_clock::time_point m_opened;
};

} // namespace quayside
