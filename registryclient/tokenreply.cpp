// SPDX-License-Identifier: Apache-2.0
#include "registryclient/tokenreply.h"

#include "oci/json.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

using std::chrono::seconds;

constexpr seconds shortest{60};
constexpr seconds longest = std::chrono::hours(24);
constexpr std::size_t maxGrants = 64;

/// Whether the text can stand in a header as it is.
bool isToken(const std::string &text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::optional<std::string> tokenIn(const nlohmann::json &reply)
{
    for (const char *key : {"token", "access_token"}) {
        if (auto token = stringAt(reply, key); token && !token->empty())
            return token;
    }
    return std::nullopt;
}

void addGrant(TokenScope &scope, const nlohmann::json &entry)
{
    const auto type = stringAt(entry, "type");
    const auto name = stringAt(entry, "name");
    const auto actions = entry.find("actions");
    if (!type || !name || actions == entry.end() || !actions->is_array())
        return;
    QByteArrayList names;
    for (const auto &action : *actions) {
        if (action.is_string())
            names.append(toQByteArray(action.get<std::string>()));
    }
    scope.add(toQByteArray(*type + ':' + *name), names);
}

/// The `access` claim of a JSON web token (RFC 7519), whose signature is the registry's business.
std::optional<TokenScope> claimedAccess(const QByteArray &token)
{
    const auto parts = token.split('.');
    if (parts.size() != 3)
        return std::nullopt;
    const QByteArray payload = QByteArray::fromBase64(parts[1], QByteArray::Base64UrlEncoding);
    const auto claims = parseJson(toStringView(payload), JsonRules::Lenient);
    if (!claims || !claims->is_object())
        return std::nullopt;
    const auto access = claims->find("access");
    if (access == claims->end() || !access->is_array() || access->size() > maxGrants)
        return std::nullopt;
    TokenScope scope;
    for (const auto &entry : *access) {
        if (entry.is_object())
            addGrant(scope, entry);
    }
    return scope;
}

} // namespace

Result<TokenReply> readTokenReply(const QByteArray &body)
{
    const auto json = parseJson(toStringView(body), JsonRules::Lenient);
    if (!json || !json->is_object())
        return fail(ErrorKind::BadAnswer, "the token server's answer is no JSON object");
    const auto token = tokenIn(*json);
    if (!token || !isToken(*token))
        return fail(ErrorKind::BadAnswer, "the token server's answer has no token");

    TokenReply reply;
    reply.token = toQByteArray(*token);
    const seconds said(integerAt(*json, "expires_in").value_or(0));
    reply.lifetime = std::clamp(said, shortest, longest);
    reply.granted = claimedAccess(reply.token);
    if (const auto scope = stringAt(*json, "scope"); scope && !reply.granted)
        reply.granted = TokenScope::parse(toQByteArray(*scope));
    return reply;
}

} // namespace quayside
