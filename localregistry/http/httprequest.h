// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quayside {

/// The header of a request, as it came: nothing is decoded. All text lives in one buffer that is reused from
/// request to request on a connection, so reading one costs no allocation once the buffers have grown.
class HttpRequest
{
public:
    HttpRequest() = default;
    HttpRequest(std::string_view method, std::string_view target, int version = 11);

    std::string_view method() const { return view(m_method); }
    /// The path of the target, still percent-encoded.
    std::string_view path() const { return view(m_path); }
    /// What follows the "?", without it; still percent-encoded.
    std::string_view query() const { return view(m_query); }
    /// 10 or 11.
    int version() const { return m_version; }
    /// The host that was asked for, with its port: of the target if that is absolute (RFC 9112,
    /// section 3.2.2), else of the Host header.
    std::string_view host() const;
    /// The first header of that name, in any case; empty if there is none.
    std::string_view header(std::string_view name) const;
    /// All headers of that name, in their order: the lines of one list (RFC 9110, section 5.3).
    std::vector<std::string_view> headers(std::string_view name) const;
    bool hasHeader(std::string_view name) const { return countHeader(name) > 0; }
    int countHeader(std::string_view name) const;

    void clear();
    void setRequestLine(std::string_view method, std::string_view target, int version);
    void addHeader(std::string_view name, std::string_view value);

    std::optional<std::uint64_t> contentLength; ///< Bytes; nothing without the header.
    bool chunked = false;
    bool keepAlive = true;
    bool expectContinue = false; ///< The body waits for "100 Continue".

    bool hasBody() const { return chunked || contentLength.value_or(0) > 0; }

private:
    struct Piece
    {
        std::uint32_t offset = 0;
        std::uint32_t length = 0;
    };
    struct Field
    {
        Piece name;
        Piece value;
    };
    Piece append(std::string_view text);
    std::string_view view(Piece piece) const
    {
        return std::string_view(m_text).substr(piece.offset, piece.length);
    }

    std::string m_text;
    Piece m_method;
    Piece m_path;
    Piece m_query;
    Piece m_authority;
    int m_version = 11;
    std::vector<Field> m_fields;
};

/// Compares ASCII text without regard to case.
bool equalsIgnoringCase(std::string_view a, std::string_view b);

} // namespace quayside
