// SPDX-License-Identifier: Apache-2.0
// Real kills and real errors: strace kills storetool at a system call, or lets the call fail, while it opens
// a store, takes a step and closes the store. The next start must show the old state, the new one or one
// between two commits; the new one if the tool had reported success.
//
// QUAYSIDE_LONG_TESTS=1 takes every system call of every operation, else some are chosen at random.
#include "model.h"
#include "scenarios.h"
#include "subject.h"
#include "trial.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/wait.h>

namespace quayside::test {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> tracedCalls{"openat",  "pwrite64", "ftruncate", "fsync",
                                           "mkdirat", "renameat", "renameat2", "unlinkat"};

std::vector<const char *> errorsOf(const std::string &call)
{
    if (call == "openat")
        return {"EIO", "ENOSPC", "EACCES", "EMFILE"}; // the one that makes a descriptor
    if (call == "pwrite64" || call == "ftruncate" || call == "fsync")
        return {"EIO", "ENOSPC"};
    return {"EIO", "ENOSPC", "EACCES"};
}

/// How often each call was made.
using Counts = std::map<std::string, int>;

class StoreTool : public testing::TestWithParam<Scenario>
{
protected:
    struct Injection
    {
        std::string call;
        int when = 0;
        std::string what; // "signal=KILL" or "error=..."
    };

    /// Runs the step without faults, then with some of them or all, then with one call too late to be hit.
    void injectInto(const Scenario &scenario, std::size_t limit)
    {
        SCOPED_TRACE(scenario.name + " (seed " + std::to_string(m_seed) + "): " + scenario.step.toString());
        prepare(scenario);
        Counts atStart, atStep, atEnd;
        const int status = runTool(scenario.step, {});
        checkStore(status);
        readCounts(atStart, atStep, atEnd);
        ASSERT_GT(atStep["openat"], 0) << "strace saw nothing";

        std::vector<Injection> injections;
        for (const auto &call : tracedCalls) {
            for (int n = atStart[call] + 1; n <= atEnd[call]; ++n)
                injections.push_back({call, n, "signal=KILL"});
            // A start that cannot read everything is another matter: here the step meets the error.
            for (const auto *code : errorsOf(call)) {
                for (int n = atStep[call] + 1; n <= atEnd[call]; ++n)
                    injections.push_back({call, n, std::string("error=") + code});
            }
        }
        std::shuffle(injections.begin(), injections.end(), m_random);
        injections.resize(std::min(injections.size(), limit));
        for (const auto &injection : injections) {
            inject(scenario.step, injection);
            if (HasFailure())
                return;
        }
        const auto late = atEnd["fsync"] + 100;
        EXPECT_EQ(runTool(scenario.step, Injection{"fsync", late, "signal=KILL"}), status);
        EXPECT_FALSE(hasFired());
    }

    static bool isLong() { return std::getenv("QUAYSIDE_LONG_TESTS") != nullptr; }

    std::size_t m_runs = 0;
    std::size_t m_fired = 0;
    const std::uint64_t m_seed = std::random_device{}();

private:
    void prepare(const Scenario &scenario)
    {
        fs::remove_all(m_template);
        m_before.emplace(m_world, m_start);
        m_isCollecting = scenario.step.kind == Step::Kind::Collect;
        Subject subject(m_world, m_template, m_start);
        ASSERT_EQ(subject.open(), "");
        for (const auto &step : scenario.before)
            ASSERT_EQ(subject.take(step), m_before->take(step)) << step.toString();
        m_clock = subject.clock();
        subject.close();
        forgetPlace(m_template);
        m_possible = {*m_before};
        auto after = *m_before;
        after.take(scenario.step, &m_possible);
        m_possible.push_back(after);
    }

    void inject(const Step &step, const Injection &injection)
    {
        ++m_runs;
        SCOPED_TRACE(injection.what + " at " + injection.call + " number " + std::to_string(injection.when));
        const int status = runTool(step, injection);
        // Which of two threads opens a file while the store is loaded is chance; all other calls are counted
        // exactly.
        const bool fired = hasFired();
        EXPECT_TRUE(fired || injection.call == "openat") << "the injection did not happen";
        m_fired += fired ? 1 : 0;
        checkStore(status);
    }

