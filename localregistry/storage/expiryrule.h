// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/tombstonefile.h"

namespace quayside {

/// When what is in the trash may be removed for good. A record that has been there for the retention time is
/// expired, by a wall clock that may have jumped. It is ripe only once all of the time that its first
/// sighting as expired started has passed by other clocks too: a day of wall time, and a day in which the
/// store was served or three more dates on which it was opened.
struct ExpiryRule
{
    std::chrono::seconds retention;
    ExpirySighting now;

    /// `deleted`: nothing if it is not known; such a record never expires.
    bool hasExpired(const std::optional<Timestamp> &deleted) const;
    /// The sighting is from a time before this one by every clock.
    bool isCredible(const std::optional<ExpirySighting> &seen) const;
    bool isRipe(const std::optional<ExpirySighting> &seen) const;

    bool isRipe(const Tombstone &tombstone) const;
    bool isRipe(const TagTombstone &tombstone) const;
};

} // namespace quayside
