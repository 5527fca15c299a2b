// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/http.h"

#include <QCoroTask>
#include <QNetworkRequest>
#include <QSslConfiguration>

#include <stop_token>

class QNetworkAccessManager;

namespace quayside {

struct TransportOptions;

/// The network request with this project's rules: identity encoding, HTTP/1.1, redirects, cookies and logins
/// by hand. `tls`: see tlsConfiguration().
QNetworkRequest networkRequest(const ClientRequest &request, const TransportOptions &options,
                               const QSslConfiguration &tls);

/// Sends one request over the network, once, and reads the answer. Errors: see Transport::send().
QCoro::Task<Result<ClientReply>> exchange(QNetworkAccessManager *manager, QSslConfiguration tls,
                                          ClientRequest request, const TransportOptions *options,
                                          std::stop_token stop);

} // namespace quayside
