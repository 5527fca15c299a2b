// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/answers.h"

#include "localregistry/http/httprequest.h"
#include "oci/qtconversions.h"

#include <QLoggingCategory>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace quayside {

namespace {

Q_LOGGING_CATEGORY(apiLog, "quayside.registry")

using nlohmann::json;

/// An error of the files below the store: its message names a path.
bool isInternal(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::InvalidInput:
    case ErrorKind::Unsupported:
    case ErrorKind::DigestMismatch:
    case ErrorKind::DeletesDisabled:
        return false;
    default:
        return error.code.empty();
    }
}

struct Mapping
{
    int status;
    std::string_view code; ///< Where the error itself has none.
};

Mapping mappingOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::InvalidInput:
    case ErrorKind::Unsupported:
        return {400, "UNSUPPORTED"};
    case ErrorKind::DigestMismatch:
        return {400, "DIGEST_INVALID"};
    case ErrorKind::NotFound:
        return {404, "NAME_UNKNOWN"};
    case ErrorKind::Conflict:
        return {409, "DENIED"};
    case ErrorKind::TooLarge:
        return {413, "SIZE_INVALID"};
    case ErrorKind::DeletesDisabled:
        return {405, "UNSUPPORTED"};
    case ErrorKind::ReadOnly: // by choice, or since the disk failed
        return error.code == "UNAVAILABLE" ? Mapping{503, "UNAVAILABLE"} : Mapping{405, "UNSUPPORTED"};
    case ErrorKind::TooManyRequests:
        return {429, "TOOMANYREQUESTS"};
    default:
        return {500, "UNKNOWN"};
    }
}

struct Failure
{
    int status;
    std::string_view code;
    std::string_view what;
};

Failure failureOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::NoSpace:
        return {507, "UNAVAILABLE", "cannot be changed: the registry's disk is full"};
    case ErrorKind::TooManyRequests:
        return {503, "UNAVAILABLE", "cannot be reached now: the registry is out of descriptors or memory"};
    case ErrorKind::NotFound: // the store was moved away, or something else stands in its place
    case ErrorKind::Conflict:
        return {503, "UNAVAILABLE", "cannot be reached: the registry's directory is not what it was"};
    default:
        return {500, "UNKNOWN", "cannot be reached: the registry's storage failed"};
    }
}

HttpResponse errorsAnswer(int status, const json &errors)
{
    return jsonAnswer(status, json{{"errors", errors}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

json errorEntry(std::string_view code, std::string_view message, json detail = nullptr)
{
    return json{{"code", code}, {"message", message}, {"detail", std::move(detail)}};
}

/// The digests of an error whose message holds them one a line.
std::vector<std::string> digestsOf(const Error &error)
{
    std::vector<std::string> digests;
    std::string_view rest = error.message;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        digests.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return digests;
}

/// One entry for each.
HttpResponse missingReferences(const Error &error)
{
    json errors = json::array();
    for (const std::string &digest : digestsOf(error)) {
        errors.push_back(
            errorEntry(error.code, "the repository does not hold " + digest, {{"digest", digest}}));
    }
    return errorsAnswer(400, errors);
}

HttpResponse heldEntry(const Error &error)
{
    return errorsAnswer(409, json::array({errorEntry(error.code, "manifests that are kept need it",
                                                     {{"heldBy", digestsOf(error)}})}));
}

/// Whether an entity tag of If-None-Match, with or without W/ and quotes, is `digest`.
bool isTagOf(std::string_view tag, std::string_view digest)
{
    if (tag.starts_with("W/"))
        tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
        tag = tag.substr(1, tag.size() - 2);
    return tag == digest;
}

bool listsDigest(std::string_view rest, std::string_view digest)
{
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        std::string_view tag = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t'))
            tag.remove_prefix(1);
        while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t'))
            tag.remove_suffix(1);
        if (tag == "*" || isTagOf(tag, digest))
            return true;
    }
    return false;
}

HttpResponse withRetry(HttpResponse response)
{
    if (response.status() == 429 || response.status() == 503)
        response.addHeader("Retry-After", "10");
    return response;
}

HttpResponse internalError(const Error &error, std::string_view asked)
{
    qCWarning(apiLog).noquote() << toQString(error.message);
    const Failure failure = failureOf(error);
    const std::string message = std::string(asked) + ' ' + std::string(failure.what);
    return withRetry(errorAnswer(failure.status, failure.code, message));
}

} // namespace

HttpResponse jsonAnswer(int status, std::string json)
{
    HttpResponse response(status, std::move(json));
    response.addHeader("Content-Type", "application/json");
    return response;
}

HttpResponse errorAnswer(int status, std::string_view code, std::string_view message)
{
    return errorsAnswer(status, json::array({errorEntry(code, message)}));
}

HttpResponse errorAnswer(const Error &error, std::string_view asked)
{
    if (isInternal(error))
        return internalError(error, asked);
    if (error.code == "MANIFEST_BLOB_UNKNOWN")
        return missingReferences(error);
    if (error.code == "HELD")
        return heldEntry(error);
    const Mapping mapping = mappingOf(error);
    const std::string_view code = error.code.empty() ? mapping.code : std::string_view(error.code);
    if (mapping.status == 405)
        return methodNotAllowed("GET, HEAD", error.message);
    return withRetry(errorAnswer(mapping.status, code, error.message));
}

HttpResponse methodNotAllowed(std::string_view allow, std::string_view message)
{
    HttpResponse response = errorAnswer(405, "UNSUPPORTED", message);
    response.addHeader("Allow", allow);
    return response;
}

HttpResponse createdAnswer(const RepositoryName &repository, std::string_view kind, const Digest &digest)
{
    const std::string text = digest.toString();
    HttpResponse response(201);
    response.addHeader("Location", "/v2/" + repository.toString() + "/" + std::string(kind) + "/" + text);
    response.addHeader("Docker-Content-Digest", text);
    return response;
}

void addDigestHeaders(HttpResponse &response, std::string_view digest)
{
    response.addHeader("Docker-Content-Digest", digest);
    std::string tag = "\"";
    tag.append(digest).append("\"");
    response.addHeader("ETag", tag);
}

bool matchesDigest(const HttpRequest &request, std::string_view digest)
{
    const auto lines = request.headers("if-none-match");
    return std::any_of(lines.begin(), lines.end(),
                       [&](std::string_view line) { return listsDigest(line, digest); });
}

} // namespace quayside
