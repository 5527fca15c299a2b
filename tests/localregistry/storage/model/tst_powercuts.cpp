// SPDX-License-Identifier: Apache-2.0
// The power goes at every point of every operation of the table of events. Killing a process proves nothing
// about fsync, because the page cache survives it; so the file operations are recorded, and every tree that a
// disk may hold then (diskmodel.h) is written out and opened. It must show the old state, the new one or one
// between two commits; the new one once the operation was acknowledged. Then the client tries again, and it
// must work.
//
// QUAYSIDE_LONG_TESTS=1 looks at all trees, and at random operations after random ones.
#include "diskmodel.h"
#include "scenarios.h"
#include "subject.h"
#include "trial.h"

#include "localregistry/storage/layout.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <mutex>

namespace quayside::test {

namespace fs = std::filesystem;

namespace {

class PowerCuts : public testing::Test
{
protected:
    struct Limits
    {
        std::size_t subsets; // at one point
        std::size_t trees;   // of one operation
    };

    /// Records the step and looks at every tree.
    void cutPower(const Scenario &scenario, const Limits &limits)
    {
        SCOPED_TRACE(scenario.name + " (seed " + std::to_string(m_seed) + "): " + scenario.step.toString());
        const ScratchDirectory directory;
        m_subject.emplace(m_world, directory.path() / "store", m_start);
        ASSERT_EQ(m_subject->open(), "");
        Model before(m_world, m_start);
        for (const auto &step : scenario.before)
            ASSERT_EQ(m_subject->take(step), before.take(step)) << step.toString();
        m_subject->close();

        forgetPlace(directory.path() / "store");
        DiskModel disk(directory.path() / "store");
        std::size_t acknowledged = record(scenario.step, disk);
        checkTrees(scenario.step, before, disk, acknowledged, limits);
    }

    static bool isLong() { return std::getenv("QUAYSIDE_LONG_TESTS") != nullptr; }

    const World m_world;
    const Timestamp m_start =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::minutes(5);
    std::uint64_t m_seed = std::random_device{}();
    std::mt19937_64 m_random{m_seed};
    std::size_t m_treeCount = 0;

private:
    /// Returns how many operations had been recorded when the step was acknowledged.
    std::size_t record(const Step &step, DiskModel &disk)
    {
        std::mutex mutex; // two threads load
        m_subject->watch([&](const FileOperation &operation) {
            const std::lock_guard lock(mutex);
            disk.record(operation);
        });
        EXPECT_EQ(m_subject->open(), "");
        const auto answer = m_subject->take(step);
        const auto size = disk.size();
        m_subject->close();
        m_subject->watch({});
        return answer.starts_with("ok") ? size : static_cast<std::size_t>(-1);
    }

    void checkTrees(const Step &step, const Model &before, const DiskModel &disk, std::size_t acknowledged,
                    const Limits &limits)
    {
        std::vector<Model> possible{before};
        auto after = before;
        after.take(step, &possible);
        possible.push_back(after);
        std::map<DiskModel::Tree, bool> trees; // whether the tree is found after the acknowledgement too
        for (std::size_t count = 0; count <= disk.size(); ++count) {
            for (auto &tree : disk.treesAfter(count, limits.subsets, m_random))
                trees[tree] = count >= acknowledged;
        }
        std::vector<std::pair<DiskModel::Tree, bool>> chosen(trees.begin(), trees.end());
        std::shuffle(chosen.begin(), chosen.end(), m_random);
        chosen.resize(std::min(chosen.size(), limits.trees));
        for (const auto &[tree, isAcknowledged] : chosen) {
            ++m_treeCount;
            checkTree(step, tree, possible, isAcknowledged);
            if (HasFailure()) {
                explain(disk, tree);
                return;
            }
        }
    }

    void checkTree(const Step &step, DiskModel::Tree tree, const std::vector<Model> &possible,
                   bool isAcknowledged)
    {
        auto models = isAcknowledged ? std::vector{possible.back()} : possible;
        const ScratchDirectory directory;
        const auto root = directory.path() / "store";
        if (auto &state = tree["quayside.state"])
            forgetBoot(*state);
        else
            tree.erase("quayside.state");
        DiskModel::write(tree, root);
        Subject survivor(m_world, root, m_start);
        survivor.continueFrom(*m_subject);
        ASSERT_EQ(survivor.open(), "");
        keep(models, survivor, step.kind == Step::Kind::Collect);
        checkUploads(survivor, root, possible);
        // The client does not know how far it came, and tries again.
        if (step.kind != Step::Kind::Restart && !step.isOfUpload()) {
            const auto answer = survivor.take(step);
            std::erase_if(models, [&](Model &model) { return model.take(step) != answer; });
            ASSERT_FALSE(models.empty()) << "tried again: " << answer;
            ASSERT_EQ(survivor.open(), "");
            keep(models, survivor, step.kind == Step::Kind::Collect);
        }
    }

