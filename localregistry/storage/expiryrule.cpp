// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/expiryrule.h"

namespace quayside {

namespace {

constexpr std::chrono::hours ripening{24};
constexpr int ripeningStartDays = 3;

} // namespace

bool ExpiryRule::hasExpired(const std::optional<Timestamp> &deleted) const
{
    return deleted && *deleted + retention <= now.time;
}

bool ExpiryRule::isCredible(const std::optional<ExpirySighting> &seen) const
{
    return seen && seen->time <= now.time && seen->uptime <= now.uptime && seen->startDays <= now.startDays;
}

bool ExpiryRule::isRipe(const std::optional<ExpirySighting> &seen) const
{
    return isCredible(seen) && now.time - seen->time >= ripening &&
           (now.uptime - seen->uptime >= ripening || now.startDays - seen->startDays >= ripeningStartDays);
}

bool ExpiryRule::isRipe(const Tombstone &tombstone) const
{
    return tombstone.sweeping || (!tombstone.keepsForeignPush() && hasExpired(tombstone.lastDeletion()) &&
                                  isRipe(tombstone.expiredSeen));
}

bool ExpiryRule::isRipe(const TagTombstone &tombstone) const
{
    return tombstone.sweeping || (tombstone.digest && !tombstone.isOutdated &&
                                  hasExpired(tombstone.deletedAt) && isRipe(tombstone.expiredSeen));
}

} // namespace quayside
