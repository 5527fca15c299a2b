// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/chunkeddecoder.h"
#include "localregistry/http/httplimits.h"
#include "localregistry/http/httprequest.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quayside {

/// Parses the requests of a connection, one after the other, from byte slices. The result is the same
/// wherever the input is split, and the time is linear.
///
/// The header section is first scanned for its end, its limits and its line structure; Boost.Beast then
/// parses the complete section. On top of what Beast refuses: a first byte that begins no method, bare CR or
/// LF, folded lines, control characters, non-ASCII targets, integers in any form but `[0-9]{1,18}`, a
/// transfer coding other than exactly `chunked` on HTTP/1.1, Content-Length beside Transfer-Encoding, and not
/// exactly one Host on HTTP/1.1.
class RequestParser
{
public:
    enum class State { Header, Body, Complete, Failed };

    explicit RequestParser(const HttpLimits &limits);

    State state() const { return m_state; }
    /// Valid from State::Body on.
    const HttpRequest &request() const { return m_request; }
    /// After State::Failed: the status to answer with, and why.
    int errorStatus() const { return m_errorStatus; }
    std::string_view errorMessage() const { return m_errorMessage; }

    /// In State::Header. `input` begins with the request's first byte; what was shown before must be shown
    /// again, with more behind it. Returns the bytes of the header section once it is complete, else 0.
    std::size_t readHeader(std::string_view input);
    /// In State::Body. Takes bytes from the front of `input` and returns the next slice of the body, which
    /// may be empty; every byte is shown once.
    std::string_view readBody(std::string_view &input);
    /// Bytes of the body that are still to come; nothing if it is chunked.
    std::optional<std::uint64_t> remaining() const;
    /// Begins with the next request.
    void reset();

private:
    std::size_t scanHeader(std::string_view input);
    bool scanByte(std::string_view input, std::size_t index);
    bool endLine(std::size_t index);
    void parseHeader(std::string_view section);
    bool checkFraming();
    bool checkTransferCoding();
    bool fail(int status, std::string_view message);

    const HttpLimits &m_limits;
    State m_state = State::Header;
    HttpRequest m_request;
    ChunkedDecoder m_chunked;
    std::uint64_t m_remaining = 0;
    std::size_t m_scanned = 0;
    std::size_t m_lineStart = 0;
    int m_lines = 0;
    int m_errorStatus = 0;
    std::string_view m_errorMessage;
};

} // namespace quayside
