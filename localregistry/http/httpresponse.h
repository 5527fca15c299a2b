// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace quayside {

/// A body that never ends by itself: text that becomes ready from time to time (Server-Sent Events).
class EventSource
{
public:
    virtual ~EventSource() = default;
    /// `wake` is called from any thread whenever take() has something new. It is not called any more once
    /// close() has returned.
    virtual void open(std::function<void()> wake) = 0;
    virtual void close() = 0;
    /// What became ready since the last call; nothing when the reader fell too far behind and is to be
    /// dropped.
    virtual std::optional<std::string> take() = 0;
};

/// A part of an open file, sent by the kernel without passing through this process.
struct FileRange
{
    std::shared_ptr<const int> descriptor;
    std::int64_t offset = 0; ///< Bytes.
    std::int64_t length = 0; ///< Bytes.
};

/// An answer as a value. To a HEAD request the same is given as to GET; the connection leaves the body out.
class HttpResponse
{
public:
    using Body = std::variant<std::monostate, std::string, std::shared_ptr<const std::string>, FileRange,
                              std::shared_ptr<EventSource>>;

    explicit HttpResponse(int status = 200, Body body = {})
        : m_status(status)
        , m_body(std::move(body))
    {}

    int status() const { return m_status; }
    const Body &body() const { return m_body; }
    /// The text of a body that is in memory; empty for the others.
    std::string_view text() const;
    /// Bytes of the body; nothing for an event stream.
    std::optional<std::int64_t> contentLength() const;
    /// States a length although there is no body: for HEAD, answered without opening the content.
    void setContentLength(std::int64_t length) { m_contentLength = length; }

    /// Adds a header. A value with a control character would split the answer: the whole answer becomes a 500
    /// then.
    void addHeader(std::string_view name, std::string_view value);
    /// The first header of that name, in any case; empty if there is none.
    std::string_view header(std::string_view name) const;
    /// All headers as they are sent, each line ended by CRLF.
    const std::string &headerLines() const { return m_headerLines; }

private:
    int m_status;
    Body m_body;
    std::optional<std::int64_t> m_contentLength;
    std::string m_headerLines;
};

/// The reason phrase of a status, e.g. "Not Found".
std::string_view reasonPhrase(int status);

} // namespace quayside
