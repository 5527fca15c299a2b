// SPDX-License-Identifier: Apache-2.0
#include "cli/exittally.h"

namespace quayside {

void ExitTally::addFailed(ExitCode code)
{
    m_reason = !m_reason || *m_reason == code ? code : exitFailed;
}

ExitCode ExitTally::code() const
{
    if (!m_reason)
        return exitDone;
    return m_anyDone ? exitFailed : *m_reason;
}

} // namespace quayside
