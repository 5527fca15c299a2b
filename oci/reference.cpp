// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <algorithm>

namespace quayside {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isAlnum(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isPort(std::string_view text)
{
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), isDigit))
        return false;
    int value = 0;
    for (char c : text)
        value = value * 10 + (c - '0');
    return value >= 1 && value <= 65535;
}

// Labels of letters, digits and inner "-" or "_", at most 63 bytes each (RFC 1123; "_" occurs in container
// networks).
bool isDnsName(std::string_view text)
{
    if (text.empty() || text.size() > 253)
        return false;
    std::size_t at = 0;
    while (true) {
        const auto dot = text.find('.', at);
        const auto label = text.substr(at, dot == std::string_view::npos ? dot : dot - at);
        if (label.empty() || label.size() > 63 || !isAlnum(label.front()) || !isAlnum(label.back()))
            return false;
        if (!std::all_of(label.begin(), label.end(),
                         [](char c) { return isAlnum(c) || c == '-' || c == '_'; }))
            return false;
        if (dot == std::string_view::npos)
            return true;
        at = dot + 1;
    }
}

bool isBracketedIpv6(std::string_view text)
{
    if (text.size() < 4 || text.size() > 47 || text.front() != '[' || text.back() != ']')
        return false;
    const auto inner = text.substr(1, text.size() - 2);
    const auto isHexColonDot = [](char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    };
    return std::all_of(inner.begin(), inner.end(), isHexColonDot) &&
           std::count(inner.begin(), inner.end(), ':') >= 2;
}

bool looksLikeHost(std::string_view component)
{
    return component == "localhost" || component.front() == '[' ||
           component.find_first_of(".:") != std::string_view::npos;
}

} // namespace

Result<TagOrDigest> parseTagOrDigest(std::string_view text)
{
    if (text.find(':') != std::string_view::npos) {
        auto digest = Digest::parse(text);
        if (!digest)
            return tl::unexpected(digest.error());
        return TagOrDigest(*digest);
    }
    auto tag = Tag::parse(text);
    if (!tag)
        return tl::unexpected(tag.error());
    return TagOrDigest(*tag);
}

std::string toString(const TagOrDigest &reference)
{
    return std::visit([](const auto &value) { return value.toString(); }, reference);
}

Result<std::string> parseRegistryHost(std::string_view text)
{
    std::string_view name = text;
    const auto bracket = text.rfind(']');
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        if (!isPort(text.substr(colon + 1)))
            return fail(ErrorKind::InvalidInput, "the port is a number from 1 to 65535");
        name = text.substr(0, colon);
    }
    if (!isDnsName(name) && !isBracketedIpv6(name))
        return fail(ErrorKind::InvalidInput, "the host is a name or an address, e.g. registry.example:5000");
    return std::string(text);
}

Result<Reference> Reference::parse(std::string_view text)
{
    std::optional<Digest> digest;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        auto parsed = Digest::parse(text.substr(at + 1));
        if (!parsed)
            return tl::unexpected(parsed.error());
        digest = *parsed;
        text = text.substr(0, at);
    }

    std::string host;
    if (const auto slash = text.find('/'); slash != std::string_view::npos && slash > 0) {
        if (const auto first = text.substr(0, slash); looksLikeHost(first)) {
            auto parsed = parseRegistryHost(first);
            if (!parsed)
                return tl::unexpected(parsed.error());
            host = *parsed;
            text = text.substr(slash + 1);
        }
    }

    std::optional<Tag> tag;
    if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        auto parsed = Tag::parse(text.substr(colon + 1));
        if (!parsed)
            return tl::unexpected(parsed.error());
        tag = *parsed;
        text = text.substr(0, colon);
    }

    auto repository = RepositoryName::parse(text);
    if (!repository)
        return tl::unexpected(repository.error());
    return Reference{std::move(host), std::move(*repository), std::move(tag), digest};
}

std::string Reference::toString() const
{
    std::string text = host.empty() ? std::string() : host + '/';
    text += repository.toString();
    if (tag)
        text += ':' + tag->toString();
    if (digest)
        text += '@' + digest->toString();
    return text;
}

} // namespace quayside
