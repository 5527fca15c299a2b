// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model.h"

#include <functional>

namespace quayside::test {

/// Takes the steps on a new store and on the model, and compares after each; nothing if all agreed, else what
/// did not, and at which step.
///
/// Where a step meets a fault, the store may be in the state before it, after it, or between two of its
/// commits; what it acknowledged must be there. After a process that died the store is opened again. After an
/// error the same step is tried once more, as clients do, or the store is opened again.
struct TrialFailure
{
    std::size_t step = 0;
    std::string what;
};
std::optional<TrialFailure> runTrial(const World &world, const std::vector<Step> &steps);

/// A shorter sequence that still fails: what can be left out is left out, and so are faults.
std::vector<Step> shrunk(std::vector<Step> steps,
                         const std::function<bool(const std::vector<Step> &)> &fails);

/// The report of a failed trial: the seed, what is wrong, and the shrunk steps, one a line.
std::string report(const World &world, std::uint64_t seed, const std::vector<Step> &steps,
                   const TrialFailure &failure);

/// A directory in memory where there is one: fsync is free there, and what it would do is the power cuts'
/// subject. Removed at the end.
class ScratchDirectory
{
public:
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory &) = delete;
    ScratchDirectory &operator=(const ScratchDirectory &) = delete;

    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace quayside::test
