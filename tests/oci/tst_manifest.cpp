// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.h"

#include <gtest/gtest.h>

namespace quayside {

namespace {

std::string digestText(char c)
{
    return "sha256:" + std::string(64, c);
}

std::string descriptor(char c, std::int64_t size = 10, std::string_view type = mediatype::ociLayerGzip)
{
    return R"({"mediaType":")" + std::string(type) + R"(","digest":")" + digestText(c) + R"(","size":)" +
           std::to_string(size) + "}";
}

const std::string config = R"("config":)" + descriptor('c', 5, mediatype::ociConfig);
const std::string layers =
    R"("layers":[)" + descriptor('1') + "," + descriptor('2', 20) + "," + descriptor('1') + "]";
const std::string manifests = R"("manifests":[)" + descriptor('a', 7, mediatype::ociManifest) + "]";

// A document of schema 2 with these members.
std::string document(const std::string &members)
{
    return R"({"schemaVersion":2,)" + members + "}";
}

std::string typed(std::string_view type, const std::string &members)
{
    return document(R"("mediaType":")" + std::string(type) + R"(",)" + members);
}

Result<Manifest> parse(const std::string &text, std::string_view contentType = {},
                       JsonRules rules = JsonRules::Strict)
{
    std::optional<MediaType> type;
    if (!contentType.empty())
        type = *MediaType::parse(contentType);
    return Manifest::parse(text, type, rules);
}

std::optional<ErrorKind> errorOf(const std::string &text, std::string_view contentType = {},
                                 JsonRules rules = JsonRules::Strict)
{
    const auto manifest = parse(text, contentType, rules);
    return manifest ? std::nullopt : std::optional(manifest.error().kind);
}

} // namespace

TEST(Manifest, ReadsAnImage)
{
    const auto text =
        typed(mediatype::ociManifest, config + "," + layers + R"(,"annotations":{"a":"b","n":1},"subject":)" +
                                          descriptor('5', 3, mediatype::ociManifest));
    const auto manifest = parse(text, mediatype::ociManifest);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->kind(), Manifest::Kind::Image);
    EXPECT_FALSE(manifest->isIndex());
    EXPECT_EQ(manifest->mediaType().toString(), mediatype::ociManifest);
    EXPECT_EQ(manifest->config()->digest.toString(), digestText('c'));
    EXPECT_EQ(manifest->layers().size(), 3U);
    EXPECT_TRUE(manifest->manifests().empty());
    EXPECT_EQ(manifest->subject()->digest.toString(), digestText('5'));
    EXPECT_EQ(manifest->annotations(), (std::map<std::string, std::string>{{"a", "b"}}));
    EXPECT_EQ(manifest->artifactType(), mediatype::ociConfig);
    EXPECT_EQ(manifest->downloadSize(), 35); // 5 + 10 + 20: the layer that occurs twice counts once
}

TEST(Manifest, ReadsAnIndex)
{
    for (const auto type : {mediatype::ociIndex, mediatype::dockerManifestList}) {
        const auto manifest = parse(typed(type, manifests), type);
        ASSERT_TRUE(manifest) << manifest.error().message;
        EXPECT_TRUE(manifest->isIndex());
        EXPECT_FALSE(manifest->config());
        EXPECT_EQ(manifest->manifests().size(), 1U);
        EXPECT_EQ(manifest->downloadSize(), 0);
        EXPECT_EQ(manifest->artifactType(), "");
    }
    EXPECT_TRUE(parse(typed(mediatype::ociIndex, R"("manifests":[])")));
    EXPECT_TRUE(parse(typed(mediatype::ociIndex, R"("manifests":[],"artifactType":"x/y")"))->artifactType() ==
                "x/y");
}

TEST(Manifest, KeepsTheExactBytes)
{
    const std::string text = " \n" + document(config + " , \"layers\" : [ ] ,\"unknown\":1.50") + "\n";
    const auto manifest = parse(text);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->bytes(), text);
    const Manifest copy = *manifest;
    EXPECT_EQ(copy.sharedBytes(), manifest->sharedBytes());
}

