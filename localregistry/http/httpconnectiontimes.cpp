// SPDX-License-Identifier: Apache-2.0
// How long a connection may stay in each stage, and what happens then.
#include "localregistry/http/httpconnection.h"
#include "localregistry/http/httpworker.h"

namespace quayside {

using Millis = std::chrono::milliseconds;

void HttpConnection::expire()
{
    if (m_outputBlocked)
        return close(true);
    switch (m_stage) {
    case Stage::Header:
        return refuse(408, "the request's header did not arrive in time");
    case Stage::Body:
    case Stage::Discard:
        if (m_windowBytes * 1000 < m_worker.limits().bodyRate * m_worker.limits().bodyWindow.count())
            return close(true);
        m_windowBytes = 0;
        return setStage(m_stage);
    default:
        return close();
    }
}

void HttpConnection::setStage(Stage stage)
{
    m_stage = stage;
    m_stageSince = Clock::now();
    const Millis time = stageTime();
    setDeadline(time == Millis::max() ? Clock::time_point::max() : m_stageSince + time);
}

std::chrono::milliseconds HttpConnection::stageTime() const
{
    const HttpLimits &limits = m_worker.limits();
    switch (m_stage) {
    case Stage::Idle:
        return limits.idle;
    case Stage::Header:
        return limits.headerDeadline;
    case Stage::Body:
    case Stage::Discard:
        return limits.bodyWindow;
    case Stage::Lingering:
        return limits.lingerSilence;
    case Stage::Waiting:
    case Stage::Streaming:
    case Stage::Closing:
    case Stage::Closed:
        break;
    }
    return Millis::max();
}

void HttpConnection::setDeadline(Clock::time_point deadline)
{
    m_deadline = deadline;
    m_worker.schedule(deadline);
}

} // namespace quayside