    // Keeps the models that show what the store shows. An upload promises its bytes to the process, not to
    // the disk.
    void keep(std::vector<Model> &models, const Subject &subject, bool isCollecting)
    {
        std::vector<std::string> contradictions;
        auto seen = subject.view(contradictions);
        ASSERT_TRUE(contradictions.empty()) << contradictions.front();
        ASSERT_EQ(subject.checkBytes(seen), "");
        seen.uploads.fill(-1);
        std::string expected;
        std::erase_if(models, [&](Model &model) {
            auto view = model.view();
            view.uploads = seen.uploads;
            expected = view.toString();
            if (view == seen || !isCollecting)
                return !(view == seen);
            model.adoptCollection(seen);
            view = model.view();
            view.uploads = seen.uploads;
            return !(view == seen);
        });
        ASSERT_FALSE(models.empty()) << "the store shows\n" << seen.toString() << "instead of\n" << expected;
    }

    // A session may have lost bytes with the machine; what it still counts must be what was sent. The first
    // of the models is the state before the step, the last the one after it.
    void checkUploads(Subject &subject, const fs::path &root, const std::vector<Model> &models)
    {
        std::vector<std::string> contradictions;
        const auto view = subject.view(contradictions);
        for (int slot = 0; slot < Step::uploadSlots; ++slot) {
            const auto offset = view.uploads[static_cast<std::size_t>(slot)];
            if (offset < 0)
                continue;
            const auto &upload = *subject.uploads()[static_cast<std::size_t>(slot)];
            const auto sent = std::max(models.front().uploaded(slot), models.back().uploaded(slot));
            const auto path = root / layout::uploadData(m_world.repository(upload.repository), upload.id);
            std::ifstream file(path);
            std::string found(static_cast<std::size_t>(offset), '\0');
            file.read(found.data(), offset);
            EXPECT_EQ(found, sent.substr(0, found.size()))
                << "bytes of an upload are not those that were sent";
            EXPECT_EQ(subject.take({Step::Kind::CancelUpload, upload.repository, 0, 0, slot}), "ok");
        }
    }

    // The next start happens after another start of the machine, and in a copy, whose times of files mean
    // nothing.
    static void forgetBoot(std::string &state)
    {
        const auto begin = state.find("boot=");
        if (begin != std::string::npos)
            state.replace(begin, state.find('\n', begin) - begin, "boot=another");
        const auto identity = state.find("identity=");
        if (identity != std::string::npos)
            state.erase(identity, state.find('\n', identity) + 1 - identity);
    }

    static void explain(const DiskModel &disk, const DiskModel::Tree &tree)
    {
        std::cout << "of " << disk.size() << " operations; the tree is:\n";
        for (const auto &[path, content] : tree) {
            if (content)
                std::cout << path << ": " << content->substr(0, 200) << '\n';
        }
    }

    std::optional<Subject> m_subject;
};

} // namespace

TEST_F(PowerCuts, leaveTheOldOrTheNewStateOfEveryEvent)
{
    const auto limits = isLong() ? Limits{4096, 20'000} : Limits{32, 12};
    for (const auto &scenario : scenarios()) {
        cutPower(scenario, limits);
        if (HasFailure())
            return;
    }
    std::cout << m_treeCount << " trees from seed " << m_seed << '\n';
}

TEST_F(PowerCuts, leaveTheOldOrTheNewStateOfRandomSteps)
{
    const int rounds = isLong() ? 100 : 4;
    for (int i = 0; i < rounds && !HasFailure(); ++i) {
        auto steps = randomSteps(m_random, 40, false);
        Scenario scenario{"round " + std::to_string(i), {}, steps.back()};
        steps.pop_back();
        std::erase_if(steps, [](const Step &step) { return step.kind == Step::Kind::Collect; });
        scenario.before = std::move(steps);
        cutPower(scenario, isLong() ? Limits{64, 30} : Limits{32, 12});
    }
    std::cout << m_treeCount << " trees from seed " << m_seed << '\n';
}

} // namespace quayside::test