TEST(Manifest, DecidesTheTypeFromHeaderBodyAndShape)
{
    const auto typeOf = [](const std::string &text, std::string_view contentType = {}) {
        const auto manifest = parse(text, contentType);
        return manifest ? manifest->mediaType().toString() : "error: " + manifest.error().message;
    };
    EXPECT_EQ(typeOf(document(config + "," + layers)), mediatype::ociManifest);
    EXPECT_EQ(typeOf(document(manifests)), mediatype::ociIndex);
    EXPECT_EQ(typeOf(document(config + "," + layers), mediatype::ociManifest), mediatype::ociManifest);
    EXPECT_EQ(typeOf(document(manifests), mediatype::ociIndex), mediatype::ociIndex);
    EXPECT_EQ(typeOf(typed(mediatype::dockerManifest, config + "," + layers)), mediatype::dockerManifest);
    EXPECT_EQ(typeOf(typed(mediatype::dockerManifestList, manifests)), mediatype::dockerManifestList);
}

TEST(Manifest, RefusesAContradictionOfHeaderAndBody)
{
    const auto image = config + "," + layers;
    EXPECT_EQ(errorOf(typed(mediatype::ociManifest, image), mediatype::dockerManifest),
              ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(typed(mediatype::dockerManifest, image), mediatype::ociManifest),
              ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(typed(mediatype::ociManifest, image), mediatype::ociIndex), ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(typed(mediatype::ociManifest, image), "application/json"), ErrorKind::InvalidInput);
    for (const auto *mediaType : {"1", "null", "[]", "\"\"", "\"text\"", "\"a/b;c=d\""})
        EXPECT_EQ(errorOf(document(R"("mediaType":)" + std::string(mediaType) + "," + image)),
                  ErrorKind::InvalidInput)
            << mediaType;
}

// CVE-2021-41190: one document that one reader takes for an image and another for an index.
TEST(Manifest, RefusesDocumentsThatCanBeReadAsBoth)
{
    for (const auto &members :
         {config + "," + manifests, layers + "," + manifests, config + "," + layers + "," + manifests,
          config + R"(,"manifests":null)", manifests + R"(,"config":null)", manifests + R"(,"layers":[])"}) {
        EXPECT_EQ(errorOf(document(members)), ErrorKind::InvalidInput) << members;
        EXPECT_EQ(errorOf(typed(mediatype::ociManifest, members)), ErrorKind::InvalidInput) << members;
        EXPECT_EQ(errorOf(typed(mediatype::ociIndex, members)), ErrorKind::InvalidInput) << members;
        EXPECT_EQ(errorOf(document(members), mediatype::ociIndex), ErrorKind::InvalidInput) << members;
    }
    EXPECT_EQ(errorOf(document(manifests), mediatype::ociManifest), ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(document(config + "," + layers), mediatype::ociIndex), ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(typed(mediatype::ociIndex, config + "," + layers)), ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(typed(mediatype::ociManifest, manifests)), ErrorKind::InvalidInput);
}

TEST(Manifest, OnlyOciMayLackTheMediaType)
{
    EXPECT_EQ(errorOf(document(config + "," + layers), mediatype::dockerManifest), ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf(document(manifests), mediatype::dockerManifestList), ErrorKind::InvalidInput);
}

TEST(Manifest, RefusesSchema1AndUnknownTypes)
{
    const std::string schema1 =
        R"({"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[],"signatures":[]})";
    EXPECT_EQ(errorOf(schema1), ErrorKind::Unsupported);
    EXPECT_EQ(errorOf(schema1, mediatype::dockerSchema1Signed), ErrorKind::Unsupported);
    EXPECT_EQ(errorOf(schema1, mediatype::ociManifest), ErrorKind::Unsupported);
    EXPECT_EQ(errorOf(document(config + "," + layers), mediatype::dockerSchema1), ErrorKind::Unsupported);
    EXPECT_EQ(errorOf(typed("application/vnd.oci.artifact.manifest.v1+json", config)),
              ErrorKind::Unsupported);
    EXPECT_EQ(errorOf(document(config + "," + layers), "application/json"), ErrorKind::Unsupported);
}

