// SPDX-License-Identifier: Apache-2.0
#include "oci/descriptor.h"
#include "oci/json.h"

#include <gtest/gtest.h>

namespace quayside {

namespace {

const std::string digestText = "sha256:" + std::string(64, 'a');

Result<Descriptor> parse(std::string_view text)
{
    return Descriptor::fromJson(*parseJson(text, JsonRules::Strict));
}

// A descriptor with one of its required fields replaced by other JSON; "" leaves the field out.
Result<Descriptor> parseWith(std::string_view field, std::string_view value)
{
    auto json =
        *parseJson(R"({"mediaType":"a/b","digest":")" + digestText + R"(","size":1})", JsonRules::Strict);
    json.erase(std::string(field));
    if (!value.empty())
        json[std::string(field)] = *parseJson(value, JsonRules::Strict);
    return Descriptor::fromJson(json);
}

} // namespace

TEST(Descriptor, ReadsItsFields)
{
    const auto descriptor = parse(
        R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" + digestText +
        R"(","size":7,"artifactType":"x/y","platform":{"os":"linux","architecture":"arm64","variant":"v8"},
                                  "annotations":{"a":"b"},"urls":["https://example/1","https://example/2"],"data":"e30="})");
    ASSERT_TRUE(descriptor);
    EXPECT_TRUE(descriptor->mediaType.isImageManifest());
    EXPECT_EQ(descriptor->digest.toString(), digestText);
    EXPECT_EQ(descriptor->size, 7);
    EXPECT_EQ(descriptor->artifactType, "x/y");
    EXPECT_EQ(descriptor->platform, (Platform{"linux", "arm64", "v8"}));
    EXPECT_EQ(descriptor->annotations, (std::map<std::string, std::string>{{"a", "b"}}));
    EXPECT_EQ(descriptor->urls, (std::vector<std::string>{"https://example/1", "https://example/2"}));
}

TEST(Descriptor, NeedsTypeDigestAndSize)
{
    EXPECT_TRUE(parseWith("size", "0"));
    EXPECT_TRUE(parseWith("size", "9007199254740992")); // 2^53
    for (const auto *size : {"", "-1", "9007199254740993", "9223372036854775807", "18446744073709551615",
                             "1.0", "1e3", "\"1\"", "null", "[1]"})
        EXPECT_FALSE(parseWith("size", size)) << size;
    for (const auto *type : {"", "\"\"", "\"text\"", "\"a/b; c=d\"", "1", "null", "[\"a/b\"]"})
        EXPECT_FALSE(parseWith("mediaType", type)) << type;
    for (const auto *digest : {"", "\"\"", "\"sha256:ab\"", "1", "null"})
        EXPECT_FALSE(parseWith("digest", digest)) << digest;
    EXPECT_EQ(parseWith("digest", "\"sha256:ab\"").error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(parseWith("digest", "\"blake3:ab\"").error().kind, ErrorKind::Unsupported);
    for (const auto *text : {"[]", "\"a\"", "null", "1"})
        EXPECT_FALSE(parse(text)) << text;
}

TEST(Descriptor, LeavesOutOptionalFieldsOfTheWrongShape)
{
    const auto descriptor = parse(
        R"({"mediaType":"a/b","digest":")" + digestText +
        R"(","size":1,"artifactType":5,"platform":"linux","annotations":{"a":1,"b":"c"},"urls":["u",7]})");
    ASSERT_TRUE(descriptor);
    EXPECT_EQ(descriptor->artifactType, "");
    EXPECT_EQ(descriptor->platform, std::nullopt);
    EXPECT_EQ(descriptor->annotations, (std::map<std::string, std::string>{{"b", "c"}}));
    EXPECT_EQ(descriptor->urls, std::vector<std::string>{"u"});
}

TEST(Platform, IsWrittenWithSlashes)
{
    EXPECT_EQ((Platform{"linux", "arm64", "v8"}).toString(), "linux/arm64/v8");
    EXPECT_EQ((Platform{"linux", "amd64", ""}).toString(), "linux/amd64");
    EXPECT_EQ((Platform{"", "", ""}).toString(), "unknown/unknown");
    EXPECT_EQ((Platform{"windows", "", ""}).toString(), "windows/unknown");
}

} // namespace quayside
