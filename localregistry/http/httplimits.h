// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace quayside {

/// How much a peer may use of the server, in bytes and time. Tests shorten the times.
struct HttpLimits
{
    std::size_t requestLine = 8 * 1024;
    std::size_t headerSection = 64 * 1024;
    int headerFields = 100;

    std::chrono::milliseconds headerDeadline{10'000}; ///< From a request's first byte to its header's end.
    std::chrono::milliseconds idle{60'000};           ///< Between two requests of a connection.
    std::chrono::milliseconds bodyWindow{30'000};     ///< A body must bring bodyRate over each such window.
    std::int64_t bodyRate = 1024;                     ///< Bytes per second.
    std::chrono::milliseconds sendStall{60'000};      ///< A reader that takes nothing for so long is dropped.

    std::int64_t drain = 256 * 1024;        ///< An unread body up to this is read away after an early answer.
    std::int64_t linger = 64 * 1024 * 1024; ///< Input that is discarded while the answer is on its way.
    std::chrono::milliseconds lingerSilence{2'000};

    std::size_t queuedOutput = 1024 * 1024; ///< Answers of pipelined requests wait once so much is unsent.
};

} // namespace quayside
