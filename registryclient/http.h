// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/tlssettings.h"

#include <QByteArray>
#include <QIODevice>
#include <QList>
#include <QUrl>

#include <functional>
#include <memory>

namespace quayside {

struct HttpHeader
{
    QByteArray name;
    QByteArray value;
};
using HttpHeaders = QList<HttpHeader>;

/// The value of a header, compared without case; empty if it is absent.
QByteArray headerValue(const HttpHeaders &headers, const QByteArray &name);

/// What an answer may weigh, in bytes.
namespace limits {
inline constexpr qint64 manifest = 8 * 1024 * 1024;
inline constexpr qint64 list = 32 * 1024 * 1024;
inline constexpr qint64 errorBody = 64 * 1024;
inline constexpr qint64 token = 64 * 1024;
} // namespace limits

/// Who waits for the answer: a person (Click) goes before paging and filling (Background).
enum class Priority { Click, Background };

/// Bytes moved so far and in total (-1: not known).
using ByteProgress = std::function<void(qint64 done, qint64 total)>;

struct ClientReply;

/// One request as the callers describe it. What concerns every request (encoding, HTTP version, user agent,
/// redirects, repeating) is Transport's business.
struct ClientRequest
{
    QByteArray method = QByteArrayLiteral("GET");
    QUrl url;
    HttpHeaders headers;
    /// Sent to the origin of `url` only, never along a redirect to another one. Empty: no Authorization
    /// header.
    QByteArray authorization;
    /// For the host of `url` only: a redirect to another one is followed with the system's authorities.
    TlsSettings tls;
    QByteArray body;
    /// Streamed instead of `body` when set: seekable, open for reading, `bodySize` bytes from `bodyBegin` on.
    /// Unlike `body` it is never sent again behind our back when a connection breaks: that is Disconnected.
    std::shared_ptr<QIODevice> bodyDevice;
    qint64 bodyBegin = 0;
    qint64 bodySize = 0;
    /// Takes the body of a 200 or 206 answer as it comes; other bodies still go to ClientReply::body.
    std::shared_ptr<QIODevice> sink;
    /// Looks at the head of such an answer before the first byte of its body; false: it is BadAnswer.
    std::function<bool(const ClientReply &head)> acceptsHead;
    /// A longer body of a 2xx answer is TooLarge; other bodies are cut at limits::errorBody.
    qint64 maxBody = limits::list;
    /// Take `maxBody` bytes and close, instead of failing with TooLarge.
    bool cutAtLimit = false;
    /// False: an answer that leads elsewhere is an answer like any other.
    bool followsRedirects = true;
    Priority priority = Priority::Click;
    ByteProgress progress;
};

/// An HTTP answer of any status.
struct ClientReply
{
    int status = 0;
    /// Where it came from, after redirects.
    QUrl url;
    HttpHeaders headers;
    QByteArray body;

    QByteArray header(const QByteArray &name) const { return headerValue(headers, name); }
    bool isSuccess() const { return status >= 200 && status < 300; }
};

} // namespace quayside
