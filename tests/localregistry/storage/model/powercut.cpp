// SPDX-License-Identifier: Apache-2.0
#include "powercut.h"

#include "localregistry/storage/layout.h"

#include <algorithm>
#include <fstream>
#include <mutex>
#include <numeric>

namespace quayside::test {

namespace fs = std::filesystem;

namespace {

constexpr auto never = static_cast<std::size_t>(-1);

/// The states that lie around the commits of a step taken from any of `models`.
std::vector<Model> statesAround(const std::vector<Model> &models, const Step &step)
{
    std::vector<Model> states;
    for (const auto &model : models) {
        states.push_back(model);
        auto after = model;
        after.take(step, &states);
        states.push_back(after);
    }
    return states;
}

/// What the client does that does not know how far its step came. A session's id may be gone with it.
std::optional<Step> againOf(const Step &step)
{
    if (step.kind == Step::Kind::Restart || (step.isOfUpload() && step.kind != Step::Kind::FinishUpload))
        return std::nullopt;
    auto again = step;
    if (step.kind == Step::Kind::FinishUpload)
        again = {Step::Kind::PushBlob, step.repository, step.content};
    return again;
}

/// The next start happens after another start of the machine, and in a copy, whose times of files mean
/// nothing.
void forgetBoot(DiskModel::Tree &tree)
{
    const auto state = tree.find("quayside.state");
    if (state == tree.end())
        return;
    auto &text = *state->second;
    if (const auto begin = text.find("boot="); begin != std::string::npos)
        text.replace(begin, text.find('\n', begin) - begin, "boot=another");
    if (const auto begin = text.find("identity="); begin != std::string::npos)
        text.erase(begin, text.find('\n', begin) + 1 - begin);
}

/// Records what the subject does to its files until it is closed, at the latest at the end of the block.
class Recording
{
public:
    Recording(Subject &subject, DiskModel &disk)
        : m_subject(subject)
    {
        // Two threads load.
        subject.watch([&disk, mutex = std::make_shared<std::mutex>()](const FileOperation &operation) {
            const std::lock_guard lock(*mutex);
            disk.record(operation);
        });
    }
    Recording(const Recording &) = delete;
    ~Recording()
    {
        m_subject.close();
        m_subject.watch({});
    }

private:
    Subject &m_subject;
};

void explain(const DiskModel &disk, const DiskModel::Tree &tree)
{
    std::cout << "of " << disk.size() << " operations; the tree is:\n";
    for (const auto &[path, content] : tree) {
        if (content)
            std::cout << path << ": " << content->substr(0, 200) << '\n';
    }
}

} // namespace

Model PowerCut::prepare(const Scenario &scenario, const fs::path &root)
{
    m_isCollecting = scenario.step.kind == Step::Kind::Collect;
    m_subject.emplace(m_world, root, m_start);
    EXPECT_EQ(m_subject->open(), "");
    Model before(m_world, m_start);
    for (const auto &step : scenario.before)
        EXPECT_EQ(m_subject->take(step), before.take(step)) << step.toString();
    m_subject->close();
    forgetPlace(root);
    m_around = statesAround({before}, scenario.step);
    return before;
}

void PowerCut::cutPower(const Scenario &scenario, const Limits &limits)
{
    SCOPED_TRACE(scenario.name + " (seed " + std::to_string(m_seed) + "): " + scenario.step.toString());
    const ScratchDirectory directory;
    const auto before = prepare(scenario, directory.path() / "store");
    DiskModel disk(directory.path() / "store");
    const Recording recording(*m_subject, disk);
    ASSERT_EQ(m_subject->open(), "");
    const auto opened = disk.size();
    auto after = before;
    const auto expected = after.take(scenario.step);
    ASSERT_EQ(m_subject->take(scenario.step).substr(0, 2), expected.substr(0, 2));
    const auto acknowledged = expected.starts_with("ok") ? disk.size() : never;
    m_subject->close();
    checkTrees(scenario.step, disk, {{0, {before}}, {opened, m_around}, {acknowledged, {after}}}, limits);
}

void PowerCut::killAndCutPower(const Scenario &scenario, std::size_t kills, const Limits &limits)
{
    std::vector<std::size_t> points(countOperations(scenario));
    std::iota(points.begin(), points.end(), 1);
    std::shuffle(points.begin(), points.end(), m_random);
    points.resize(std::min(points.size(), kills));
    for (const auto point : points) {
        SCOPED_TRACE(scenario.name + " (seed " + std::to_string(m_seed) + "): " + scenario.step.toString() +
                     ", killed at operation " + std::to_string(point));
        const ScratchDirectory directory;
        prepare(scenario, directory.path() / "store");
        DiskModel disk(directory.path() / "store");
        const Recording recording(*m_subject, disk);
        ASSERT_EQ(m_subject->open(), "");
        auto &faults = m_subject->faults();
        faults.arm({point, 0});
        m_subject->take(scenario.step);
        m_subject->close();
        faults.disarm();
        faults.revive();
        const auto stages = retry(*m_subject, &disk, scenario.step, m_around);
        if (!HasFailure())
            checkTrees(scenario.step, disk, stages, limits);
        if (HasFailure())
            return;
    }
}

std::size_t PowerCut::countOperations(const Scenario &scenario)
{
    const ScratchDirectory directory;
    prepare(scenario, directory.path() / "store");
    EXPECT_EQ(m_subject->open(), "");
    const auto before = m_subject->faults().count();
    m_subject->take(scenario.step);
    const auto after = m_subject->faults().count();
    m_subject->close();
    return after - before;
}

PowerCut::Stages PowerCut::retry(Subject &subject, DiskModel *disk, const Step &step, Models models)
{
    const auto size = [&] { return disk ? disk->size() : 0; };
    Stages stages{{0, models}};
    EXPECT_EQ(subject.open(), "");
    if (!subject.isOpen())
        return stages;
    keep(models, subject);
    checkUploads(subject);
    if (HasFailure())
        return stages;
    const auto again = againOf(step);
    stages.push_back({size(), again ? statesAround(models, *again) : models});
    if (again) {
        const auto answer = subject.take(*again);
        std::erase_if(models, [&](Model &model) { return model.take(*again) != answer; });
        EXPECT_FALSE(models.empty()) << "tried again: " << answer;
        stages.push_back({size(), models}); // refused or not: what is seen stays
        EXPECT_EQ(subject.open(), "");
        if (subject.isOpen() && !models.empty())
            keep(models, subject);
    }
    subject.close();
    return stages;
}

// In order; of more than are looked at anyway some at random, and those at which a stage begins.
std::vector<std::size_t> PowerCut::pointsOf(const DiskModel &disk, const Stages &stages, std::size_t trees)
{
    std::vector<std::size_t> points(disk.size() + 1);
    std::iota(points.begin(), points.end(), 0);
    if (points.size() <= 2 * trees)
        return points;
    std::shuffle(points.begin(), points.end(), m_random);
    points.resize(2 * trees);
    for (const auto &stage : stages) {
        if (stage.from <= disk.size())
            points.push_back(stage.from);
    }
    points.push_back(disk.size());
    std::sort(points.begin(), points.end());
    return points;
}

void PowerCut::checkTrees(const Step &step, const DiskModel &disk, const Stages &stages, const Limits &limits)
{
    std::map<DiskModel::Tree, std::size_t> trees; // the last stage in which each may be found
    std::size_t stage = 0;
    for (const auto count : pointsOf(disk, stages, limits.trees)) {
        while (stage + 1 < stages.size() && stages[stage + 1].from <= count)
            ++stage;
        for (auto &tree : disk.treesAfter(count, limits.subsets, m_random))
            trees[tree] = stage;
    }
    std::vector<std::pair<DiskModel::Tree, std::size_t>> chosen(trees.begin(), trees.end());
    std::shuffle(chosen.begin(), chosen.end(), m_random);
    chosen.resize(std::min(chosen.size(), limits.trees));
    for (const auto &[tree, found] : chosen) {
        ++m_treeCount;
        SCOPED_TRACE("stage " + std::to_string(found));
        checkTree(step, tree, stages[found].allowed, limits.secondTrees);
        if (HasFailure()) {
            explain(disk, tree);
            return;
        }
    }
}

void PowerCut::checkTree(const Step &step, DiskModel::Tree tree, const Models &allowed,
                         std::size_t secondTrees)
{
    const ScratchDirectory directory;
    const auto root = directory.path() / "store";
    forgetBoot(tree);
    DiskModel::write(tree, root);
    Subject survivor(m_world, root, m_start);
    survivor.continueFrom(*m_subject);
    if (secondTrees == 0) {
        retry(survivor, nullptr, step, allowed);
        return;
    }
    SCOPED_TRACE("with a second power cut");
    DiskModel disk(root);
    const Recording recording(survivor, disk);
    const auto stages = retry(survivor, &disk, step, allowed);
    if (!HasFailure())
        checkTrees(step, disk, stages, {8, secondTrees, 0});
}

// Keeps the models that show what the store shows. An upload promises its bytes to the process, not to the
// disk.
void PowerCut::keep(Models &models, const Subject &subject) const
{
    std::vector<std::string> contradictions;
    auto seen = subject.view(contradictions);
    ASSERT_TRUE(contradictions.empty()) << contradictions.front();
    ASSERT_EQ(subject.checkBytes(seen), "");
    seen.uploads.fill(-1);
    std::string expected;
    std::erase_if(models, [&](Model &model) {
        const auto isShown = [&] {
            auto view = model.view();
            view.uploads = seen.uploads;
            expected = view.toString();
            return view == seen;
        };
        if (isShown() || !m_isCollecting)
            return !isShown();
        model.adoptCollection(seen);
        return !isShown();
    });
    ASSERT_FALSE(models.empty()) << "the store shows\n" << seen.toString() << "instead of\n" << expected;
}

// A session may have lost bytes with the machine; what it still counts must be what was sent.
void PowerCut::checkUploads(Subject &subject) const
{
    std::vector<std::string> contradictions;
    const auto view = subject.view(contradictions);
    for (int slot = 0; slot < Step::uploadSlots; ++slot) {
        const auto offset = view.uploads[static_cast<std::size_t>(slot)];
        if (offset < 0)
            continue;
        const auto &upload = *subject.uploads()[static_cast<std::size_t>(slot)];
        const auto sent = std::max(m_around.front().uploaded(slot), m_around.back().uploaded(slot));
        std::ifstream file(subject.root() /
                           layout::uploadData(m_world.repository(upload.repository), upload.id));
        std::string found(static_cast<std::size_t>(offset), '\0');
        file.read(found.data(), offset);
        EXPECT_EQ(found, sent.substr(0, found.size())) << "bytes of an upload are not those that were sent";
        EXPECT_EQ(subject.take({Step::Kind::CancelUpload, upload.repository, 0, 0, slot}), "ok");
    }
}

} // namespace quayside::test
