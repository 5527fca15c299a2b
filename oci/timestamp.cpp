// SPDX-License-Identifier: Apache-2.0
#include "oci/timestamp.h"

#include <array>
#include <cstdio>

namespace quayside {

namespace {

// Reads exactly `count` digits at the front of `text` and drops them.
std::optional<int> takeDigits(std::string_view &text, std::size_t count)
{
    if (text.size() < count)
        return std::nullopt;
    int value = 0;
    for (char c : text.substr(0, count)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view &text, std::string_view oneOf)
{
    if (text.empty() || oneOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

// "Z" or "+hh:mm" or "-hh:mm"; nothing may follow.
std::optional<std::chrono::minutes> takeOffset(std::string_view &text)
{
    if (take(text, "Zz"))
        return text.empty() ? std::optional(std::chrono::minutes(0)) : std::nullopt;
    const bool negative = !text.empty() && text.front() == '-';
    if (!take(text, "+-"))
        return std::nullopt;
    const auto hours = takeDigits(text, 2);
    if (!hours || !take(text, ":"))
        return std::nullopt;
    const auto minutes = takeDigits(text, 2);
    if (!minutes || !text.empty() || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const auto total = std::chrono::minutes(*hours * 60 + *minutes);
    return negative ? -total : total;
}

} // namespace

std::optional<Timestamp> parseRfc3339(std::string_view text)
{
    using namespace std::chrono;
    const auto y = takeDigits(text, 4);
    if (!y || !take(text, "-"))
        return std::nullopt;
    const auto m = takeDigits(text, 2);
    if (!m || !take(text, "-"))
        return std::nullopt;
    const auto d = takeDigits(text, 2);
    if (!d || !take(text, "Tt "))
        return std::nullopt;
    const auto hour = takeDigits(text, 2);
    if (!hour || !take(text, ":"))
        return std::nullopt;
    const auto minute = takeDigits(text, 2);
    if (!minute || !take(text, ":"))
        return std::nullopt;
    const auto second = takeDigits(text, 2);
    if (!second)
        return std::nullopt;
    if (take(text, ".")) {
        if (!takeDigits(text, 1))
            return std::nullopt;
        while (takeDigits(text, 1)) {
        }
    }
    const auto offset = takeOffset(text);
    const year_month_day date(year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d)));
    if (!offset || !date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) - *offset;
}

std::string formatRfc3339(Timestamp time)
{
    using namespace std::chrono;
    const auto midnight = floor<days>(time);
    const year_month_day date(midnight);
    const hh_mm_ss clock(time - midnight);
    std::array<char, 64> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()));
    return std::string(text.data(), static_cast<std::size_t>(length));
}

} // namespace quayside
