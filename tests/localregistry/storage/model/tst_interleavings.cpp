// SPDX-License-Identifier: Apache-2.0
// Two changes at once: the first is stopped before one of its file operations, then the second starts. It
// either waits for the first (a lock) or ends meanwhile; at the end the store must show, now and after the
// next start, what one after the other would have left, in one of the two orders, and both must have been
// answered accordingly.
//
// Some pairs and points are chosen at random; QUAYSIDE_LONG_TESTS=1 takes all pairs at all points.
#include "grounds.h"
#include "model.h"
#include "subject.h"
#include "trial.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

namespace quayside::test {

namespace fs = std::filesystem;

namespace {

using Kind = Step::Kind;

/// Stops one thread before its n-th file operation.
class Gate
{
public:
    void pass()
    {
        std::unique_lock lock(m_mutex);
        if (std::this_thread::get_id() != m_thread || ++m_count != m_stopAt)
            return;
        m_isStopped = true;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_isOpen; });
    }
    /// By the thread that is to be stopped.
    void stopMeAt(std::size_t operation)
    {
        const std::lock_guard lock(m_mutex);
        m_thread = std::this_thread::get_id();
        m_stopAt = operation;
    }
    void finish(bool &flag)
    {
        const std::lock_guard lock(m_mutex);
        flag = true;
        m_changed.notify_all();
    }
    /// Whether the first change was stopped; it may have ended before.
    bool waitForFirst(const bool &isDone)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_isStopped || isDone; });
        return m_isStopped;
    }
    /// The second change either waits for a lock, which nobody can see, or it ends.
    void giveTime(const bool &isDone)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, std::chrono::milliseconds(5), [&] { return isDone; });
    }
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::thread::id m_thread;
    std::size_t m_count = 0;
    std::size_t m_stopAt = 0;
    bool m_isStopped = false;
    bool m_isOpen = false;
};

// A delete by digest notes for display which tags it found. It locks no tag, or its cost would depend on
// their number.
View withoutTagLists(View view)
{
    for (auto &repository : view.repositories) {
        for (auto &entry : repository.trash) {
            entry.tags = 0;
            entry.tagCount = 0;
        }
    }
    return view;
}

class Interleavings : public testing::TestWithParam<Ground>
{
protected:
    Interleavings()
        : m_model(m_world, m_start)
        , m_prepared(m_world, m_template, m_start)
    {
        EXPECT_EQ(m_prepared.open(), "");
        for (const auto &step : GetParam().before)
            EXPECT_EQ(m_prepared.take(step), m_model.take(step)) << step.toString();
        m_prepared.close();
        forgetPlace(m_template);
    }

    static std::vector<std::pair<Step, Step>> pairsOfSteps()
    {
        std::vector<std::pair<Step, Step>> pairs;
        for (const auto &first : GetParam().steps) {
            for (const auto &second : GetParam().steps) {
                const bool isPass = first.kind == Kind::Collect || first.kind == Kind::Sweep;
                if (!isPass || first.kind != second.kind) // a second pass is refused
                    pairs.emplace_back(first, second);
            }
        }
        return pairs;
    }

    /// False if the first step has fewer file operations.
    bool meet(const Step &first, const Step &second, std::size_t operation)
    {
        SCOPED_TRACE(first.toString() + " stopped before operation " + std::to_string(operation) + ", then " +
                     second.toString());
        const ScratchDirectory directory;
        const auto root = directory.path() / "store";
        fs::copy(m_template, root, fs::copy_options::recursive);
        Gate gate;
        Subject subject(m_world, root, m_start);
        subject.continueFrom(m_prepared);
        subject.watch([&](const FileOperation &) { gate.pass(); });
        EXPECT_EQ(subject.open(), "");
        std::string firstAnswer, secondAnswer;
        bool firstDone = false;
        bool secondDone = false;
        std::thread firstThread([&] {
            gate.stopMeAt(operation);
            firstAnswer = subject.take(first);
            gate.finish(firstDone);
        });
        const bool isStopped = gate.waitForFirst(firstDone);
        std::thread secondThread([&] {
            secondAnswer = subject.take(second);
            gate.finish(secondDone);
        });
        if (isStopped)
            gate.giveTime(secondDone);
        gate.open();
        firstThread.join();
        secondThread.join();
        expectOneAfterTheOther(subject, first, firstAnswer, second, secondAnswer);
        return isStopped;
    }

