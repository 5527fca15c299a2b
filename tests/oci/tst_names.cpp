// SPDX-License-Identifier: Apache-2.0
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <gtest/gtest.h>
#include <unordered_set>

namespace quayside {

TEST(RepositoryName, FollowsTheGrammar)
{
    const std::string cases[] = {
        "a",
        "0",
        "api",
        "team/api",
        "a/b/c/d/e/f",
        "a.b",
        "a_b",
        "a__b",
        "a-b",
        "a--b",
        "a-----b",
        "a.b_c__d-e",
        "0/1/2",
        "library/alpine3.19",
        "a/b.c",
        "a1/b2",
        "v2/x",
        "manifests/blobs",
        std::string(255, 'a'),
        std::string(127, 'a') + "/" + std::string(127, 'b'),
    };
    for (const auto &text : cases) {
        const auto name = RepositoryName::parse(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(name->toString(), text);
    }
}

TEST(RepositoryName, RefusesEverythingElse)
{
    const std::string cases[] = {
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "A",
        "aB",
        "a/B",
        ".a",
        "a.",
        "_a",
        "a_",
        "-a",
        "a-",
        "a..b",
        "a___b",
        "a._b",
        "a-.b",
        "a.-b",
        "a_-b",
        "a-_b",
        "a__.b",
        ".",
        "..",
        "a/..",
        "../a",
        "a/./b",
        "a/.b/c",
        "a b",
        "a\tb",
        "a\n",
        "\na",
        "a:b",
        "a@b",
        "a+b",
        "a%2fb",
        "a\\b",
        "ä",
        "a\xff",
        "a/_b",
        "a/b_",
        "a,b",
        "_quayside/x",
        "a/_quayside/b",
        std::string("a\0b", 3),
        std::string(256, 'a'),
        std::string(128, 'a') + "/" + std::string(127, 'b'),
    };
    for (const auto &text : cases) {
        const auto name = RepositoryName::parse(text);
        ASSERT_FALSE(name) << text;
        EXPECT_EQ(name.error().kind, ErrorKind::InvalidInput);
        EXPECT_FALSE(name.error().message.empty());
    }
}

TEST(RepositoryName, OrdersByBytes)
{
    const auto name = [](std::string_view text) { return *RepositoryName::parse(text); };
    EXPECT_LT(name("a-b"), name("a.b"));
    EXPECT_LT(name("a.b"), name("a/b"));
    EXPECT_LT(name("a/b"), name("a0"));
    EXPECT_LT(name("a0"), name("a_b"));
    EXPECT_LT(name("a_b"), name("ab"));
    EXPECT_EQ((std::unordered_set<RepositoryName>{name("a"), name("a"), name("b")}.size()), 2U);
}

TEST(Tag, FollowsTheGrammar)
{
    const std::string cases[] = {
        "a",   "Z",       "0",  "_",  "latest", "1.2.3",     "v1.0-rc.1",
        "_._", "A-Z_a.z", "a.", "a-", "a..b",   "sha256-0a", std::string(128, 'x'),
    };
    for (const auto &text : cases) {
        const auto tag = Tag::parse(text);
        ASSERT_TRUE(tag) << text;
        EXPECT_EQ(tag->toString(), text);
    }
}

TEST(Tag, RefusesEverythingElse)
{
    const std::string cases[] = {
        "",
        ".a",
        "-a",
        ".",
        "..",
        "a/b",
        "a:b",
        "a@b",
        "a b",
        "a+b",
        "a\n",
        "\na",
        " a",
        "a\x7f",
        "ü",
        "a%2e",
        std::string(129, 'x'),
        std::string("a\0", 2),
        std::string(1, '\0'),
    };
    for (const auto &text : cases) {
        const auto tag = Tag::parse(text);
        ASSERT_FALSE(tag) << text;
        EXPECT_EQ(tag.error().kind, ErrorKind::InvalidInput);
        EXPECT_FALSE(tag.error().message.empty());
    }
}

// Every byte, at the front and behind it.
TEST(Tag, AllowsExactlyItsCharacters)
{
    const std::string_view word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool isWord = word.find(c) != std::string_view::npos;
        EXPECT_EQ(Tag::parse(std::string(1, c)).has_value(), isWord) << byte;
        EXPECT_EQ(Tag::parse(std::string("a") + c).has_value(), isWord || c == '.' || c == '-') << byte;
    }
}

TEST(Tag, OrdersByBytesAndHashes)
{
    const auto tag = [](std::string_view text) { return *Tag::parse(text); };
    EXPECT_LT(tag("1.10"), tag("1.9"));
    EXPECT_LT(tag("Z"), tag("a"));
    EXPECT_EQ((std::unordered_set<Tag>{tag("a"), tag("a"), tag("A")}.size()), 2U);
}

} // namespace quayside