    /// On a fresh copy of the template. Returns the exit status; -1 if it was killed.
    int runTool(const Step &step, const std::optional<Injection> &injection)
    {
        fs::remove_all(m_root);
        fs::copy(m_template, m_root, fs::copy_options::recursive);
        std::string calls = "access,faccessat";
        for (const auto &call : tracedCalls)
            calls += "," + call;
        auto command = "strace -f -qq -o '" + m_log.string() + "' -e trace='" + calls + "'";
        if (injection)
            command += " -e inject=" + injection->call + ':' + injection->what +
                       ":when=" + std::to_string(injection->when);
        command += " " QUAYSIDE_STORETOOL " '" + m_root.string() + "' " +
                   std::to_string(m_clock.time_since_epoch().count()) + ' ' + step.toString() +
                   " >/dev/null 2>&1";
        const int status = std::system(command.c_str());
        // The shell and strace report a kill as 128 and the signal, or die of it themselves.
        return WIFEXITED(status) && WEXITSTATUS(status) < 128 ? WEXITSTATUS(status) : -1;
    }

    bool hasFired() const
    {
        std::ifstream log(m_log);
        const std::string text(std::istreambuf_iterator<char>(log), {});
        return text.find("(INJECTED)") != std::string::npos ||
               text.find("killed by SIGKILL") != std::string::npos;
    }

    /// Calls of the first thread, which takes the step: until it opens the store, until the step, until the
    /// end.
    void readCounts(Counts &atStart, Counts &atStep, Counts &atEnd) const
    {
        std::ifstream log(m_log);
        std::string firstThread;
        Counts counts;
        bool hasStarted = false;
        for (std::string line; std::getline(log, line);) {
            std::istringstream words(line);
            std::string thread, call;
            words >> thread >> call;
            if (firstThread.empty())
                firstThread = thread;
            if (thread != firstThread || call.starts_with("<..."))
                continue;
            if (!hasStarted && line.find(m_root.string()) != std::string::npos) {
                atStart = counts;
                hasStarted = true;
            }
            if (line.find("the step begins") != std::string::npos)
                atStep = counts;
            ++counts[call.substr(0, call.find('('))];
        }
        atEnd = counts;
    }

    void checkStore(int status)
    {
        Subject survivor(m_world, m_root, m_clock);
        ASSERT_EQ(survivor.open(), "");
        std::vector<std::string> contradictions;
        const auto seen = survivor.view(contradictions);
        ASSERT_TRUE(contradictions.empty()) << contradictions.front();
        ASSERT_EQ(survivor.checkBytes(seen), "");
        const auto first = status == 0 ? m_possible.end() - 1 : m_possible.begin();
        const auto agrees = [&](Model model) {
            return model.view() == seen || (m_isCollecting && model.adoptCollection(seen));
        };
        EXPECT_TRUE(std::any_of(first, m_possible.end(), agrees))
            << "exit status " << status << "; the store shows\n"
            << seen.toString() << "instead of\n"
            << m_possible.back().view().toString();
    }

    const World m_world;
    // Ahead of the files' clock by more than a test takes: what is newer than its tombstone counts as pushed
    // by another program.
    const Timestamp m_start =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::hours(2);
    const ScratchDirectory m_directory;
    const fs::path m_template = m_directory.path() / "template";
    const fs::path m_root = m_directory.path() / "store";
    const fs::path m_log = m_directory.path() / "log";
    std::mt19937_64 m_random{m_seed};
    std::optional<Model> m_before;
    std::vector<Model> m_possible; // the last is the state after the step
    Timestamp m_clock;
    bool m_isCollecting = false;
};

} // namespace

TEST_P(StoreTool, killedOrRefusedAtAnyCallLeavesTheOldOrTheNewState)
{
    ASSERT_TRUE(fs::exists(QUAYSIDE_STORETOOL)) << "build the target storetool: " QUAYSIDE_STORETOOL;
    injectInto(GetParam(), isLong() ? 100'000 : 6);
    EXPECT_GT(m_fired, 0u) << "of " << m_runs << " injections";
    std::cout << m_fired << " injections in " << m_runs << " runs from seed " << m_seed << '\n';
}

namespace {

// The id of an upload does not outlive the process that knows it.
std::vector<Scenario> scenariosWithoutUploads()
{
    auto all = scenarios();
    std::erase_if(all, [](const auto &scenario) { return scenario.step.isOfUpload(); });
    return all;
}

} // namespace

INSTANTIATE_TEST_SUITE_P(TableOfEvents, StoreTool, testing::ValuesIn(scenariosWithoutUploads()),
                         [](const auto &scenario) { return testName(scenario.param); });

} // namespace quayside::test
