// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/requestparser.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>

namespace quayside {

namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

std::string_view toStd(string_view text)
{
    return {text.data(), text.size()};
}

/// Feeds what Beast finds in a complete header section into an HttpRequest.
class HeaderParser : public beast::http::basic_parser<true>
{
public:
    explicit HeaderParser(HttpRequest &request)
        : m_request(request)
    {}

    /// A Content-Length that is not exactly 1 to 18 digits. Beast would take "5,5" and "5 ".
    bool hasLaxLength() const { return m_laxLength; }

protected:
    void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                         error_code &) override
    {
        m_request.setRequestLine(toStd(method), toStd(target), version);
    }
    void on_field_impl(beast::http::field name, string_view text, string_view value, error_code &) override
    {
        m_request.addHeader(toStd(text), toStd(value));
        if (name == beast::http::field::content_length)
            readLength(value);
    }
    void on_header_impl(error_code &) override {}
    void on_finish_impl(error_code &) override {}
    // Bodies are not parsed here.
    void on_response_impl(int, string_view, int, error_code &) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t> &, error_code &) override {}
    std::size_t on_body_impl(string_view, error_code &) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code &) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code &) override { return 0; }

private:
    void readLength(string_view value)
    {
        const bool digits =
            std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        // The value lies within the section, which ends every line with CRLF: white space before it shows.
        const bool lineEnds = value.data()[value.size()] == '\r';
        if (value.empty() || value.size() > 18 || !digits || !lineEnds || m_request.contentLength) {
            m_laxLength = true;
            return;
        }
        std::uint64_t length = 0;
        for (const char c : value)
            length = length * 10 + static_cast<std::uint64_t>(c - '0');
        m_request.contentLength = length;
    }

    HttpRequest &m_request;
    bool m_laxLength = false;
};

} // namespace

RequestParser::RequestParser(const HttpLimits &limits)
    : m_limits(limits)
{}

void RequestParser::reset()
{
    m_state = State::Header;
    m_request.clear();
    m_chunked.reset();
    m_remaining = 0;
    m_scanned = m_lineStart = 0;
    m_lines = 0;
}

bool RequestParser::fail(int status, std::string_view message)
{
    m_state = State::Failed;
    m_errorStatus = status;
    m_errorMessage = message;
    return false;
}

std::size_t RequestParser::readHeader(std::string_view input)
{
    const std::size_t length = scanHeader(input);
    if (length > 0)
        parseHeader(input.substr(0, length));
    return m_state == State::Failed ? 0 : length;
}

/// Returns the length of the section once its empty line is there.
std::size_t RequestParser::scanHeader(std::string_view input)
{
    for (; m_scanned < input.size(); ++m_scanned) {
        if (m_scanned >= m_limits.headerSection) {
            fail(431, "the header section is too large");
            return 0;
        }
        const bool atLineEnd = input[m_scanned] == '\n';
        if (!scanByte(input, m_scanned))
            return 0;
        if (!atLineEnd)
            continue;
        if (m_scanned - 1 == m_lineStart)
            return ++m_scanned;
        if (!endLine(m_scanned))
            return 0;
    }
    return 0;
}

bool RequestParser::scanByte(std::string_view input, std::size_t index)
{
    const auto c = static_cast<unsigned char>(input[index]);
    if (index == 0 && !beast::http::detail::is_token_char(input[index]))
        return fail(400, "this is not a request of HTTP/1.1");
    const bool afterCr = index > 0 && input[index - 1] == '\r';
    if ((c == '\n') != afterCr)
        return fail(400, "a line does not end with CR LF");
    if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
        return fail(400, "the header section has a control character");
    if (m_lines > 0 && index == m_lineStart && (c == ' ' || c == '\t'))
        return fail(400, "header lines may not be folded");
    if (m_lines == 0 && c >= 0x80)
        return fail(400, "the request target has a character that is not ASCII");
    if (m_lines == 0 && index >= m_limits.requestLine && c != '\r' && c != '\n')
        return fail(414, "the request line is too long");
    return true;
}

bool RequestParser::endLine(std::size_t index)
{
    if (m_lines > m_limits.headerFields)
        return fail(431, "there are too many header fields");
    ++m_lines;
    m_lineStart = index + 1;
    return true;
}

void RequestParser::parseHeader(std::string_view section)
{
    HeaderParser parser(m_request);
    parser.header_limit(static_cast<std::uint32_t>(section.size()) + 1);
    parser.body_limit(std::uint64_t(1) << 62);
    parser.eager(true); // the start line and the fields in one call
    error_code error;
    parser.put(boost::asio::const_buffer(section.data(), section.size()), error);
    if (parser.hasLaxLength() || error == beast::http::error::bad_content_length) {
        fail(400, "the Content-Length is not valid");
        return;
    }
    if (error || !parser.is_header_done()) {
        fail(400, "the request line or a header field is malformed");
        return;
    }
    m_request.keepAlive = parser.keep_alive();
    if (!checkFraming())
        return;
    m_remaining = m_request.contentLength.value_or(0);
    m_state = m_request.hasBody() ? State::Body : State::Complete;
}

bool RequestParser::checkFraming()
{
    if (!checkTransferCoding())
        return false;
    const int hosts = m_request.countHeader("host");
    if (hosts > 1 || (hosts == 0 && m_request.version() == 11))
        return fail(400, "there must be exactly one Host header");
    if (m_request.hasHeader("expect")) {
        if (!equalsIgnoringCase(m_request.header("expect"), "100-continue"))
            return fail(417, "the expectation is not known");
        m_request.expectContinue = m_request.version() == 11 && m_request.hasBody();
    }
    return true;
}

bool RequestParser::checkTransferCoding()
{
    const int count = m_request.countHeader("transfer-encoding");
    if (count == 0)
        return true;
    if (count > 1 || m_request.contentLength || m_request.version() != 11)
        return fail(400, "Transfer-Encoding is not allowed here");
    const std::string_view coding = m_request.header("transfer-encoding");
    if (equalsIgnoringCase(coding, "chunked")) {
        m_request.chunked = true;
        return true;
    }
    if (equalsIgnoringCase(coding.substr(0, coding.find_first_of(" \t,;")), "chunked"))
        return fail(400, "chunked must be the last transfer coding");
    return fail(501, "the transfer coding is not known");
}

std::string_view RequestParser::readBody(std::string_view &input)
{
    if (m_request.chunked) {
        const std::string_view slice = m_chunked.next(input);
        if (m_chunked.hasFailed())
            fail(400, "the chunked body is malformed");
        else if (m_chunked.isDone())
            m_state = State::Complete;
        return slice;
    }
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(m_remaining, input.size()));
    const std::string_view slice = input.substr(0, length);
    input.remove_prefix(length);
    m_remaining -= length;
    if (m_remaining == 0)
        m_state = State::Complete;
    return slice;
}

std::optional<std::uint64_t> RequestParser::remaining() const
{
    if (m_state == State::Body && m_request.chunked)
        return std::nullopt;
    return m_remaining;
}

} // namespace quayside
