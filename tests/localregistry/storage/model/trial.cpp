// SPDX-License-Identifier: Apache-2.0
#include "trial.h"

#include "subject.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <unistd.h>

namespace quayside::test {

namespace fs = std::filesystem;

namespace {

// Off the real time by five minutes, see the clock's steps.
Timestamp startOfClock()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
           std::chrono::minutes(5);
}

bool isAcknowledged(const std::string &answer)
{
    return answer.starts_with("ok");
}

bool isSweep(const Step &step)
{
    return step.kind == Step::Kind::Sweep || step.kind == Step::Kind::PurgeDigest ||
           step.kind == Step::Kind::PurgeTag || step.kind == Step::Kind::Collect;
}

View withoutUploads(View view)
{
    view.uploads.fill(-1);
    return view;
}

class Trial
{
public:
    Trial(const World &world, const fs::path &root)
        : m_start(startOfClock())
        , m_subject(world, root, m_start)
        , m_models{Model(world, m_start)}
    {}

    std::optional<std::string> open()
    {
        const auto problem = m_subject.open();
        return problem.empty() ? std::nullopt : std::optional(problem);
    }

    /// What disagrees, if anything does.
    std::optional<std::string> take(const Step &step)
    {
        ++m_steps;
        m_isCollecting = step.kind == Step::Kind::Collect;
        m_subject.faults().arm(step.fault);
        const auto answer = m_subject.take(step);
        m_subject.faults().disarm();
        if (!m_subject.faults().hasFired())
            return expectAnswer(step, answer);
        return step.kind == Step::Kind::Restart ? afterFaultyStart(step) : afterFault(step, answer);
    }

private:
    std::optional<std::string> expectAnswer(const Step &step, const std::string &answer)
    {
        std::string expected;
        std::erase_if(m_models, [&](Model &model) {
            expected = model.take(step);
            return expected != answer;
        });
        forgetDoubles();
        if (m_models.empty())
            return "the answer is \"" + answer + "\", not \"" + expected + '"';
        return expectView(step.kind == Step::Kind::Restart || step.kind == Step::Kind::Collect);
    }

    /// What was in doubt may not matter any more.
    void forgetDoubles()
    {
        std::vector<Model> different;
        for (const auto &model : m_models) {
            if (std::find(different.begin(), different.end(), model) == different.end())
                different.push_back(model);
        }
        m_models = std::move(different);
    }

    /// Keeps the models that the store agrees with.
    std::optional<std::string> expectView(bool readsAll)
    {
        std::vector<std::string> contradictions;
        const auto seen = m_subject.view(contradictions);
        if (!contradictions.empty())
            return contradictions.front();
        const auto expected = m_models.front().view();
        std::erase_if(m_models, [&](Model &model) {
            return !(model.view() == seen) && !(m_isCollecting && model.adoptCollection(seen));
        });
        if (m_models.empty())
            return "the store shows\n" + seen.toString() + "instead of\n" + expected.toString();
        if (readsAll || m_steps % 16 == 0) {
            if (auto wrong = m_subject.checkBytes(seen); !wrong.empty())
                return wrong;
        }
        return std::nullopt;
    }

    std::optional<std::string> reopen()
    {
        m_subject.close();
        m_subject.faults().revive();
        if (const auto problem = m_subject.open(); !problem.empty())
            return problem;
        for (auto &model : m_models)
            model.take({Step::Kind::Restart});
        return expectView(true);
    }

    /// Whatever a start could not read is missing from what it shows, never the other way round.
    std::optional<std::string> afterFaultyStart(const Step &step)
    {
        const bool isDead = m_subject.faults().isDead();
        m_models.front().take(step);
        if (!isDead && m_subject.isOpen()) {
            std::vector<std::string> contradictions;
            const auto seen = m_subject.view(contradictions);
            if (!seen.showsNoMoreThan(m_models.front().view()))
                return "a start that could not read everything shows more than there is:\n" + seen.toString();
        }
        return reopen();
    }

    std::optional<std::string> afterFault(const Step &step, const std::string &answer)
    {
        const bool failedSync = m_subject.faults().hasFailedSync();
        const bool isDead = m_subject.faults().isDead();
        m_models = statesAround(step, isAcknowledged(answer));
        if (isDead)
            return reopen();
        // One that stopped half way is in the trash no more, but not gone either; the next start finishes it.
        if (!isAcknowledged(answer) && isSweep(step))
            return failedSync ? expectStandstill(step) : reopen();
        const auto possible = m_models;
        if (auto wrong = expectView(false))
            return "after the answer \"" + answer + "\": " + *wrong;
        if (isAcknowledged(answer))
            return std::nullopt;
        m_models = possible; // the files may be further than what is shown
        if (step.fault.at % 2 == 0 || m_subject.faults().hasFailedSync())
            return failedSync ? expectStandstill(step) : reopen();
        return retry(step);
    }

