// SPDX-License-Identifier: Apache-2.0
#include "oci/digest.h"

#include <gtest/gtest.h>
#include <unordered_set>

namespace quayside {

namespace {

const std::string hex64(64, 'a');
const std::string hex128(128, '0');

} // namespace

TEST(Digest, KeepsItsCanonicalText)
{
    for (const auto &text :
         {"sha256:" + hex64, "sha512:" + hex128,
          std::string("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")}) {
        const auto digest = Digest::parse(text);
        ASSERT_TRUE(digest) << text;
        EXPECT_EQ(digest->toString(), text);
        EXPECT_EQ(digest->hex(), text.substr(text.find(':') + 1));
        EXPECT_EQ(digest->bytes().size(), digestSize(digest->algorithm()));
        EXPECT_EQ(Digest::fromBytes(digest->algorithm(), digest->bytes()), *digest);
    }
}

TEST(Digest, RefusesWhatIsNone)
{
    const std::string cases[] = {
        "",
        ":",
        "sha256",
        "sha256:",
        ":" + hex64,
        hex64,
        "sha256:" + hex64.substr(1),
        "sha256:" + hex64 + "a",
        "sha256:" + hex128,
        "sha512:" + hex64,
        "sha512:" + hex128 + "0",
        "sha256:" + std::string(64, 'A'),
        "sha256:" + hex64.substr(1) + "A",
        "sha256:" + hex64.substr(1) + "g",
        "sha256:" + hex64.substr(1) + "/",
        "sha256:" + hex64.substr(1) + ":",
        "sha256:" + hex64.substr(1) + "`",
        "sha256:" + hex64.substr(1) + "G",
        "sha256:" + hex64.substr(1) + '\0',
        "sha256:" + hex64 + "\n",
        " sha256:" + hex64,
        "sha256 :" + hex64,
        "SHA256:" + hex64,
        "Sha256:" + hex64,
        "sha256::" + hex64.substr(1),
        "sha256:sha256:" + hex64,
        "+sha3:abc",
        "sha3+:abc",
        "sha3..x:abc",
        "md5:",
        "md5:a b",
        "md5:a+b",
        "m d5:abc",
        "../:abc",
    };
    for (const auto &text : cases) {
        const auto digest = Digest::parse(text);
        ASSERT_FALSE(digest) << text;
        EXPECT_EQ(digest.error().kind, ErrorKind::InvalidInput) << text;
    }
}

TEST(Digest, TellsOtherAlgorithmsFromNonsense)
{
    for (const std::string text :
         {"md5:d41d8cd98f00b204e9800998ecf8427e",
          "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564=", "blake3:ab", "sha384:0",
          "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8", "a.b_c-d:0"}) {
        const auto digest = Digest::parse(text);
        ASSERT_FALSE(digest) << text;
        EXPECT_EQ(digest.error().kind, ErrorKind::Unsupported) << text;
    }
}

TEST(Digest, AbbreviatesToItsEnds)
{
    const auto digest = Digest::parse("sha256:4f2c" + std::string(58, '0') + "91");
    EXPECT_EQ(digest->abbreviated(), "4f2c\xe2\x80\xa6"
                                     "91");
}

TEST(Digest, OrdersByAlgorithmAndBytes)
{
    const auto a = *Digest::parse("sha256:" + std::string(64, '0'));
    const auto b = *Digest::parse("sha256:" + std::string(63, '0') + "1");
    const auto c = *Digest::parse("sha256:" + std::string(64, 'f'));
    const auto d = *Digest::parse("sha512:" + hex128);
    EXPECT_LT(a, b);
    EXPECT_LT(b, c);
    EXPECT_LT(c, d);
    EXPECT_NE(a, d);
    EXPECT_EQ(a, *Digest::parse(a.toString()));
}

TEST(Digest, IsAKeyOfUnorderedContainers)
{
    std::unordered_set<Digest> set;
    for (const char c : std::string_view("0123456789abcdef")) {
        set.insert(*Digest::parse("sha256:" + std::string(64, c)));
        set.insert(*Digest::parse("sha256:" + std::string(64, c)));
        set.insert(*Digest::parse("sha512:" + std::string(128, c)));
    }
    EXPECT_EQ(set.size(), 32U);
    EXPECT_TRUE(set.contains(*Digest::parse("sha256:" + hex64)));
    EXPECT_EQ(std::hash<Digest>{}(*Digest::parse("sha256:" + hex64)),
              std::hash<Digest>{}(*Digest::parse("sha256:" + hex64)));
}

TEST(Digest, NamesItsAlgorithms)
{
    EXPECT_EQ(algorithmName(DigestAlgorithm::Sha256), "sha256");
    EXPECT_EQ(algorithmName(DigestAlgorithm::Sha512), "sha512");
    EXPECT_EQ(digestSize(DigestAlgorithm::Sha256), 32U);
    EXPECT_EQ(digestSize(DigestAlgorithm::Sha512), 64U);
}

} // namespace quayside
