// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httprequest.h"
#include "localregistry/http/httpresponse.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace quayside {

class BodyReceiver;
struct HttpAction;

/// Work that may block on the disk. It runs start to end on one thread of the commit pool.
using HttpJob = std::function<HttpAction()>;

/// What is to happen next with a request: answer it, do blocking work first, or receive its body. An answer
/// may come before the body was read; the connection then deals with the rest of it.
struct HttpAction : std::variant<HttpResponse, HttpJob, std::unique_ptr<BodyReceiver>>
{
    using variant::variant;
};

/// Takes a request's body in slices, on the thread of the connection. Destroyed without finish() when the
/// connection breaks or a limit is passed.
class BodyReceiver
{
public:
    virtual ~BodyReceiver() = default;
    /// The next slice. An answer ends the request early.
    virtual std::optional<HttpResponse> receive(std::string_view bytes) = 0;
    /// The body is complete.
    virtual HttpAction finish() = 0;
};

/// What a server serves. All methods are called from several threads at once.
class HttpHandler
{
public:
    virtual ~HttpHandler() = default;
    /// Decides about a request once its header is complete. Must not block.
    virtual HttpAction handle(const HttpRequest &request) = 0;
    /// The answer to a request that breaks a rule of HTTP or a limit of the server.
    virtual HttpResponse protocolError(int status, std::string_view message) const = 0;
    /// Header lines that every answer carries, each ended by CRLF.
    virtual std::string_view commonHeaders() const = 0;
};

} // namespace quayside
