// SPDX-License-Identifier: Apache-2.0
#include "oci/mediatype.h"

#include <gtest/gtest.h>

namespace quayside {

TEST(MediaType, FollowsTheGrammar)
{
    const std::string longest = std::string(127, 'a') + "/" + std::string(127, 'b');
    for (const std::string &text :
         {std::string("a/b"), std::string("application/vnd.oci.image.manifest.v1+json"), std::string("0/1"),
          std::string("a!#$&-^_.+/b!#$&-^_.+"), longest}) {
        const auto type = MediaType::parse(text);
        ASSERT_TRUE(type) << text;
        EXPECT_EQ(type->toString(), text);
    }
}

TEST(MediaType, RefusesEverythingElse)
{
    const std::string cases[] = {
        "",
        "/",
        "a",
        "a/",
        "/b",
        "a/b/c",
        "a b/c",
        "a/b c",
        " a/b",
        "a/b ",
        "a/b;",
        "a/+b",
        "a/.b",
        "-a/b",
        "a/b\n",
        "a/b\r\nX:",
        "a/ä",
        "*/*",
        "a/*",
        "a/b,c/d",
        std::string(128, 'a') + "/b",
        "a/" + std::string(128, 'b'),
        std::string("a/b\0", 4),
        "a/b;charset=utf-8",
    };
    for (const auto &text : cases) {
        const auto type = MediaType::parse(text);
        ASSERT_FALSE(type) << text;
        EXPECT_EQ(type.error().kind, ErrorKind::InvalidInput);
    }
}

TEST(MediaType, IsReadFromAHeader)
{
    for (const auto *header :
         {"a/b", " a/b", "a/b ", "\ta/b\t;", "a/b; charset=utf-8", "a/b;x;y", "a/b ;x=\"/;\""}) {
        const auto type = MediaType::fromContentType(header);
        ASSERT_TRUE(type) << header;
        EXPECT_EQ(type->toString(), "a/b");
    }
    for (const auto *header : {"", " ", ";", "; a/b", "a/b c", "a", "a/b\n"})
        EXPECT_FALSE(MediaType::fromContentType(header)) << header;
}

TEST(MediaType, KnowsTheManifestTypes)
{
    const auto is = [](std::string_view text) { return *MediaType::parse(text); };
    for (const auto text : {mediatype::ociManifest, mediatype::dockerManifest}) {
        EXPECT_TRUE(is(text).isImageManifest());
        EXPECT_FALSE(is(text).isIndex());
        EXPECT_TRUE(is(text).isManifestType());
    }
    for (const auto text : {mediatype::ociIndex, mediatype::dockerManifestList}) {
        EXPECT_FALSE(is(text).isImageManifest());
        EXPECT_TRUE(is(text).isIndex());
        EXPECT_TRUE(is(text).isManifestType());
    }
    for (const auto text : {mediatype::dockerSchema1, mediatype::dockerSchema1Signed}) {
        EXPECT_TRUE(is(text).isSchema1());
        EXPECT_FALSE(is(text).isManifestType());
    }
    for (const auto text :
         {mediatype::ociConfig, mediatype::ociLayerTar, mediatype::ociLayerGzip, mediatype::ociEmpty,
          mediatype::dockerConfig, std::string_view("application/json")}) {
        EXPECT_FALSE(is(text).isManifestType());
        EXPECT_FALSE(is(text).isSchema1());
        EXPECT_FALSE(is(text).isNondistributableLayer());
    }
    EXPECT_TRUE(is("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip").isNondistributableLayer());
    EXPECT_TRUE(is("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip").isNondistributableLayer());
}

} // namespace quayside
