// SPDX-License-Identifier: Apache-2.0
// Random operations on a store and on a model of what it means; see trial.h. A failing run prints its seed
// and the shortest sequence of steps that was found to fail.
//
//   QUAYSIDE_LONG_TESTS=1       a million operations instead of ten thousand
//   QUAYSIDE_SEED=N             the first seed; else it is chosen at random
//   QUAYSIDE_STEPS=FILE         takes the steps in a file, one a line as they are printed
#include "trial.h"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

namespace quayside::test {

namespace {

constexpr std::size_t stepsPerTrial = 250;

std::uint64_t firstSeed()
{
    if (const auto *seed = std::getenv("QUAYSIDE_SEED"))
        return std::strtoull(seed, nullptr, 10);
    return std::random_device{}();
}

std::vector<Step> stepsOf(std::uint64_t seed, bool faults)
{
    std::mt19937_64 random(seed);
    return randomSteps(random, stepsPerTrial, faults);
}

// Trials on all cores, each with a seed of its own; stops at the first that fails.
void runTrials(std::size_t operations, bool faults)
{
    const World world;
    const auto trials = std::max<std::size_t>(operations / stepsPerTrial, 1);
    const auto seed = firstSeed();
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::string failure;
    const auto work = [&] {
        for (auto i = next++; i < trials; i = next++) {
            const auto steps = stepsOf(seed + i, faults);
            const auto failed = runTrial(world, steps);
            if (!failed)
                continue;
            next = trials;
            const std::lock_guard lock(mutex);
            if (failure.empty())
                failure = report(world, seed + i, steps, *failed);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1u); ++i)
        threads.emplace_back(work);
    for (auto &thread : threads)
        thread.join();
    EXPECT_TRUE(failure.empty()) << failure;
    std::cout << trials * stepsPerTrial << " operations from seed " << seed << '\n';
}

std::size_t operations(std::size_t few, std::size_t many)
{
    return std::getenv("QUAYSIDE_LONG_TESTS") ? many : few;
}

} // namespace

TEST(RandomOperations, agreeWithTheModel)
{
    runTrials(operations(10'000, 1'000'000), false);
}

TEST(RandomOperations, withFaultsLeaveTheOldOrTheNewState)
{
    runTrials(operations(10'000, 1'000'000), true);
}

TEST(RandomOperations, ofAFile)
{
    const auto *name = std::getenv("QUAYSIDE_STEPS");
    if (!name)
        GTEST_SKIP() << "QUAYSIDE_STEPS names no file";
    std::ifstream file(name);
    std::vector<Step> steps;
    for (std::string line; std::getline(file, line);) {
        const auto step = Step::parse(line);
        ASSERT_TRUE(step) << line;
        steps.push_back(*step);
    }
    const World world;
    const auto failed = runTrial(world, steps);
    EXPECT_FALSE(failed) << "step " << failed->step << ": " << failed->what;
}

TEST(Steps, haveATextThatReadsBack)
{
    for (const auto &step : stepsOf(1, true)) {
        const auto text = step.toString();
        const auto back = Step::parse(text);
        ASSERT_TRUE(back) << text;
        EXPECT_EQ(back->toString(), text);
    }
    EXPECT_FALSE(Step::parse("paint-blob content=1"));
}

// Fails if a 7 comes somewhere after a 3, and only with the fault: everything else is to go.
TEST(Shrinking, leavesWhatIsNeeded)
{
    auto steps = stepsOf(2, false);
    for (auto &step : steps)
        step.content = 1;
    steps[40].content = 3;
    steps[90].content = 7;
    steps[90].fault = {5, 0};
    steps[120].fault = {6, 0};
    const auto fails = [](const std::vector<Step> &some) {
        bool three = false;
        for (const auto &step : some) {
            if (step.content == 7 && three && step.fault.at == 5)
                return true;
            three = three || step.content == 3;
        }
        return false;
    };
    const auto few = shrunk(steps, fails);
    ASSERT_EQ(few.size(), 2u);
    EXPECT_EQ(few[0].content, 3);
    EXPECT_EQ(few[1].content, 7);
}

} // namespace quayside::test