    const World m_world;
    // Ahead of the files' clock by more than a test takes: what is newer than its tombstone counts as pushed
    // by another program.
    const Timestamp m_start =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::hours(2);
    const ScratchDirectory m_directory;
    const fs::path m_template = m_directory.path() / "template";
    Model m_model;
    Subject m_prepared; // closed; it knows the clock

private:
    // What the second of two changes may find if the first is a collection.
    static Model withoutGarbage(Model model)
    {
        auto nothing = model.view();
        for (auto &repository : nothing.repositories)
            repository.blobs = 0;
        model.adoptCollection(nothing);
        return model;
    }

    // A sweep takes one thing after the other: what it has swept can be back when it looks at the next. What
    // two purge at once, each of them has purged.
    static bool isAnswer(const Step &step, const std::string &expected, const std::string &answer)
    {
        if (step.kind == Kind::Sweep)
            return answer.starts_with("ok swept");
        return answer == expected ||
               (step.kind == Kind::PurgeDigest && answer == "ok" && expected == "MANIFEST_UNKNOWN");
    }

    void expectOneAfterTheOther(Subject &subject, const Step &first, const std::string &firstAnswer,
                                const Step &second, const std::string &secondAnswer)
    {
        const bool isCollecting = first.kind == Kind::Collect || second.kind == Kind::Collect;
        std::vector<Model> possible;
        for (const auto &start :
             isCollecting ? std::vector{m_model, withoutGarbage(m_model)} : std::vector{m_model}) {
            auto model = start;
            if (isAnswer(first, model.take(first), firstAnswer) &&
                isAnswer(second, model.take(second), secondAnswer))
                possible.push_back(model);
            model = start;
            if (isAnswer(second, model.take(second), secondAnswer) &&
                isAnswer(first, model.take(first), firstAnswer))
                possible.push_back(model);
        }
        EXPECT_FALSE(possible.empty()) << "answers \"" << firstAnswer << "\" and \"" << secondAnswer << '"';
        for (const auto *when : {"now", "after the next start"}) {
            std::vector<std::string> contradictions;
            const auto seen = withoutTagLists(subject.view(contradictions));
            EXPECT_TRUE(contradictions.empty()) << contradictions.front();
            EXPECT_EQ(subject.checkBytes(seen), "") << when;
            // The order that is seen now is the one that the disk has.
            auto agreeing = possible;
            std::erase_if(agreeing, [&](Model model) {
                return withoutTagLists(model.view()) != seen &&
                       !(isCollecting && withoutTagLists(withoutWhatIsGone(model, seen).view()) == seen);
            });
            EXPECT_FALSE(agreeing.empty())
                << when << ", answers \"" << firstAnswer << "\" and \"" << secondAnswer
                << "\"; the store shows\n"
                << seen.toString() << "instead of, for instance,\n"
                << (possible.empty() ? m_model : possible.front()).view().toString();
            possible = agreeing;
            EXPECT_EQ(subject.open(), "");
        }
    }

    static Model withoutWhatIsGone(Model model, const View &seen)
    {
        model.adoptCollection(seen);
        return model;
    }
};

} // namespace

TEST_P(Interleavings, areLikeOneAfterTheOther)
{
    const bool takesAll = std::getenv("QUAYSIDE_LONG_TESTS") != nullptr;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
    const auto seed = std::random_device{}();
    std::mt19937_64 random(seed);
    auto pairs = pairsOfSteps();
    std::shuffle(pairs.begin(), pairs.end(), random);
    std::size_t count = 0;
    const auto isEnough = [&] { return count > 5 && std::chrono::steady_clock::now() >= end; };
    for (std::size_t i = 0; takesAll ? i < pairs.size() : !isEnough(); ++i) {
        const auto &[first, second] = pairs[i % pairs.size()];
        if (!takesAll) {
            count += meet(first, second, 1 + random() % 25);
        } else {
            for (std::size_t operation = 1; !HasFailure() && meet(first, second, operation); ++operation)
                ++count;
        }
        if (HasFailure())
            break;
    }
    EXPECT_GT(count, 5u);
    std::cout << count << " meetings from seed " << seed << '\n';
}

INSTANTIATE_TEST_SUITE_P(Grounds, Interleavings, testing::ValuesIn(grounds()),
                         [](const auto &ground) { return ground.param.name; });

} // namespace quayside::test
