// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "storefixture.h"

namespace quayside::test {

/// A store with a trash that a test can let become old.
class Sweep : public StoreTest
{
protected:
    Sweep() { open(); }

    SweepResult sweep()
    {
        const auto result = store->sweep();
        EXPECT_TRUE(result) << result.error().message;
        return result.value_or(SweepResult());
    }
    /// Until what is in the trash now is ripe, with the sighting that this takes.
    SweepResult sweepAfterRetention()
    {
        pass(options.trashRetention);
        EXPECT_EQ(sweep().swept, 0u) << "only noted";
        pass(std::chrono::hours(24));
        return sweep();
    }
    bool exists(const std::string &relative) const { return std::filesystem::exists(pathOf(relative)); }
    std::string revisionDirectory(const Digest &digest) const
    {
        return "repositories/team/api/_manifests/revisions/sha256/" + digest.hex();
    }
    std::string tombstoneDirectory(const Digest &digest) const
    {
        return "repositories/team/api/_deleted/sha256/" + digest.hex();
    }
};

} // namespace quayside::test
