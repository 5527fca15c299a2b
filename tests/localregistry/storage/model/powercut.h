// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diskmodel.h"
#include "model.h"
#include "scenarios.h"
#include "subject.h"
#include "trial.h"

#include <gtest/gtest.h>

namespace quayside::test {

/// Lets the power go at points of a step: records its file operations, writes out trees that a disk may hold
/// then (diskmodel.h) and opens them. Each must show one of the states that are allowed then; then the client
/// tries again, and it must work.
class PowerCut : public testing::Test
{
protected:
    struct Limits
    {
        std::size_t subsets;     // at one point
        std::size_t trees;       // of one recording
        std::size_t secondTrees; // of each recovery from one of those trees
    };

    /// The power goes while a store is opened and takes the step.
    void cutPower(const Scenario &scenario, const Limits &limits);
    /// A process dies at one of the operations of the step, up to `kills` of them chosen at random; the next
    /// one takes the step again in the same boot of the machine; then the power goes.
    void killAndCutPower(const Scenario &scenario, std::size_t kills, const Limits &limits);

    const World m_world;
    /// Ahead of the files' clock by more than a test takes: what is newer than its tombstone counts as pushed
    /// by another program.
    const Timestamp m_start =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::hours(2);
    std::uint64_t m_seed = std::random_device{}();
    std::mt19937_64 m_random{m_seed};
    std::size_t m_treeCount = 0;

private:
    using Models = std::vector<Model>;

    /// What a disk may have to show after so many recorded operations. The first is that of none.
    struct Stage
    {
        std::size_t from;
        Models allowed;
    };
    using Stages = std::vector<Stage>;

    /// A fresh store in the state before the step, with nothing recorded yet.
    Model prepare(const Scenario &scenario, const std::filesystem::path &root);
    std::size_t countOperations(const Scenario &scenario);
    /// Opens the store, which must show one of `models`, lets the client try again, and says what the disk
    /// may have to show from then on. Leaves it closed.
    Stages retry(Subject &subject, DiskModel *disk, const Step &step, Models models);
    std::vector<std::size_t> pointsOf(const DiskModel &disk, const Stages &stages, std::size_t trees);
    void checkTrees(const Step &step, const DiskModel &disk, const Stages &stages, const Limits &limits);
    void checkTree(const Step &step, DiskModel::Tree tree, const Models &allowed, std::size_t secondTrees);
    void keep(Models &models, const Subject &subject) const;
    void checkUploads(Subject &subject) const;

    std::optional<Subject> m_subject;
    Models m_around; // the states before the step, between its commits and after it
    bool m_isCollecting = false;
};

} // namespace quayside::test
