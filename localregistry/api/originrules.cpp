// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/originrules.h"

#include "localregistry/http/httprequest.h"

#include <algorithm>

namespace quayside {

namespace {

/// Takes ":port" off. Nothing is taken off if what follows is no port.
std::string_view withoutPort(std::string_view host)
{
    const std::size_t digits = host.find_last_not_of("0123456789");
    if (digits == std::string_view::npos || host[digits] != ':' || digits + 1 == host.size())
        return host;
    return host.substr(0, digits);
}

/// Four decimal numbers up to 255, the first of them 127.
bool isLoopbackAddress(std::string_view name)
{
    int parts = 0;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find('.'), name.size());
        const std::string_view part = name.substr(0, end);
        if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != std::string_view::npos)
            return false;
        int value = 0;
        for (const char c : part)
            value = value * 10 + (c - '0');
        if (value > 255 || (parts == 0 && value != 127))
            return false;
        ++parts;
        if (end == name.size())
            return parts == 4;
        name.remove_prefix(end + 1);
    }
    return false;
}

} // namespace

OriginRules::OriginRules(std::vector<std::string> allowedHosts)
    : m_allowedHosts(std::move(allowedHosts))
{}

std::string_view OriginRules::refusal(const HttpRequest &request) const
{
    if (!(request.version() == 10 && request.host().empty()) && !allowsHost(request.host()))
        return "this host name is not served here";
    if (request.hasHeader("origin"))
        return "requests of web pages are not served";
    const std::string_view site = request.header("sec-fetch-site");
    if (equalsIgnoringCase(site, "cross-site") || equalsIgnoringCase(site, "same-site"))
        return "requests of other sites are not served";
    return {};
}

bool OriginRules::allowsHost(std::string_view host) const
{
    const std::string_view name = withoutPort(host);
    if (equalsIgnoringCase(name, "localhost") || name == "[::1]" || isLoopbackAddress(name))
        return true;
    return std::any_of(m_allowedHosts.begin(), m_allowedHosts.end(), [&](const std::string &allowed) {
        return equalsIgnoringCase(allowed, host) || equalsIgnoringCase(allowed, name);
    });
}

} // namespace quayside
