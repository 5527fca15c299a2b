// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <gtest/gtest.h>

namespace quayside {

namespace {

const std::string digestText = "sha256:" + std::string(64, '0');

struct Parts
{
    std::string text, host, repository, tag, digest;
};

} // namespace

TEST(Reference, IsTakenApart)
{
    const Parts cases[] = {
        {"alpine", "", "alpine", "", ""},
        {"alpine:3", "", "alpine", "3", ""},
        {"team/api:1.0", "", "team/api", "1.0", ""},
        {"alpine@" + digestText, "", "alpine", "", digestText},
        {"alpine:3@" + digestText, "", "alpine", "3", digestText},
        {"localhost/api", "localhost", "api", "", ""},
        {"localhost:5000/api", "localhost:5000", "api", "", ""},
        {"localhost:5000", "", "localhost", "5000", ""}, // without "/" it is a repository and a tag
        {"registry.example/a/b:c", "registry.example", "a/b", "c", ""},
        {"Registry.Example/a", "Registry.Example", "a", "", ""},
        {"registry.example:443/a/b:c@" + digestText, "registry.example:443", "a/b", "c", digestText},
        {"127.0.0.1:1/a", "127.0.0.1:1", "a", "", ""},
        {"[::1]/a:b", "[::1]", "a", "b", ""},
        {"[::1]:65535/a:b", "[::1]:65535", "a", "b", ""},
        {"[fe80::1:2]/a@" + digestText, "[fe80::1:2]", "a", "", digestText},
        {"localhosts/api", "", "localhosts/api", "", ""},
    };
    for (const auto &parts : cases) {
        const auto reference = Reference::parse(parts.text);
        ASSERT_TRUE(reference) << parts.text << ": " << reference.error().message;
        EXPECT_EQ(reference->host, parts.host) << parts.text;
        EXPECT_EQ(reference->repository.toString(), parts.repository) << parts.text;
        EXPECT_EQ(reference->tag ? reference->tag->toString() : "", parts.tag) << parts.text;
        EXPECT_EQ(reference->digest ? reference->digest->toString() : "", parts.digest) << parts.text;
        EXPECT_EQ(reference->toString(), parts.text);
    }
}

TEST(Reference, RefusesWhatIsNone)
{
    const std::string cases[] = {
        "",
        ":",
        "@",
        "/",
        "/a",
        "a/",
        "a:",
        ":a",
        "a@",
        "@" + digestText,
        "a:b:c",
        "a:b/c",
        "A",
        "a b",
        "a@b",
        "a:-",
        "a@" + digestText + "@" + digestText,
        "localhost/",
        "localhost:0/a",
        "localhost:65536/a",
        "localhost:/a",
        "localhost:x/a",
        "localhost:000001/a",
        ".example/a",
        "example./a",
        "a..b/c",
        "-a.b/c",
        "a-.b/c",
        "[::1/a",
        "::1/a",
        "[]/a",
        "[:]/a",
        "[g::1]/a",
        "[::1]x/a",
        "[::1]:/a",
        "reg.example/A",
        "https://reg.example/a",
        "user@reg.example/a",
        std::string(64, 'x') + ".y/a",
        "reg.example//a",
        "reg.example/a:" + std::string(129, 'x'),
    };
    for (const auto &text : cases)
        EXPECT_FALSE(Reference::parse(text)) << text;
}

TEST(Reference, NamesAnUnsupportedAlgorithm)
{
    const auto reference = Reference::parse("a@md5:d41d8cd98f00b204e9800998ecf8427e");
    ASSERT_FALSE(reference);
    EXPECT_EQ(reference.error().kind, ErrorKind::Unsupported);
}

TEST(RegistryHost, FollowsItsGrammar)
{
    const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                                std::string(63, 'c') + "." + std::string(61, 'd');
    for (const std::string &text :
         {std::string("a"), std::string("a:1"), std::string("a:65535"), std::string("x-y.z_w:80"),
          std::string("10.0.0.1"), std::string("[::]"), std::string("[::ffff:1.2.3.4]:5000"),
          std::string("xn--bcher-kva.example"), longest})
        EXPECT_EQ(parseRegistryHost(text).value_or("refused"), text);
    for (const std::string &text :
         {std::string(), std::string(":1"), std::string("a:"), std::string("a:0"), std::string("a:65536"),
          std::string("a:1x"), std::string("a:-1"), std::string("a/b"), std::string("a b"),
          std::string("bücher"), std::string("a."), std::string(".a"), std::string("a\n"), std::string("-a"),
          std::string("a-"), longest + "d", std::string(64, 'a'), std::string("http://a")})
        EXPECT_FALSE(parseRegistryHost(text)) << text;
}

TEST(TagOrDigest, IsToldByTheColon)
{
    EXPECT_TRUE(std::holds_alternative<Tag>(*parseTagOrDigest("latest")));
    EXPECT_TRUE(std::holds_alternative<Digest>(*parseTagOrDigest(digestText)));
    EXPECT_EQ(toString(*parseTagOrDigest("latest")), "latest");
    EXPECT_EQ(toString(*parseTagOrDigest(digestText)), digestText);
    EXPECT_EQ(parseTagOrDigest("sha256:1").error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(parseTagOrDigest("md5:0").error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(parseTagOrDigest("a/b").error().kind, ErrorKind::InvalidInput);
    EXPECT_FALSE(parseTagOrDigest(""));
}

} // namespace quayside
