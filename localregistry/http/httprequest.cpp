// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/httprequest.h"

#include <algorithm>

namespace quayside {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

HttpRequest::HttpRequest(std::string_view method, std::string_view target, int version)
{
    setRequestLine(method, target, version);
}

std::string_view HttpRequest::host() const
{
    return m_authority.length > 0 ? view(m_authority) : header("host");
}

std::string_view HttpRequest::header(std::string_view name) const
{
    for (const Field &field : m_fields) {
        if (equalsIgnoringCase(view(field.name), name))
            return view(field.value);
    }
    return {};
}

std::vector<std::string_view> HttpRequest::headers(std::string_view name) const
{
    std::vector<std::string_view> values;
    for (const Field &field : m_fields) {
        if (equalsIgnoringCase(view(field.name), name))
            values.push_back(view(field.value));
    }
    return values;
}

int HttpRequest::countHeader(std::string_view name) const
{
    return static_cast<int>(std::count_if(m_fields.begin(), m_fields.end(), [&](const Field &field) {
        return equalsIgnoringCase(view(field.name), name);
    }));
}

void HttpRequest::clear()
{
    m_text.clear();
    m_fields.clear();
    m_method = m_path = m_query = m_authority = {};
    m_version = 11;
    contentLength.reset();
    chunked = false;
    keepAlive = true;
    expectContinue = false;
}

void HttpRequest::setRequestLine(std::string_view method, std::string_view target, int version)
{
    m_method = append(method);
    m_version = version;
    constexpr std::string_view scheme = "http://";
    if (equalsIgnoringCase(target.substr(0, scheme.size()), scheme)) {
        target.remove_prefix(scheme.size());
        const std::size_t end = std::min(target.find_first_of("/?"), target.size());
        m_authority = append(target.substr(0, end));
        target.remove_prefix(end);
    }
    const std::size_t question = target.find('?');
    m_path = append(target.substr(0, question));
    if (question != std::string_view::npos)
        m_query = append(target.substr(question + 1));
}

void HttpRequest::addHeader(std::string_view name, std::string_view value)
{
    const Piece namePiece = append(name);
    m_fields.push_back({namePiece, append(value)});
}

HttpRequest::Piece HttpRequest::append(std::string_view text)
{
    const Piece piece{static_cast<std::uint32_t>(m_text.size()), static_cast<std::uint32_t>(text.size())};
    m_text.append(text);
    return piece;
}

} // namespace quayside
