// SPDX-License-Identifier: Apache-2.0
#include "oci/imageconfig.h"

#include "oci/json.h"

namespace quayside {

namespace {

std::vector<std::string> stringsAt(const nlohmann::json &object, const char *key)
{
    std::vector<std::string> strings;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array())
        return strings;
    for (const auto &entry : *found) {
        if (entry.is_string())
            strings.push_back(entry.get<std::string>());
    }
    return strings;
}

std::optional<Timestamp> timeAt(const nlohmann::json &object, const char *key)
{
    const auto text = stringAt(object, key);
    return text ? parseRfc3339(*text) : std::nullopt;
}

void readRuntime(const nlohmann::json &runtime, ImageConfig &config)
{
    config.user = stringAt(runtime, "User").value_or("");
    config.workingDirectory = stringAt(runtime, "WorkingDir").value_or("");
    config.entrypoint = stringsAt(runtime, "Entrypoint");
    config.command = stringsAt(runtime, "Cmd");
    config.environment = stringsAt(runtime, "Env");
    if (const auto ports = runtime.find("ExposedPorts"); ports != runtime.end() && ports->is_object()) {
        for (const auto &[port, unused] : ports->items())
            config.exposedPorts.push_back(port);
    }
    if (const auto labels = runtime.find("Labels"); labels != runtime.end() && labels->is_object()) {
        for (const auto &[key, value] : labels->items()) {
            if (value.is_string())
                config.labels.emplace(key, value.get<std::string>());
        }
    }
}

void readHistory(const nlohmann::json &history, ImageConfig &config)
{
    for (const auto &step : history) {
        if (!step.is_object())
            continue;
        const auto empty = step.find("empty_layer");
        config.history.push_back({stringAt(step, "created_by").value_or(""),
                                  stringAt(step, "comment").value_or(""), timeAt(step, "created"),
                                  empty != step.end() && empty->is_boolean() && empty->get<bool>()});
    }
}

} // namespace

Result<ImageConfig> ImageConfig::parse(std::string_view bytes)
{
    const auto json = parseJson(bytes, JsonRules::Lenient);
    if (!json)
        return tl::unexpected(json.error());
    if (!json->is_object())
        return fail(ErrorKind::InvalidInput, "an image config is a JSON object");

    ImageConfig config;
    config.platform = {stringAt(*json, "os").value_or(""), stringAt(*json, "architecture").value_or(""),
                       stringAt(*json, "variant").value_or("")};
    config.created = timeAt(*json, "created");
    config.author = stringAt(*json, "author").value_or("");
    if (const auto runtime = json->find("config"); runtime != json->end() && runtime->is_object())
        readRuntime(*runtime, config);
    if (const auto history = json->find("history"); history != json->end() && history->is_array())
        readHistory(*history, config);
    if (const auto rootfs = json->find("rootfs"); rootfs != json->end() && rootfs->is_object())
        config.diffIds = stringsAt(*rootfs, "diff_ids");
    return config;
}

} // namespace quayside
