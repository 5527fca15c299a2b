// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httpresponse.h"
#include "oci/digest.h"
#include "oci/error.h"
#include "oci/repositoryname.h"

#include <string>
#include <string_view>

namespace quayside {

class HttpRequest;

/// A success whose body is JSON.
HttpResponse jsonAnswer(int status, std::string json);
/// One error in the form of the distribution specification ("Error Codes").
HttpResponse errorAnswer(int status, std::string_view code, std::string_view message);
/// The store's error: its kind gives the status, its code stands in the body. Failures of the disk, which
/// have no code, are logged, and described without their paths as what was `asked` for.
HttpResponse errorAnswer(const Error &error, std::string_view asked = "the registry's storage");
HttpResponse methodNotAllowed(std::string_view allow, std::string_view message);
/// 201 with `Location` and `Docker-Content-Digest`; `kind` is "blobs" or "manifests".
HttpResponse createdAnswer(const RepositoryName &repository, std::string_view kind, const Digest &digest);

/// Adds `ETag` and `Docker-Content-Digest`.
void addDigestHeaders(HttpResponse &response, std::string_view digest);
/// If-None-Match names the digest: quoted, unquoted, weak or "*".
bool matchesDigest(const HttpRequest &request, std::string_view digest);

} // namespace quayside
