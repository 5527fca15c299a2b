// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/http.h"

#include <QCoroTask>
#include <QNetworkRequest>

#include <stop_token>

class QNetworkAccessManager;

namespace quayside {

struct TransportOptions;

/// The network request with this project's rules: identity encoding, HTTP/1.1, redirects, cookies and logins
/// by hand, certificates verified, TLS 1.2 or later.
QNetworkRequest networkRequest(const ClientRequest &request, const TransportOptions &options);

/// Sends one request over the network, once, and reads the answer. Errors: see Transport::send().
QCoro::Task<Result<ClientReply>> exchange(QNetworkAccessManager *manager, ClientRequest request,
                                          const TransportOptions *options, std::stop_token stop);

} // namespace quayside