    /// Every state in which a step that was disturbed may leave the store.
    std::vector<Model> statesAround(const Step &step, bool acknowledged)
    {
        std::vector<Model> states;
        for (const auto &model : m_models) {
            std::vector<Model> between;
            auto after = model;
            after.take(step, &between);
            between.push_back(after);
            if (!acknowledged)
                between.push_back(model);
            else // what was answered with success is there; sessions are no such promise
                std::erase_if(between, [&](const Model &state) {
                    return !(withoutUploads(state.view()) == withoutUploads(after.view()));
                });
            for (const auto &state : between) {
                if (std::find(states.begin(), states.end(), state) == states.end())
                    states.push_back(state);
            }
        }
        return states;
    }

    /// After a failed fsync nothing is changed, and nothing acknowledged, until the store is opened again.
    std::optional<std::string> expectStandstill(const Step &step)
    {
        Step again = step;
        again.fault = {};
        if (step.kind != Step::Kind::StepClock) {
            if (const auto answer = m_subject.take(again); answer != "UNAVAILABLE")
                return "after a failed fsync the answer is \"" + answer + '"';
        }
        return reopen();
    }

    std::optional<std::string> retry(const Step &step)
    {
        Step again = step;
        again.fault = {};
        const auto answer = m_subject.take(again);
        if (auto wrong = expectAnswer(again, answer))
            return "when tried again: " + *wrong;
        return std::nullopt;
    }

    Timestamp m_start;
    Subject m_subject;
    std::vector<Model> m_models; // more than one while it is not known how far a disturbed step came
    std::size_t m_steps = 0;
    bool m_isCollecting = false; // by the step being taken
};

} // namespace

std::optional<TrialFailure> runTrial(const World &world, const std::vector<Step> &steps)
{
    const ScratchDirectory directory;
    Trial trial(world, directory.path() / "store");
    if (auto wrong = trial.open())
        return TrialFailure{0, *wrong};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (auto wrong = trial.take(steps[i]))
            return TrialFailure{i, *wrong};
    }
    if (auto wrong = trial.take({Step::Kind::Restart}))
        return TrialFailure{steps.size(), "at the last start: " + *wrong};
    return std::nullopt;
}

std::vector<Step> shrunk(std::vector<Step> steps, const std::function<bool(const std::vector<Step> &)> &fails)
{
    for (auto size = std::max<std::size_t>(steps.size() / 2, 1);; size = std::max<std::size_t>(size / 2, 1)) {
        bool hasShrunk = false;
        for (std::size_t begin = 0; begin < steps.size();) {
            auto fewer = steps;
            const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
            fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, steps.size() - begin)));
            if (fails(fewer)) {
                steps = std::move(fewer);
                hasShrunk = true;
            } else {
                begin += size;
            }
        }
        if (size == 1 && !hasShrunk)
            break;
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto calmer = steps;
        calmer[i].fault = {};
        if (!(calmer[i].fault == steps[i].fault) && fails(calmer))
            steps = std::move(calmer);
    }
    return steps;
}

std::string report(const World &world, std::uint64_t seed, const std::vector<Step> &steps,
                   const TrialFailure &failure)
{
    auto tried = steps;
    tried.resize(std::min(tried.size(), failure.step + 1));
    const auto fails = [&](const std::vector<Step> &some) { return runTrial(world, some).has_value(); };
    const auto few = shrunk(std::move(tried), fails);
    const auto last = runTrial(world, few);
    std::string text = "seed " + std::to_string(seed) + ", step " + std::to_string(failure.step) + ": " +
                       failure.what + "\nshrunk to " + std::to_string(few.size()) + " steps:\n";
    for (const auto &step : few)
        text += step.toString() + '\n';
    return text +
           "which end with: " + (last ? last->what : std::string("success, so it does not always fail"));
}

ScratchDirectory::ScratchDirectory()
{
    const fs::path memory = "/dev/shm";
    const auto base = ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
    auto name = (base / "quayside-bench-XXXXXX").string();
    m_path = ::mkdtemp(name.data());
}

ScratchDirectory::~ScratchDirectory()
{
    fs::remove_all(m_path);
}

} // namespace quayside::test
