// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/responsewriter.h"

#include <algorithm>
#include <charconv>

namespace quayside {

namespace {

/// A body up to this is copied behind its header, so that both leave in one send.
constexpr std::size_t joinedBody = 64 * 1024;
/// A connection gives way to the others of its thread after so many bytes of a file.
constexpr std::int64_t fileTurn = 4 * 1024 * 1024;
/// A text buffer that grew beyond this is given back once it is empty.
constexpr std::size_t keptCapacity = 64 * 1024;

void appendNumber(std::string &out, std::int64_t number, int base = 10)
{
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number, base).ptr;
    out.append(digits, end);
}

bool hasNoContent(int status)
{
    return status == 204 || status == 304;
}

} // namespace

void ResponseWriter::append(const HttpResponse &response, const ResponseFraming &framing)
{
    appendHead(response, framing);
    if (!framing.headOnly && !hasNoContent(response.status()))
        appendBody(response.body());
}

void ResponseWriter::appendHead(const HttpResponse &response, const ResponseFraming &framing)
{
    m_text.append("HTTP/1.1 ");
    appendNumber(m_text, response.status());
    m_text.append(" ").append(reasonPhrase(response.status())).append("\r\n");
    m_text.append(framing.commonHeaders).append("Date: ").append(framing.date).append("\r\n");
    m_text.append(response.headerLines());
    if (const auto length = response.contentLength(); !length) {
        if (framing.version == 11)
            m_text.append("Transfer-Encoding: chunked\r\n");
    } else if (!hasNoContent(response.status())) {
        m_text.append("Content-Length: ");
        appendNumber(m_text, *length);
        m_text.append("\r\n");
    }
    if (!framing.keepAlive)
        m_text.append("Connection: close\r\n");
    else if (framing.version == 10)
        m_text.append("Connection: keep-alive\r\n");
    m_text.append("\r\n");
}

void ResponseWriter::appendBody(const HttpResponse::Body &body)
{
    if (const auto *text = std::get_if<std::string>(&body)) {
        if (text->size() <= joinedBody)
            m_text.append(*text);
        else
            m_shared = std::make_shared<const std::string>(*text);
    } else if (const auto *shared = std::get_if<std::shared_ptr<const std::string>>(&body)) {
        if ((*shared)->size() <= joinedBody)
            m_text.append(**shared);
        else
            m_shared = *shared;
    } else if (const auto *file = std::get_if<FileRange>(&body); file && file->length > 0) {
        m_file = *file;
    }
    m_sharedWritten = 0;
}

void ResponseWriter::appendChunk(std::string_view text)
{
    appendNumber(m_text, static_cast<std::int64_t>(text.size()), 16);
    m_text.append("\r\n").append(text).append("\r\n");
}

ResponseWriter::Progress ResponseWriter::flush(ByteStream &stream)
{
    if (const Progress progress = flushText(stream); progress != Progress::Done)
        return progress;
    if (m_shared)
        return flushShared(stream);
    if (m_file)
        return flushFile(stream);
    return Progress::Done;
}

ResponseWriter::Progress ResponseWriter::flushText(ByteStream &stream)
{
    while (m_written < m_text.size()) {
        const std::span<const char> rest(m_text.data() + m_written, m_text.size() - m_written);
        const IoResult result = stream.write(rest, hasBody());
        if (result.status == IoResult::Status::Blocked)
            return Progress::Blocked;
        if (result.status != IoResult::Status::Ok)
            return Progress::Failed;
        m_written += result.bytes;
    }
    m_text.clear();
    m_written = 0;
    if (m_text.capacity() > keptCapacity)
        m_text.shrink_to_fit();
    return Progress::Done;
}

ResponseWriter::Progress ResponseWriter::flushShared(ByteStream &stream)
{
    while (m_sharedWritten < m_shared->size()) {
        const std::span<const char> rest(m_shared->data() + m_sharedWritten,
                                         m_shared->size() - m_sharedWritten);
        const IoResult result = stream.write(rest, false);
        if (result.status == IoResult::Status::Blocked)
            return Progress::Blocked;
        if (result.status != IoResult::Status::Ok)
            return Progress::Failed;
        m_sharedWritten += result.bytes;
    }
    m_shared.reset();
    return Progress::Done;
}

ResponseWriter::Progress ResponseWriter::flushFile(ByteStream &stream)
{
    std::int64_t turn = fileTurn;
    while (m_file->length > 0) {
        if (turn <= 0)
            return Progress::Blocked;
        const IoResult result =
            stream.sendFile(*m_file->descriptor, m_file->offset, std::min(m_file->length, turn));
        if (result.status == IoResult::Status::Blocked)
            return Progress::Blocked;
        if (result.status != IoResult::Status::Ok)
            return Progress::Failed; // also a file that became shorter: the peer must not take it for whole
        const auto sent = static_cast<std::int64_t>(result.bytes);
        m_file->offset += sent;
        m_file->length -= sent;
        turn -= sent;
    }
    m_file.reset();
    return Progress::Done;
}

} // namespace quayside
