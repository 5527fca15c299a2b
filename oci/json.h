// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quayside {

/// How much a JSON document may deviate. Both refuse invalid UTF-8, trailing text and nesting over 32 levels.
enum class JsonRules {
    Lenient, ///< Of several equal keys the last one counts: what other registries have stored.
    Strict,  ///< Equal keys in one object are an error: two readers could see two different manifests.
};

/// Parses a whole document. Errors: InvalidInput with the reason and position.
Result<nlohmann::json> parseJson(std::string_view text, JsonRules rules);

/// The string at `key`; nothing if it is absent or has another type.
std::optional<std::string> stringAt(const nlohmann::json &object, const char *key);
/// The exact integer at `key`; nothing if it is absent, has another type, a fraction, or does not fit.
std::optional<std::int64_t> integerAt(const nlohmann::json &object, const char *key);

} // namespace quayside
