// SPDX-License-Identifier: Apache-2.0
#include "oci/fingerprint.h"

#include <gtest/gtest.h>

namespace quayside {

namespace {

const std::string plain = "9a41000000000000000000000000000000000000000000000000000000000bff";
const std::string shown = "9A:41:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
                          "00:00:00:00:00:00:00:00:00:00:00:00:00:00:0B:FF";

} // namespace

TEST(Fingerprint, IsReadAsToolsPrintIt)
{
    for (const auto &text : {plain, shown, "SHA-256 " + shown, "SHA256:" + plain,
                             "sha256 Fingerprint=" + shown, "SHA256 Fingerprint=" + shown}) {
        const auto fingerprint = Fingerprint::parse(text);
        ASSERT_TRUE(fingerprint) << text;
        EXPECT_EQ(fingerprint->toString(), shown);
    }
}

TEST(Fingerprint, RefusesAnythingElse)
{
    std::string oneColonLess = shown;
    oneColonLess.erase(50, 1);
    std::string noHex = plain;
    noHex[40] = 'g';
    std::string dots = shown;
    dots[5] = '.';
    for (const auto &text : {std::string(), std::string("SHA-256 "), plain.substr(1), plain + "00",
                             shown + ":", oneColonLess, noHex, dots, "MD5 " + plain, " " + plain + " "})
        EXPECT_FALSE(Fingerprint::parse(text)) << text;
}

} // namespace quayside
