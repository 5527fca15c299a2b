// SPDX-License-Identifier: Apache-2.0
#include "oci/timestamp.h"

#include <gtest/gtest.h>

namespace quayside {

namespace {

Timestamp utc(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0)
{
    using namespace std::chrono;
    return sys_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute) + seconds(second);
}

} // namespace

TEST(Timestamp, IsReadAsRfc3339)
{
    const std::pair<std::string_view, Timestamp> cases[] = {
        {"1970-01-01T00:00:00Z", utc(1970, 1, 1)},
        {"2026-11-25T09:12:00Z", utc(2026, 11, 25, 9, 12)},
        {"2026-11-25t09:12:00z", utc(2026, 11, 25, 9, 12)},
        {"2026-11-25 09:12:00Z", utc(2026, 11, 25, 9, 12)},
        {"2026-11-25T09:12:00.5Z", utc(2026, 11, 25, 9, 12)},
        {"2026-11-25T09:12:00.999999999Z", utc(2026, 11, 25, 9, 12)},
        {"2026-11-25T09:12:00.00000000000000000001+00:00", utc(2026, 11, 25, 9, 12)},
        {"2026-11-25T09:12:00+02:00", utc(2026, 11, 25, 7, 12)},
        {"2026-11-25T09:12:00-05:30", utc(2026, 11, 25, 14, 42)},
        {"2026-11-25T09:12:00-00:00", utc(2026, 11, 25, 9, 12)},
        {"2026-12-31T23:30:00-01:00", utc(2027, 1, 1, 0, 30)},
        {"2026-01-01T00:30:00+23:59", utc(2025, 12, 31, 0, 31)},
        {"2024-02-29T00:00:00Z", utc(2024, 2, 29)},
        {"2000-02-29T00:00:00Z", utc(2000, 2, 29)},
        {"2016-12-31T23:59:60Z", utc(2017, 1, 1)}, // a leap second
        {"0001-01-01T00:00:00Z", utc(1, 1, 1)},
        {"9999-12-31T23:59:59Z", utc(9999, 12, 31, 23, 59, 59)},
    };
    for (const auto &[text, expected] : cases)
        EXPECT_EQ(parseRfc3339(text), expected) << text;
}

TEST(Timestamp, RefusesEverythingElse)
{
    for (const auto *text : {"",
                             "now",
                             "2026",
                             "2026-11-25",
                             "2026-11-25T09:12:00",
                             "2026-11-25T09:12Z",
                             "2026-11-25T09:12:00.Z",
                             "2026-11-25T09:12:00,5Z",
                             "2026-02-29T00:00:00Z",
                             "1900-02-29T00:00:00Z",
                             "2100-02-29T00:00:00Z",
                             "2026-00-10T00:00:00Z",
                             "2026-13-10T00:00:00Z",
                             "2026-04-31T00:00:00Z",
                             "2026-01-00T00:00:00Z",
                             "2026-01-32T00:00:00Z",
                             "2026-11-25T24:00:00Z",
                             "2026-11-25T23:60:00Z",
                             "2026-11-25T23:59:61Z",
                             "2026-11-25T09:12:00+24:00",
                             "2026-11-25T09:12:00+00:60",
                             "2026-11-25T09:12:00+0200",
                             "2026-11-25T09:12:00+02",
                             "2026-11-25T09:12:00 Z",
                             "2026-11-25T09:12:00Zx",
                             " 2026-11-25T09:12:00Z",
                             "2026-11-25T09:12:00Z ",
                             "26-11-25T09:12:00Z",
                             "02026-11-25T09:12:00Z",
                             "-026-11-25T09:12:00Z",
                             "2026-1-25T09:12:00Z",
                             "2026-11-25T9:12:00Z",
                             "2026/11/25T09:12:00Z",
                             "2026-11-25X09:12:00Z",
                             "2026-11-25T+9:12:00Z"})
        EXPECT_EQ(parseRfc3339(text), std::nullopt) << text;
}

TEST(Timestamp, IsWrittenInUtc)
{
    EXPECT_EQ(formatRfc3339(utc(2026, 1, 2, 3, 4, 5)), "2026-01-02T03:04:05Z");
    EXPECT_EQ(formatRfc3339(utc(1969, 12, 31, 23, 59, 59)), "1969-12-31T23:59:59Z");
    EXPECT_EQ(formatRfc3339(utc(1, 1, 1)), "0001-01-01T00:00:00Z");
    for (const auto time :
         {utc(2024, 2, 29, 23, 59, 59), utc(1970, 1, 1), utc(9999, 12, 31), utc(1960, 6, 1, 12)})
        EXPECT_EQ(parseRfc3339(formatRfc3339(time)), time);
}

} // namespace quayside
