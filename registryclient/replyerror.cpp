// SPDX-License-Identifier: Apache-2.0
#include "registryclient/replyerror.h"

#include "oci/json.h"
#include "oci/qtconversions.h"

namespace quayside {

namespace {

constexpr std::size_t maxMessage = 400; // bytes of remote text that are kept

ErrorKind kindOf(int status)
{
    switch (status) {
    case 400:
        return ErrorKind::InvalidInput;
    case 401:
        return ErrorKind::Unauthorized;
    case 403:
        return ErrorKind::Forbidden;
    case 404:
        return ErrorKind::NotFound;
    case 405:
        return ErrorKind::Unsupported;
    case 408:
        return ErrorKind::Timeout;
    case 409:
    case 412:
    case 416:
        return ErrorKind::Conflict;
    case 413:
        return ErrorKind::TooLarge;
    case 429:
        return ErrorKind::TooManyRequests;
    case 507:
        return ErrorKind::NoSpace;
    default:
        return status < 400 ? ErrorKind::BadAnswer : ErrorKind::Server;
    }
}

/// Reads `{"errors":[{"code","message"}]}` (OCI Distribution Specification, "Error Codes") into `error`.
void readErrorBody(const QByteArray &body, Error &error)
{
    const auto json = parseJson(toStringView(body), JsonRules::Lenient);
    if (!json || !json->is_object())
        return;
    const auto errors = json->find("errors");
    if (errors == json->end() || !errors->is_array() || errors->empty() || !errors->front().is_object())
        return;
    error.code = stringAt(errors->front(), "code").value_or(std::string()).substr(0, maxMessage);
    if (const auto text = stringAt(errors->front(), "message"); text && !text->empty())
        error.message += ": " + text->substr(0, maxMessage);
}

} // namespace

Error replyError(const ClientReply &reply, std::string_view subject)
{
    Error error{kindOf(reply.status), reply.status, {}, std::string(subject)};
    error.message += ": " + toStdString(reply.url.host()) + " answered " + std::to_string(reply.status);
    readErrorBody(reply.body, error);
    return error;
}

bool isWebPage(const ClientReply &reply)
{
    return reply.header("Content-Type").trimmed().toLower().startsWith("text/html");
}

Error badAnswer(const ClientReply &reply, std::string_view subject, std::string_view why)
{
    std::string message(subject);
    message += ": " + toStdString(reply.url.host());
    if (isWebPage(reply))
        return Error{ErrorKind::NotARegistry, reply.status, {}, message + " sent a web page"};
    return Error{ErrorKind::BadAnswer, reply.status, {}, message + " sent " + std::string(why)};
}

} // namespace quayside
