// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include <memory>
#include <string>
#include <utility>

namespace quayside {

/// What went wrong, as callers branch on it. They never branch on `Error::message`.
enum class ErrorKind {
    InvalidInput,         ///< A value does not follow its grammar.
    Unsupported,          ///< Well formed, but neither side can do it.
    NotFound,             ///< The object is not there (404).
    Conflict,             ///< It is held or in use by something else (409, 416).
    Refused,              ///< Nothing listens at the address.
    UnknownHost,          ///< The name does not resolve.
    Timeout,              ///< The peer stopped answering.
    Disconnected,         ///< The connection broke; whether a write happened is not known.
    NotARegistry,         ///< Something answers, but it does not speak the registry API.
    PlainHttp,            ///< The registry does not encrypt and nobody allowed that.
    CertificateUntrusted, ///< Signed by nobody this computer trusts.
    CertificateExpired,   ///< Expired, or not yet valid.
    CertificateWrongHost, ///< Issued for another name.
    ClientCertificate,    ///< The server wants a certificate from us, or refused ours.
    Unauthorized,         ///< The login was not accepted, or one is wanted (401).
    TokenServerUnknown,   ///< The registry sends logins to another host, which the person has not allowed.
    Forbidden,            ///< The login may not do this (403).
    DeletesDisabled,      ///< Deletes are switched off on the registry (405 to a DELETE by digest).
    TooManyRequests,      ///< 429.
    DigestMismatch,       ///< The bytes do not hash to the digest asked for.
    BadAnswer,            ///< The answer has the wrong shape.
    TooLarge,             ///< Over a limit of ours or of the registry (413).
    Moved,                ///< The tag names another digest than the one chosen.
    NoSpace,              ///< The disk is full.
    Storage,              ///< Reading or writing local files failed.
    ReadOnly,             ///< The store or the registry takes no writes.
    Cancelled,            ///< The person or the program stopped it.
    Server,               ///< 5xx, or a status that has no kind of its own.
};

struct PeerCertificate;

/// An error as a value. `message` is plain text and may quote a remote peer: treat it as untrusted.
struct Error
{
    ErrorKind kind = ErrorKind::Server;
    int httpStatus = 0;  ///< 0 when no HTTP answer was involved.
    std::string code;    ///< The registry's error code, e.g. "MANIFEST_UNKNOWN"; empty if none.
    std::string message; ///< For people; says what happened to what.
    /// Of the Certificate… kinds: what the server showed.
    std::shared_ptr<const PeerCertificate> certificate = {};
};

template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for `return fail(ErrorKind::NotFound, "…");`.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message)
{
    return tl::unexpected<Error>(Error{kind, 0, {}, std::move(message)});
}

} // namespace quayside
