// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/storagedriver.h"

#include <chrono>

namespace quayside {

/// `quayside.state`: the store's format version, how the last process ended, and for how long the store was
/// served.
class StateFile
{
public:
    /// Errors: Unsupported for a store of a newer format; Storage.
    static Result<StateFile> load(StorageDriver &driver);

    /// The machine stopped while the store was open: what was not synced may be gone.
    bool endedWithMachine() const { return m_endedWithMachine; }
    /// Marks the store as open, in this boot of the machine.
    Result<void> markOpen();
    /// Marks a clean stop and adds the time for which the store was open.
    Result<void> markClosed();

private:
    explicit StateFile(StorageDriver &driver)
        : m_driver(&driver)
    {}

    StorageDriver *m_driver;
    KeyValues m_values;
    bool m_endedWithMachine = false;
    std::chrono::steady_clock::time_point m_opened = std::chrono::steady_clock::now();
};

} // namespace quayside
