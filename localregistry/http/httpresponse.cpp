// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/httpresponse.h"

#include "localregistry/http/httprequest.h"

#include <algorithm>

namespace quayside {

std::string_view HttpResponse::text() const
{
    if (const auto *text = std::get_if<std::string>(&m_body))
        return *text;
    if (const auto *shared = std::get_if<std::shared_ptr<const std::string>>(&m_body))
        return **shared;
    return {};
}

std::optional<std::int64_t> HttpResponse::contentLength() const
{
    if (m_contentLength)
        return m_contentLength;
    if (std::holds_alternative<std::shared_ptr<EventSource>>(m_body))
        return std::nullopt;
    if (const auto *file = std::get_if<FileRange>(&m_body))
        return file->length;
    return static_cast<std::int64_t>(text().size());
}

void HttpResponse::addHeader(std::string_view name, std::string_view value)
{
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(value.begin(), value.end(), isControl)) {
        *this = HttpResponse(500);
        return;
    }
    if (m_headerLines.empty())
        m_headerLines.reserve(384); // what a manifest's answer needs: one allocation
    m_headerLines.append(name).append(": ").append(value).append("\r\n");
}

std::string_view HttpResponse::header(std::string_view name) const
{
    std::string_view rest = m_headerLines;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        const std::size_t colon = line.find(": ");
        if (equalsIgnoringCase(line.substr(0, colon), name))
            return line.substr(colon + 2);
        rest.remove_prefix(end + 2);
    }
    return {};
}

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 416:
        return "Range Not Satisfiable";
    case 417:
        return "Expectation Failed";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 507:
        return "Insufficient Storage";
    default:
        return "Unknown";
    }
}

} // namespace quayside
