// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/keyvalues.h"

#include <algorithm>

namespace quayside {

namespace {

const std::string versionKey = "v";
const std::string version = "1";

} // namespace

KeyValues::KeyValues()
    : m_lines{{versionKey, version}}
{}

Result<KeyValues> KeyValues::parse(std::string_view text)
{
    KeyValues result;
    result.m_lines.clear();
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return fail(ErrorKind::InvalidInput, "a line is not of the form key=value");
        result.m_lines.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    }
    if (result.m_lines.empty() || result.m_lines.front().first != versionKey)
        return fail(ErrorKind::InvalidInput, "the first line is not a version");
    if (result.m_lines.front().second != version)
        return fail(ErrorKind::Unsupported, "format version " + result.m_lines.front().second +
                                                "; this program knows version " + version);
    return result;
}

std::optional<std::string> KeyValues::value(std::string_view key) const
{
    const auto found =
        std::find_if(m_lines.begin(), m_lines.end(), [&](const auto &l) { return l.first == key; });
    return found == m_lines.end() ? std::nullopt : std::optional(found->second);
}

void KeyValues::set(std::string_view key, std::string_view value)
{
    std::string line(value);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; },
        ' ');
    const auto found =
        std::find_if(m_lines.begin(), m_lines.end(), [&](const auto &l) { return l.first == key; });
    if (found == m_lines.end())
        m_lines.emplace_back(key, std::move(line));
    else
        found->second = std::move(line);
}

void KeyValues::remove(std::string_view key)
{
    std::erase_if(m_lines, [&](const auto &line) { return line.first == key; });
}

std::string KeyValues::toString() const
{
    std::string text;
    for (const auto &[key, value] : m_lines)
        text += key + '=' + value + '\n';
    return text;
}

} // namespace quayside
