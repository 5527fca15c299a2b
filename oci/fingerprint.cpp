// SPDX-License-Identifier: Apache-2.0
#include "oci/fingerprint.h"

namespace quayside {

namespace {

constexpr std::size_t digits = 64;

char upperCase(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool isHex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

/// What stands behind "SHA-256", "SHA256 Fingerprint=" and the like; `text` is in upper case.
std::string_view withoutLabel(std::string_view text)
{
    for (const std::string_view label : {"SHA-256", "SHA256"}) {
        if (!text.starts_with(label))
            continue;
        text.remove_prefix(label.size());
        if (text.starts_with(" FINGERPRINT"))
            text.remove_prefix(std::string_view(" FINGERPRINT").size());
        if (!text.empty() && (text.front() == '=' || text.front() == ':' || text.front() == ' '))
            text.remove_prefix(1);
        break;
    }
    return text;
}

} // namespace

Result<Fingerprint> Fingerprint::parse(std::string_view text)
{
    std::string upper(text.substr(0, 256));
    for (char &c : upper)
        c = upperCase(c);
    std::string_view rest = withoutLabel(upper);
    const bool hasColons = rest.size() > 2 && rest[2] == ':';
    const std::size_t step = hasColons ? 3 : 2;
    const std::size_t length = hasColons ? digits / 2 * 3 - 1 : digits;
    const auto wrong = fail(ErrorKind::InvalidInput, "a SHA-256 fingerprint has 64 hexadecimal digits");
    if (rest.size() != length)
        return wrong;
    std::string made;
    for (std::size_t at = 0; at < rest.size(); at += step) {
        if (!isHex(rest[at]) || !isHex(rest[at + 1]))
            return wrong;
        const bool last = at + 2 >= rest.size();
        if (hasColons && !last && rest[at + 2] != ':')
            return wrong;
        made += rest.substr(at, 2);
        if (!last)
            made += ':';
    }
    return Fingerprint(std::move(made));
}

} // namespace quayside
