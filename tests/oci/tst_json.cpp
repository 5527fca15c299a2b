// SPDX-License-Identifier: Apache-2.0
#include "oci/json.h"

#include <gtest/gtest.h>
#include <limits>

namespace quayside {

namespace {

std::string nested(std::size_t levels, char open, char close)
{
    return std::string(levels, open) + std::string(levels, close);
}

bool parses(std::string_view text, JsonRules rules)
{
    return parseJson(text, rules).has_value();
}

} // namespace

TEST(Json, RefusesMalformedTextUnderBothRules)
{
    const std::string cases[] = {
        "",
        "{",
        "}",
        "{} x",
        "{}{}",
        "{'a':1}",
        "{\"a\":1,}",
        "[1,]",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "{\"a\":\"\x01\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc3\"}",             // cut off
        "{\"a\":\"\xc0\xaf\"}",         // overlong "/"
        "{\"a\":\"\xed\xa0\x80\"}",     // a surrogate
        "{\"a\":\"\xf4\x90\x80\x80\"}", // beyond U+10FFFF
        "{\"\xff\":1}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "// comment\n{}",
        std::string("{}\0", 3),
        std::string("{}\0{\"a\":1}", 10),
    };
    for (const auto rules : {JsonRules::Lenient, JsonRules::Strict}) {
        for (const auto &text : cases) {
            const auto json = parseJson(text, rules);
            ASSERT_FALSE(json) << text;
            EXPECT_EQ(json.error().kind, ErrorKind::InvalidInput);
        }
    }
}

TEST(Json, LimitsTheDepthTo32)
{
    for (const auto rules : {JsonRules::Lenient, JsonRules::Strict}) {
        EXPECT_TRUE(parses(nested(32, '[', ']'), rules));
        EXPECT_FALSE(parses(nested(33, '[', ']'), rules));
        EXPECT_FALSE(parses(std::string(1'000'000, '['), rules));
        std::string objects;
        for (int i = 0; i < 33; ++i)
            objects += "{\"a\":";
        EXPECT_FALSE(parses(objects + "1" + std::string(33, '}'), rules));
    }
    // Siblings are not depth.
    std::string siblings = "[";
    for (int i = 0; i < 100; ++i)
        siblings += "[{}],";
    EXPECT_TRUE(parses(siblings + "0]", JsonRules::Strict));
}

// Work grows with the length of the text: each of these took many minutes when it grew with the
// number of siblings of each element, and a test may take minutes.
TEST(Json, ReadsWideDocumentsInOnePass)
{
    constexpr std::size_t length = 1 << 20;
    std::string objects = "[";
    while (objects.size() < length)
        objects += "{},";
    objects += "{}]";
    std::string members = "{";
    for (int i = 0; members.size() < length; ++i)
        members += '"' + std::to_string(i) + "\":[],";
    members += "\"\":[]}";
    for (const auto rules : {JsonRules::Lenient, JsonRules::Strict}) {
        EXPECT_TRUE(parses(objects, rules));
        EXPECT_TRUE(parses(members, rules));
    }
}

TEST(Json, RefusesEqualKeysOnlyWhenStrict)
{
    for (const auto *text : {R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})", R"({"x":[{"a":1,"b":{},"a":2}]})",
                             R"({"":1,"":2})", R"({"a":{"b":1},"c":0,"a":{}})"}) {
        EXPECT_FALSE(parses(text, JsonRules::Strict)) << text;
        EXPECT_TRUE(parses(text, JsonRules::Lenient)) << text;
    }
    EXPECT_EQ(integerAt(*parseJson(R"({"a":1,"a":2})", JsonRules::Lenient), "a"), 2);
    for (const auto *text :
         {R"({"a":{"a":1}})", R"([{"a":1},{"a":2}])", R"({"a":1,"A":2})", R"({"a":[{"a":1}],"b":{"a":1}})"})
        EXPECT_TRUE(parses(text, JsonRules::Strict)) << text;
}

TEST(Json, ReadsExactIntegers)
{
    const auto at = [](std::string_view value) {
        const std::string text = "{\"n\":" + std::string(value) + "}";
        return integerAt(*parseJson(text, JsonRules::Strict), "n");
    };
    EXPECT_EQ(at("0"), 0);
    EXPECT_EQ(at("-1"), -1);
    EXPECT_EQ(at("9007199254740993"), 9007199254740993); // 2^53 + 1, which a double cannot hold
    EXPECT_EQ(at("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(at("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    for (const auto *none : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                             "-9223372036854775809", "1.0", "1e3", "\"1\"", "true", "null", "[]", "{}"})
        EXPECT_EQ(at(none), std::nullopt) << none;
}

TEST(Json, FindsValuesByKeyAndType)
{
    const auto json = *parseJson(R"({"s":"text","e":"","n":1,"z":null})", JsonRules::Strict);
    EXPECT_EQ(stringAt(json, "s"), "text");
    EXPECT_EQ(stringAt(json, "e"), "");
    for (const auto *key : {"n", "z", "missing"})
        EXPECT_EQ(stringAt(json, key), std::nullopt) << key;
    EXPECT_EQ(stringAt(*parseJson("[]", JsonRules::Strict), "s"), std::nullopt);
    EXPECT_EQ(integerAt(*parseJson("\"s\"", JsonRules::Strict), "s"), std::nullopt);
    EXPECT_EQ(integerAt(json, "missing"), std::nullopt);
}

} // namespace quayside
