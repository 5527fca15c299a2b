// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/bytestream.h"
#include "localregistry/http/httpresponse.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quayside {

/// How one answer is framed.
struct ResponseFraming
{
    int version = 11;
    bool headOnly = false; ///< The request was HEAD.
    bool keepAlive = true;
    std::string_view commonHeaders;
    std::string_view date; ///< For the Date header.
};

/// The output side of a connection: answers in order, small ones joined into one send, large ones never
/// copied.
class ResponseWriter
{
public:
    enum class Progress { Done, Blocked, Failed };

    /// Queues an answer. Only while !hasBody().
    void append(const HttpResponse &response, const ResponseFraming &framing);
    /// Queues text as it is.
    void append(std::string_view text) { m_text.append(text); }
    /// Queues text as one chunk of the chunked coding.
    void appendChunk(std::string_view text);

    bool isEmpty() const { return m_text.empty() && !hasBody(); }
    bool hasBody() const { return m_shared != nullptr || m_file.has_value(); }
    /// Bytes of text that wait.
    std::size_t queued() const { return m_text.size() - m_written; }
    Progress flush(ByteStream &stream);

private:
    void appendHead(const HttpResponse &response, const ResponseFraming &framing);
    void appendBody(const HttpResponse::Body &body);
    Progress flushText(ByteStream &stream);
    Progress flushShared(ByteStream &stream);
    Progress flushFile(ByteStream &stream);

    std::string m_text;
    std::size_t m_written = 0; ///< Of m_text.
    std::shared_ptr<const std::string> m_shared;
    std::size_t m_sharedWritten = 0;
    std::optional<FileRange> m_file; ///< What is left of it.
};

} // namespace quayside
