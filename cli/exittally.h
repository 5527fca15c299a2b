// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/commandline.h"

#include <optional>

namespace quayside {

/// Makes one exit code of how the parts of a command ended.
class ExitTally
{
public:
    void addDone() { m_anyDone = true; }
    /// `code` says why; what several parts agree on is the command's code if nothing else was done.
    void addFailed(ExitCode code);

    /// exitDone if nothing failed, exitFailed if something was done or the reasons differ, else the reason.
    ExitCode code() const;

private:
    bool m_anyDone = false;
    std::optional<ExitCode> m_reason;
};

} // namespace quayside
