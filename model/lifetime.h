// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

namespace quayside {

/// Ends the coroutines of the object that holds it. The last member, so that it goes first: a coroutine that
/// checks its token after every co_await never sees a half-destroyed owner.
class Lifetime
{
public:
    Lifetime() = default;
    ~Lifetime() { m_source.request_stop(); }
    Lifetime(const Lifetime &) = delete;
    Lifetime &operator=(const Lifetime &) = delete;

    std::stop_token token() const { return m_source.get_token(); }
    /// Ends what runs now; what starts afterwards gets a fresh token.
    void restart()
    {
        m_source.request_stop();
        m_source = std::stop_source();
    }

private:
    std::stop_source m_source;
};

} // namespace quayside
