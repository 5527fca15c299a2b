// SPDX-License-Identifier: Apache-2.0
#include "oci/json.h"

#include <limits>
#include <vector>

namespace quayside {

namespace {

constexpr std::size_t maxDepth = 32;

// Builds the document from the parser's events and stops at the first one that the rules forbid. (The
// library's own callback looks through all elements of an array each time that one of them ends, which takes
// a few hundred kilobytes of "{}," minutes.)
class Builder final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit Builder(JsonRules rules)
        : m_rules(rules)
    {}

    Result<nlohmann::json> take()
    {
        if (!m_error.empty())
            return fail(ErrorKind::InvalidInput, m_error);
        return std::move(m_document);
    }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t &) override { return add(value); }
    bool string(string_t &value) override { return add(std::move(value)); }
    bool binary(binary_t &) override { return stop("binary data"); } // no part of JSON
    bool start_object(std::size_t) override { return open(nlohmann::json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(nlohmann::json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t &name) override
    {
        auto &object = *m_open.back();
        if (m_rules == JsonRules::Strict && object.contains(name))
            return stop("the JSON has the key \"" + name + "\" twice");
        m_member = &object[name];
        return true;
    }

    bool parse_error(std::size_t, const std::string &, const nlohmann::json::exception &error) override
    {
        return stop(std::string("not valid JSON: ") + error.what());
    }

private:
    nlohmann::json &place()
    {
        if (m_open.empty())
            return m_document;
        return m_open.back()->is_array() ? m_open.back()->emplace_back() : *m_member;
    }
    bool add(nlohmann::json value)
    {
        place() = std::move(value);
        return true;
    }
    bool open(nlohmann::json container)
    {
        if (m_open.size() == maxDepth)
            return stop("the JSON is nested deeper than 32 levels");
        auto &opened = place();
        opened = std::move(container);
        m_open.push_back(&opened); // stays where it is: nothing is added to its parent before it is closed
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }
    bool stop(std::string why)
    {
        m_error = std::move(why);
        return false;
    }

    JsonRules m_rules;
    nlohmann::json m_document;
    std::vector<nlohmann::json *> m_open; // objects and arrays, the outermost first
    nlohmann::json *m_member = nullptr;   // of the innermost object: where its next value goes
    std::string m_error;
};

} // namespace

Result<nlohmann::json> parseJson(std::string_view text, JsonRules rules)
{
    // The parser takes a zero byte for the end, and what follows would not be looked at.
    if (text.find('\0') != std::string_view::npos)
        return fail(ErrorKind::InvalidInput, "not valid JSON: a zero byte");
    Builder builder(rules);
    nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    return builder.take();
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
