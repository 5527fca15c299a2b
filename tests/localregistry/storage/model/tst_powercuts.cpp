// SPDX-License-Identifier: Apache-2.0
// The power goes at every point of every operation of the table of events. Killing a process proves nothing
// about fsync, because the page cache survives it; so the file operations are recorded, and every tree that a
// disk may hold then (diskmodel.h) is written out and opened. It must show the old state, the new one or one
// between two commits; the new one once the operation was acknowledged. Then the client tries again, and it
// must work.
//
// QUAYSIDE_LONG_TESTS=1 looks at far more trees, and at random operations after random ones.
#include "powercut.h"
#include "pushes.h"

#include <cstdlib>
#include <iostream>

namespace quayside::test {

namespace {

bool isLong()
{
    return std::getenv("QUAYSIDE_LONG_TESTS") != nullptr;
}

class PowerCuts : public PowerCut
{
protected:
    ~PowerCuts() override { std::cout << m_treeCount << " trees from seed " << m_seed << '\n'; }

    /// Many pushes at a time, then the trees of as many points chosen at random.
    void cutPowerAmongPushes(int cuts)
    {
        SCOPED_TRACE("seed " + std::to_string(m_seed));
        const ScratchDirectory directory;
        const Pushes pushes(directory.path() / "store", 16);
        const auto &disk = pushes.disk();
        std::uniform_int_distribution<std::size_t> points(0, disk.size());
        for (int cut = 0; cut < cuts && !HasFailure(); ++cut) {
            const auto count = points(m_random);
            for (auto tree : disk.treesAfter(count, 2, m_random)) {
                ++m_treeCount;
                tree.erase("quayside.state");
                const ScratchDirectory other;
                DiskModel::write(tree, other.path() / "store");
                EXPECT_EQ(pushes.whatIsLost(other.path() / "store", count), "") << "after " << count;
            }
        }
    }
};

} // namespace

class PowerCutsOfEvent : public PowerCuts, public testing::WithParamInterface<Scenario>
{};

TEST_P(PowerCutsOfEvent, leaveTheOldOrTheNewState)
{
    cutPower(GetParam(), isLong() ? Limits{4096, 20'000, 0} : Limits{32, 12, 0});
}

TEST_P(PowerCutsOfEvent, duringTheRecoveryFromAnEarlierOneAreRecoveredFrom)
{
    cutPower(GetParam(), isLong() ? Limits{256, 60, 20} : Limits{8, 1, 2});
}

// What a killed process did is seen by the next one, which must not acknowledge it before it is on the disk.
TEST_P(PowerCutsOfEvent, afterAKillKeepWhatTheNextProcessShowed)
{
    killAndCutPower(GetParam(), isLong() ? 1000 : 1, isLong() ? Limits{256, 20, 0} : Limits{8, 3, 0});
}

INSTANTIATE_TEST_SUITE_P(TableOfEvents, PowerCutsOfEvent, testing::ValuesIn(scenarios()),
                         [](const auto &scenario) { return testName(scenario.param); });

TEST_F(PowerCuts, leaveTheOldOrTheNewStateOfRandomSteps)
{
    const int rounds = isLong() ? 100 : 4;
    for (int i = 0; i < rounds && !HasFailure(); ++i) {
        auto steps = randomSteps(m_random, 40, false);
        Scenario scenario{"round " + std::to_string(i), {}, steps.back()};
        steps.pop_back();
        std::erase_if(steps, [](const Step &step) { return step.kind == Step::Kind::Collect; });
        scenario.before = std::move(steps);
        cutPower(scenario, isLong() ? Limits{64, 30, 0} : Limits{32, 12, 0});
    }
}

// Changes that wait together share one flush of the file system.
TEST_F(PowerCuts, keepWhatManyPushesAtATimeAcknowledged)
{
    const int rounds = isLong() ? 40 : 2;
    for (int i = 0; i < rounds && !HasFailure(); ++i)
        cutPowerAmongPushes(isLong() ? 60 : 8);
}

} // namespace quayside::test
