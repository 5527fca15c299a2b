// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace quayside {

/// `quayside.registry.access`: one line per request at level info, off by default.
const QLoggingCategory &accessLog();

/// What is logged of a request. Queries are left out: they may hold secrets.
struct AccessEntry
{
    std::string_view method;
    std::string_view path;
    int status = 0;
    std::int64_t bytes = 0;
    std::chrono::duration<double, std::milli> elapsed{};
};

/// Writes one line; control and non-ASCII characters of the request are escaped.
void logAccess(const AccessEntry &entry);

} // namespace quayside
