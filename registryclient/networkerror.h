// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

class QNetworkReply;

namespace quayside {

/// Whether the reply failed below HTTP: no status, or a body that broke off. Error statuses are no failure.
bool failedBelowHttp(const QNetworkReply &reply);

/// Why, if it was not the server's certificate (see CertificateCheck). `wasSent`: whether a request left on a
/// connection.
Error networkError(const QNetworkReply &reply, bool wasSent);

} // namespace quayside
