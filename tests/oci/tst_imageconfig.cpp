// SPDX-License-Identifier: Apache-2.0
#include "oci/imageconfig.h"

#include <gtest/gtest.h>

namespace quayside {

TEST(ImageConfig, ReadsItsFields)
{
    const auto config = ImageConfig::parse(R"({
        "os": "linux", "architecture": "arm64", "variant": "v8", "created": "2026-11-25T09:12:00.5+01:00", "author": "Ada",
        "config": {"User": "app", "WorkingDir": "/srv", "Entrypoint": ["/bin/sh", "-c"], "Cmd": ["run"],
                   "Env": ["PATH=/bin", "A="], "ExposedPorts": {"8080/tcp": {}, "53/udp": {}}, "Labels": {"a": "b"}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:1", "sha256:2"]},
        "history": [{"created": "2026-11-25T08:00:00Z", "created_by": "COPY", "comment": "c"},
                    {"created_by": "ENV", "empty_layer": true}]})");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->platform, (Platform{"linux", "arm64", "v8"}));
    EXPECT_EQ(config->created, parseRfc3339("2026-11-25T08:12:00Z"));
    EXPECT_EQ(config->author, "Ada");
    EXPECT_EQ(config->user, "app");
    EXPECT_EQ(config->workingDirectory, "/srv");
    EXPECT_EQ(config->entrypoint, (std::vector<std::string>{"/bin/sh", "-c"}));
    EXPECT_EQ(config->command, std::vector<std::string>{"run"});
    EXPECT_EQ(config->environment, (std::vector<std::string>{"PATH=/bin", "A="}));
    EXPECT_EQ(config->exposedPorts, (std::vector<std::string>{"53/udp", "8080/tcp"}));
    EXPECT_EQ(config->labels, (std::map<std::string, std::string>{{"a", "b"}}));
    EXPECT_EQ(config->diffIds, (std::vector<std::string>{"sha256:1", "sha256:2"}));
    ASSERT_EQ(config->history.size(), 2U);
    EXPECT_EQ(config->history[0].createdBy, "COPY");
    EXPECT_EQ(config->history[0].comment, "c");
    EXPECT_EQ(config->history[0].created, parseRfc3339("2026-11-25T08:00:00Z"));
    EXPECT_FALSE(config->history[0].emptyLayer);
    EXPECT_TRUE(config->history[1].emptyLayer);
    EXPECT_EQ(config->history[1].created, std::nullopt);
}

TEST(ImageConfig, LeavesWrongShapesEmpty)
{
    for (
        const auto *text : {
            "{}",
            R"({"os":1,"architecture":[],"created":"yesterday","config":null,"history":{},"rootfs":[]})",
            R"({"config":{"Env":"A=b","Cmd":{"0":"x"},"Entrypoint":null,"ExposedPorts":["80"],"Labels":[],"User":0}})",
            R"({"config":[],"history":[null,1,"x",[]],"rootfs":{"diff_ids":[1,null]}})",
            R"({"config":{"Env":[1],"Labels":{"a":1}},"created":0})",
        }) {
        const auto config = ImageConfig::parse(text);
        ASSERT_TRUE(config) << text;
        EXPECT_EQ(config->platform, Platform());
        EXPECT_EQ(config->created, std::nullopt);
        EXPECT_TRUE(config->environment.empty() && config->command.empty() && config->entrypoint.empty())
            << text;
        EXPECT_TRUE(config->exposedPorts.empty() && config->labels.empty() && config->user.empty()) << text;
        EXPECT_TRUE(config->history.empty() && config->diffIds.empty()) << text;
    }
}

TEST(ImageConfig, KeepsTheGoodEntriesOfAList)
{
    const auto config =
        ImageConfig::parse(R"({"config":{"Env":["A=1",2,"B=3"]},"history":[{"empty_layer":"yes"},7]})");
    EXPECT_EQ(config->environment, (std::vector<std::string>{"A=1", "B=3"}));
    ASSERT_EQ(config->history.size(), 1U);
    EXPECT_FALSE(config->history[0].emptyLayer);
}

TEST(ImageConfig, RefusesWhatIsNoObject)
{
    for (const auto *text : {"", "[]", "null", "1", "{", "\x1f\x8b", "{\"a\":\"\xff\"}", "{} {}"}) {
        const auto config = ImageConfig::parse(text);
        ASSERT_FALSE(config) << text;
        EXPECT_EQ(config.error().kind, ErrorKind::InvalidInput);
    }
}

} // namespace quayside
