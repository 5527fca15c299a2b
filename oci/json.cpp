// SPDX-License-Identifier: Apache-2.0
#include "oci/json.h"

#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

namespace quayside {

namespace {

constexpr int maxDepth = 32;

// Watches the parser's events; throws at the first one that the rules forbid.
class RuleChecker
{
public:
    explicit RuleChecker(JsonRules rules)
        : m_rules(rules)
    {}

    bool operator()(int /*depth*/, nlohmann::json::parse_event_t event, nlohmann::json &parsed)
    {
        using Event = nlohmann::json::parse_event_t;
        switch (event) {
        case Event::object_start:
        case Event::array_start:
            if (static_cast<int>(m_keys.size()) == maxDepth)
                throw std::runtime_error("the JSON is nested deeper than 32 levels");
            m_keys.emplace_back();
            break;
        case Event::object_end:
        case Event::array_end:
            m_keys.pop_back();
            break;
        case Event::key:
            if (m_rules == JsonRules::Strict && !m_keys.back().insert(parsed.get<std::string>()).second)
                throw std::runtime_error("the JSON has the key \"" + parsed.get<std::string>() + "\" twice");
            break;
        case Event::value:
            break;
        }
        return true;
    }

private:
    JsonRules m_rules;
    std::vector<std::set<std::string>> m_keys; // one set for each open object or array
};

} // namespace

Result<nlohmann::json> parseJson(std::string_view text, JsonRules rules)
{
    // The parser takes a zero byte for the end, and what follows would not be looked at.
    if (text.find('\0') != std::string_view::npos)
        return fail(ErrorKind::InvalidInput, "not valid JSON: a zero byte");
    RuleChecker checker(rules);
    try {
        return nlohmann::json::parse(text.begin(), text.end(), std::ref(checker));
    } catch (const nlohmann::json::exception &error) {
        return fail(ErrorKind::InvalidInput, std::string("not valid JSON: ") + error.what());
    } catch (const std::runtime_error &error) {
        return fail(ErrorKind::InvalidInput, error.what());
    }
}

std::optional<std::string> stringAt(const nlohmann::json &object, const char *key)
{
    if (!object.is_object())
        return std::nullopt;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string())
        return std::nullopt;
    return found->get<std::string>();
}

std::optional<std::int64_t> integerAt(const nlohmann::json &object, const char *key)
{
    if (!object.is_object())
        return std::nullopt;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer())
        return std::nullopt;
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return found->get<std::int64_t>();
}

} // namespace quayside