TEST(Manifest, RefusesWrongShapes)
{
    for (const auto *text : {"", "[]", "\"a\"", "1", "null", "{", "{}"})
        EXPECT_EQ(errorOf(text), ErrorKind::InvalidInput) << text;
    const std::string cases[] = {
        layers,                                             // no config
        R"("config":null,)" + layers,                       //
        R"("config":[],)" + layers,                         //
        R"("config":{},)" + layers,                         //
        config + R"(,"layers":{})",                         //
        config + R"(,"layers":[null])",                     //
        config + R"(,"layers":["a"])",                      //
        config + "," + layers + R"(,"subject":"a")",        //
        config + "," + layers + R"(,"subject":{"size":1})", //
        config + R"(,"layers":[)" + descriptor('1', -1) + "]",
        config + R"(,"layers":[)" + descriptor('1', maxDescriptorSize + 1) + "]",
        R"("manifests":{})",
        R"("manifests":[[]])",
    };
    for (const auto &members : cases)
        EXPECT_EQ(errorOf(document(members)), ErrorKind::InvalidInput) << members;
    EXPECT_EQ(errorOf(document(config + R"(,"layers":[{"mediaType":"a/b","digest":"blake3:00","size":1}])")),
              ErrorKind::Unsupported);
}

TEST(Manifest, AcceptsWhatOthersWrite)
{
    EXPECT_TRUE(parse(document(config)));
    EXPECT_TRUE(parse(document(config + R"(,"layers":[],"subject":null,"annotations":null)")));
    EXPECT_TRUE(parse(document(config + R"(,"layers":[)" + descriptor('1', maxDescriptorSize) + "]")));
    EXPECT_EQ(parse(document(config + R"(,"layers":[],"artifactType":"x/y")"))->artifactType(), "x/y");
}

TEST(Manifest, AcceptsOnlyOldManifestsWithoutAVersionOrLists)
{
    for (const std::string &members : {config + R"(,"layers":null)", std::string(R"("manifests":null)")}) {
        EXPECT_EQ(errorOf(document(members)), ErrorKind::InvalidInput) << members;
        EXPECT_EQ(errorOf(document(members), {}, JsonRules::Lenient), std::nullopt) << members;
    }
    for (const std::string version : {"\"2\"", "2.0", "3", "-2", "null", "18446744073709551618"}) {
        const auto text = R"({"schemaVersion":)" + version + "," + config + "}";
        EXPECT_EQ(errorOf(text), ErrorKind::InvalidInput) << text;
        EXPECT_EQ(errorOf(text, {}, JsonRules::Lenient), std::nullopt) << text;
    }
    EXPECT_EQ(errorOf("{" + config + "}"), ErrorKind::InvalidInput);
    EXPECT_EQ(errorOf("{" + config + "}", {}, JsonRules::Lenient), std::nullopt);
}

TEST(Manifest, SizesDoNotOverflow)
{
    std::string many = R"("layers":[)";
    for (const char c : std::string_view("0123456789abdef"))
        many += descriptor(c, maxDescriptorSize) + ",";
    many.back() = ']';
    const auto manifest = parse(document(config + "," + many));
    ASSERT_TRUE(manifest);
    EXPECT_GT(manifest->downloadSize(), maxDescriptorSize);
}

TEST(Manifest, AppliesTheJsonRules)
{
    const auto twice = document(config + "," + layers + R"(,"annotations":{"a":"1","a":"2"})");
    EXPECT_EQ(errorOf(twice), ErrorKind::InvalidInput);
    EXPECT_EQ(parse(twice, {}, JsonRules::Lenient)->annotations().at("a"), "2");
    const auto typeTwice = R"({"mediaType":")" + std::string(mediatype::ociIndex) + R"(","mediaType":")" +
                           std::string(mediatype::ociManifest) + R"(",)" + config + "," + layers + "}";
    EXPECT_EQ(errorOf(typeTwice), ErrorKind::InvalidInput);
    for (const auto rules : {JsonRules::Lenient, JsonRules::Strict}) {
        EXPECT_EQ(errorOf(document(config + "," + layers + ",\"x\":\"\xff\""), {}, rules),
                  ErrorKind::InvalidInput);
        EXPECT_EQ(
            errorOf(document(config + "," + layers + ",\"x\":" + std::string(32, '[') + std::string(32, ']')),
                    {}, rules),
            ErrorKind::InvalidInput);
        EXPECT_EQ(
            errorOf(document(config + "," + layers + ",\"x\":" + std::string(31, '[') + std::string(31, ']')),
                    {}, rules),
            std::nullopt);
        EXPECT_EQ(errorOf(document(config + "," + layers) + "x", {}, rules), ErrorKind::InvalidInput);
    }
}

} // namespace quayside
